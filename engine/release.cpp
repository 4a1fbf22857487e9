#include "engine/release.hpp"

#include <cmath>

#include "base/hash.hpp"

namespace feedloop {

void ReleaseParams::describe(Describe& d) {
  d.text("mode", mode, {"immediate", "staged"}, "How new models reach users: at once, or by shadow, canary and ramp.");
  d.number("shadow_hours", shadow_hours, {0, 720}, "h", "The new models run beside the live ones without users.");
  d.number("canary_share", canary_share, {0, 1}, "share", "Users of the canary.");
  d.number("canary_hours", canary_hours, {0, 720}, "h", "How long the canary lasts.");
  d.number("ramp_share", ramp_share, {0, 1}, "share", "Users of the ramp.");
  d.number("ramp_hours", ramp_hours, {0, 720}, "h", "How long the ramp lasts.");
  d.number("gate_z", gate_z, {1, 10}, "", "Roll back when the click rate is this many standard errors below the live models'.");
  d.integer("corrupt_night", corrupt_night, {0, 10'000}, "",
            "A fault: the indexes built on this night (1 = the first) hold their items in a random order; 0 = never.");
  d.number("gate_min_clicks", gate_min_clicks, {1, 1e6}, "clicks",
           "The gate judges once this many clicks were to be expected.");
}

void Release::enter(ReleaseStage stage, SimTime now) {
  stage_ = stage;
  since_ = now;
  log_.push_back({now, version_, stage, static_cast<float>(z()), impressions_});
}

void Release::publish(std::uint32_t version, SimTime now) {
  version_ = version;
  enter(ReleaseStage::Live, now);
}

void Release::offer(std::uint32_t version, SimTime now) {
  if (pending()) enter(ReleaseStage::Replaced, now);
  version_ = version;
  clicks_ = impressions_ = live_clicks_ = live_impressions_ = 0;
  enter(ReleaseStage::Shadow, now);
}

bool Release::serves(UserId user) const {
  const double share = stage_ == ReleaseStage::Canary ? params_.canary_share
                       : stage_ == ReleaseStage::Ramp ? params_.ramp_share
                                                      : 0;
  // A larger share keeps the users of a smaller one.
  return Hasher().add(std::string_view("release")).add(version_).add(user.value).unit() < share;
}

void Release::observe(std::span<const Interaction> pages) {
  if (stage_ != ReleaseStage::Canary && stage_ != ReleaseStage::Ramp) return;
  for (const Interaction& page : pages) {
    if (page.request.time < since_ && stage_ == ReleaseStage::Canary) continue;  // served before the canary began
    const bool candidate = page.model == version_;
    for (const SlotOutcome& o : page.outcome.slots) {
      (candidate ? clicks_ : live_clicks_) += o.clicked;
      (candidate ? impressions_ : live_impressions_) += 1;
    }
  }
}

double Release::z() const {
  if (impressions_ == 0 || live_impressions_ == 0) return 0;
  const auto n = static_cast<double>(impressions_), m = static_cast<double>(live_impressions_);
  const double p = static_cast<double>(clicks_) / n, q = static_cast<double>(live_clicks_) / m;
  const double pooled = (static_cast<double>(clicks_) + static_cast<double>(live_clicks_)) / (n + m);
  const double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  return variance > 0 ? (p - q) / std::sqrt(variance) : 0;
}

Release::Step Release::step(SimTime now) {
  if (!pending()) return Step::None;
  const double expected = live_impressions_ > 0 ? static_cast<double>(live_clicks_) / static_cast<double>(live_impressions_) *
                                                      static_cast<double>(impressions_)
                                                : 0;
  if (expected >= params_.gate_min_clicks && z() < -params_.gate_z) {
    enter(ReleaseStage::RolledBack, now);
    return Step::Rollback;
  }
  const double hours = (now - since_).hours();
  if (stage_ == ReleaseStage::Shadow && hours >= params_.shadow_hours)
    enter(ReleaseStage::Canary, now);
  else if (stage_ == ReleaseStage::Canary && hours >= params_.canary_hours)
    enter(ReleaseStage::Ramp, now);
  else if (stage_ == ReleaseStage::Ramp && hours >= params_.ramp_hours) {
    enter(ReleaseStage::Live, now);
    return Step::Promote;
  }
  return Step::None;
}

void Release::visit_state(State& s) {
  s(stage_);
  s(version_);
  s(since_);
  s(clicks_);
  s(impressions_);
  s(live_clicks_);
  s(live_impressions_);
  std::uint64_t n = log_.size();
  s(n);
  log_.resize(n);
  for (ReleaseEvent& e : log_) {
    s(e.time);
    s(e.version);
    s(e.stage);
    s(e.z);
    s(e.impressions);
  }
}

}  // namespace feedloop
