#include "experiment/claims/exploration_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/bandit/bandit.hpp"
#include "experiment/claims/once.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {

void ImpressionQuantity::begin(const Study& study) {
  Probe::begin(study);
  shown_.assign(study.world.all_items().size(), 0);
}

void ImpressionQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page))
      for (const Slot& slot : page.slate.slots) ++shown_[slot.item.index()];
}

void NeverShown::end(const Simulation& world) {
  double items = 0, never = 0;
  for (const ItemFacts& item : study().world.catalog(world.now())) {
    if (item.blocked) continue;
    ++items;
    never += shown_[item.id.index()] == 0;
  }
  share_ = never / items;
}

void BestItemsFound::end(const Simulation& world) {
  std::vector<ItemId> fresh;
  const SimTime half = study().t0 + kDay * (study().params.days / 2);
  for (const ItemFacts& item : study().world.catalog(world.now()))
    if (!item.blocked && item.uploaded >= study().t0 && item.uploaded < half) fresh.push_back(item.id);
  const auto quality = [&](ItemId id) { return study().world.truth(id).quality; };
  std::sort(fresh.begin(), fresh.end(),
            [&](ItemId a, ItemId b) { return quality(a) != quality(b) ? quality(a) > quality(b) : a < b; });
  fresh.resize((fresh.size() + 9) / 10);
  double found = 0;
  for (const ItemId id : fresh) found += shown_[id.index()] >= kFound;
  if (!fresh.empty()) share_ = found / static_cast<double>(fresh.size());
}

void FirstWeekCtr::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (!mine(page) || page.request.time >= study().t0 + kDay * 7) continue;
    impressions_ += static_cast<double>(page.outcome.slots.size());
    for (const SlotOutcome& slot : page.outcome.slots) clicks_ += slot.clicked;
  }
}

void ExploredShare::pages(const Simulation& world, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (clicks_.empty() || !mine(page)) continue;
    std::int64_t& known = clicks_[page.request.user.index()];
    const std::int64_t clicks = known;
    for (const SlotOutcome& slot : page.outcome.slots) known += slot.clicked;
    if (clicks < least_ || clicks > most_) continue;
    for (const Slot& slot : page.slate.slots) {
      if (slot.action_set < 2) continue;
      const double n = slot.action_set;
      ++slots_;
      if (slot.propensity < 0.5f) explored_ += n / (n - 1);
    }
  }
  clicks_.clear();
  for (const OnlineFeatures& user : world.features()) clicks_.push_back(static_cast<std::int64_t>(user.total_clicks));
}

void AlarmQuantity::end(const Simulation& world) {
  const CollapseAlarm* alarm = world.alarm(cell());
  if (!alarm || alarm->watched_days() == 0) return;
  const auto stop = static_cast<double>(settings().read<CollapseAlarmParams>("policy.alarm").stop_day);
  for (const CollapseEvent& e : alarm->events())
    if (stop > 0 && e.day > stop && std::isnan(days_)) days_ = e.day - stop;
  per_week_ = 7 * static_cast<double>(alarm->events().size()) / static_cast<double>(alarm->watched_days());
  const auto& h = alarm->entropies();
  const auto z = [&](double x) { return (x - alarm->mean()) / alarm->sd(); };
  last_z_ = z(h.back());
  lowest_z_ = z(*std::min_element(h.end() - alarm->watched_days(), h.end()));
}

void BanditQuantity::begin(const Study& study) {
  Probe::begin(study);
  const BanditReport& report = once<run_bandit>(study.scenario);
  for (const RegretCurve& curve : report.curves)
    if (curve.policy == (name().empty() ? report.curves.front().policy : name())) {
      regret_ = curve.points.back().mean;
      slope_ = curve.slope;
      rate_ = top_share_ = 0;
      for (std::size_t s = 0; s < curve.expected.size(); ++s) {
        rate_ += curve.expected[s] / static_cast<double>(curve.expected.size());
        top_share_ += curve.top_share[s] / static_cast<double>(curve.top_share.size());
      }
    }
}

void BanditRatioRises::begin(const Study& study) {
  Probe::begin(study);
  std::vector<double> variant, against;  // regret by case
  for (const RegretCurve& curve : once<run_bandit>(study.scenario).curves) {
    if (curve.policy == claim().variant) variant.push_back(curve.points.back().mean);
    if (curve.policy == claim().against) against.push_back(curve.points.back().mean);
  }
  double rises = 0;
  for (std::size_t c = 1; c < variant.size(); ++c) rises += variant[c] * against[c - 1] > variant[c - 1] * against[c];
  if (variant.size() > 1) share_ = rises / static_cast<double>(variant.size() - 1);
}

void OfflineQuantity::begin(const Study& study) {
  Probe::begin(study);
  value_ = read(once<offline_metrics>(study.scenario));
}

}  // namespace feedloop
