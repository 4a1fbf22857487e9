#include "experiment/claims/replay_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/simulation.hpp"
#include "sim/examination.hpp"
#include "stats/off_policy.hpp"
#include "stats/tails.hpp"

namespace feedloop {

void ReplayQuantity::begin(const Study& study) {
  Probe::begin(study);
  reach_ = examination_probability(1, study.scenario.settings.read<ExaminationParams>("world.examination"));
  const std::size_t users = study.world.population().users.size();
  for (std::size_t u = 0; u < users; ++u) users_.push_back(study.world.initial_state(UserId{u}));
  double best = -1;
  for (const ItemFacts& item : study.world.catalog(SimTime{0})) {
    double liked = 0;
    for (std::size_t u = 0; u < std::min<std::size_t>(users, 500); ++u)
      liked += study.world.click_probability(users_[u], UserId{u}, item.id, SimTime{0});
    if (liked > best) target_ = item.id;
    best = std::max(best, liked);
  }
}

void ReplayQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  const World& world = study().world;
  for (const Interaction& page : pages) {
    const UserId user = page.request.user;
    UserState& state = users_[user.index()];
    if (mine(page) && !page.slate.slots.empty()) {
      const UserState now = world.state_at(state, user, page.request.time);
      truth_ += reach_ * world.click_probability(now, user, target_, page.request.time);
      rows_.push_back(
          {static_cast<std::uint32_t>(user.value), page.slate.slots[0].item == target_, page.outcome.slots[0].clicked});
    }
    world.respond(state, page.request, page.slate);
  }
}

void ReplayQuantity::end(const Simulation&) {
  if (std::get<std::string>(settings().at("policy.name")) != "random" || rows_.empty()) return;
  std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.user < b.user; });
  OffPolicySums sums({{OffPolicyMethod::Replay}});
  std::vector<double> weight, reward;
  double clicks = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    weight.push_back(rows_[i].match ? 1 : 0);
    reward.push_back(rows_[i].clicked ? 1 : 0);
    clicks += reward.back();
    if (i + 1 < rows_.size() && rows_[i + 1].user == rows_[i].user) continue;
    sums.add_unit({weight, reward, {}, {}});
    weight.clear();
    reward.clear();
  }
  const auto n = static_cast<double>(rows_.size());
  const OffPolicyEstimate replay = sums.estimate(0);
  const double half = normal_isf(0.025) * replay.se;
  answer_ = {truth_ / n, clicks / n, replay.value, {replay.value - half, replay.value + half}};
}

double ReplayCovers::value(const Report&) const {
  const Answer& a = answer();
  if (std::isnan(a.replay) || std::isnan(a.truth)) return kNoValue;
  return a.ci.low <= a.truth && a.truth <= a.ci.high ? 1 : 0;
}

}  // namespace feedloop
