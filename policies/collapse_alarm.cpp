#include "policies/collapse_alarm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/diversity.hpp"
#include "stats/moments.hpp"

namespace feedloop {
namespace {

RatioMoments baseline(const std::vector<double>& entropies, std::int64_t days) {
  RatioMoments m;
  for (std::int64_t i = 0; i < std::min(days, std::ssize(entropies)); ++i) m.add(entropies[static_cast<std::size_t>(i)]);
  return m;
}

}  // namespace

void CollapseAlarmParams::describe(Describe& d) {
  d.flag("watch", watch, "Watch the entropy of exposure, and raise exploration when it falls.");
  d.integer("window_days", window_days, {1, 90}, "days", "Impressions of this many days make an entropy.");
  d.integer("baseline_days", baseline_days, {2, 365}, "days", "The first of these entropies, one a day, are the baseline.");
  d.number("sds", sds, {0, 100}, "", "The alarm goes off this many standard deviations of the baseline below its mean.");
  d.number("raise_share", raise_share, {0, 1}, "probability",
           "policy.explore.share from then on; below the present one: unchanged.");
  d.integer("stop_day", stop_day, {0, 3650}, "days",
            "A fault: nothing is explored from this day of the experiment on, until the alarm; 0 = never.");
}

void CollapseAlarm::add(const Interaction& page) {
  auto& today = days_[static_cast<std::size_t>(day_ % params_.window_days)];
  for (const Slot& slot : page.slate.slots) {
    if (slot.item.index() >= today.size()) today.resize(slot.item.index() + 1);
    ++today[slot.item.index()];
  }
}

void CollapseAlarm::end_day(std::size_t items) {
  ++day_;
  if (day_ >= params_.window_days) {
    std::vector<std::int64_t> counts(items);
    for (const auto& day : days_)
      for (std::size_t i = 0; i < std::min(items, day.size()); ++i) counts[i] += day[i];
    entropies_.push_back(entropy(counts));
    const bool below = watched_days() > 0 && entropies_.back() < line();
    if (below && !below_) {
      const double before = explore().share;
      raised_ = raised_ || params_.raise_share > before;
      events_.push_back({static_cast<double>(day_), entropies_.back(), line(), before, explore().share});
    }
    below_ = below;
  }
  days_[static_cast<std::size_t>(day_ % params_.window_days)].clear();
}

ExploreParams CollapseAlarm::explore() const {
  ExploreParams now = explore_;
  if (raised_) {
    now.share = now.cold_share = std::max(explore_.share, params_.raise_share);
    now.warm_share = -1;
  } else if (params_.stop_day > 0 && day_ >= params_.stop_day) {
    now.share = now.cold_share = now.new_item_share = 0;
    now.warm_share = -1;
  }
  return now;
}

std::int64_t CollapseAlarm::watched_days() const {
  return std::max<std::int64_t>(0, std::ssize(entropies_) - params_.baseline_days);
}

double CollapseAlarm::mean() const {
  return std::ssize(entropies_) < params_.baseline_days ? std::numeric_limits<double>::quiet_NaN()
                                                        : baseline(entropies_, params_.baseline_days).mean_num;
}

double CollapseAlarm::sd() const {
  return std::ssize(entropies_) < params_.baseline_days ? std::numeric_limits<double>::quiet_NaN()
                                                        : std::sqrt(baseline(entropies_, params_.baseline_days).variance_num());
}

void CollapseAlarm::visit_state(State& s) {
  s(days_);
  s(day_);
  s(below_);
  s(raised_);
  s(entropies_);
  s(events_);
}

}  // namespace feedloop
