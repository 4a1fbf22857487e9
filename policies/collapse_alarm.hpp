// Does the feedback loop close? A variant that shows only what it has shown before narrows: the entropy of its exposure falls.
// The alarm compares the entropy over the last days, once a day, with its own baseline,
//   alarm when  H < mean - sds sd,   mean and sd (n - 1) over the first baseline_days values of a full window,
// and raises exploration. Entropies of overlapping windows move slowly, so sd says how the baseline wandered, not what chance
// does in a day. Nothing is raised twice; an alarm is over when the entropy is back above the line.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "policies/policy.hpp"

namespace feedloop {

struct CollapseAlarmParams {
  bool watch = false;
  std::int64_t window_days = 7, baseline_days = 14, stop_day = 0;
  double sds = 3, raise_share = 0.05;
  void describe(Describe& d);
};

struct CollapseEvent {
  double day = 0;  // since the alarm began to watch
  double entropy = 0, line = 0;
  double share = 0, raised_to = 0;  // of exploration, before and after; equal when nothing was raised
};

// Plain data and serial; one a variant.
class CollapseAlarm {
 public:
  CollapseAlarm(const CollapseAlarmParams& params, const ExploreParams& explore)
      : params_(params), explore_(explore), days_(static_cast<std::size_t>(params.window_days)) {}

  void add(const Interaction& page);
  void end_day(std::size_t items);  // with that many in the catalogue

  ExploreParams explore() const;  // from now on: as configured, nothing from stop_day on, or what the alarm raised it to
  const std::vector<CollapseEvent>& events() const { return events_; }
  const std::vector<double>& entropies() const { return entropies_; }  // by day, from the first full window on
  double mean() const;                                                 // of the baseline; NaN before it is whole
  double sd() const;
  std::int64_t day() const { return day_; }  // days that have ended
  std::int64_t watched_days() const;         // of them, after the baseline

  void visit_state(State& s);

 private:
  double line() const { return mean() - params_.sds * sd(); }
  CollapseAlarmParams params_;
  ExploreParams explore_;
  std::vector<std::vector<std::int64_t>> days_;  // impressions by item, by day of the window
  std::int64_t day_ = 0;
  bool below_ = false, raised_ = false;
  std::vector<double> entropies_;
  std::vector<CollapseEvent> events_;
};

}  // namespace feedloop
