// The daily looks at a running experiment: the series a report draws, and the always-valid inference that such looks need.
#pragma once

#include <vector>

#include "base/state.hpp"
#include "experiment/experiment_tables.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"
#include "stats/sequential.hpp"
#include "stats/srm.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// Of a value at one look alone: the normal interval.
Interval look_interval(const Estimate& estimate, double alpha);

class Looks {
 public:
  explicit Looks(const Study& study);

  // At the end of each day of the experiment.
  void look(const Study& study, const ExperimentTables& tables, SimTime now);

  SequentialResult result(std::size_t experiment, std::size_t variant, std::size_t metric, double alpha) const;
  // Relative to control at the last look; NaN while there is not enough data.
  struct Lift {
    double value = kNoValue;
    Interval sequence;  // always-valid
  };
  Lift last_lift(std::size_t experiment, std::size_t variant, std::size_t metric) const;
  std::vector<Series> series(const Study& study) const;
  std::vector<EffectSeries> effect_series(const Study& study, std::size_t experiment) const;
  std::vector<DayReport> days(const Study& study, std::size_t experiment) const;
  void visit_state(State& s);

 private:
  // tau is fixed at the first informative look (experiment/sequential_rule.hpp), so that it cannot follow the effect.
  struct Test {
    bool begun = false;
    AlwaysValid always_valid{1.0};
  };
  struct Point {
    double day = 0, value = 0, low = 0, high = 0;
    double effect = kNoValue, se = kNoValue;
    Interval always_valid;
    double of_day = kNoValue, of_day_se = kNoValue;
    double p = kNoValue, always_valid_p = kNoValue, log_e = kNoValue;
  };
  // What an experiment was like at a look; `groups` holds one for each variant and look.
  struct Split {
    double day = 0, chi2 = kNoValue, df = kNoValue, p = kNoValue;
    SrmState state = SrmState::NotEnoughTraffic;
    bool of_triggered = false;
  };
  struct Group {
    std::int64_t units = 0;
    double gini = kNoValue;
  };
  void look_at_groups(const Study& study, const ExperimentTables& tables, SimTime now);
  void look_at_day(const Study& study, const ExperimentTables& tables, SimTime now);  // where everybody counts
  std::size_t index(std::size_t experiment, std::size_t variant, std::size_t metric) const;

  std::vector<std::size_t> first_;          // by experiment: index of its first (variant, metric)
  std::vector<Test> tests_;                 // by experiment, variant, metric
  std::vector<std::vector<Point>> points_;  // likewise
  std::vector<UnitValue> yesterday_;        // units x study.summed
  std::vector<std::vector<Split>> splits_;  // by experiment
  std::vector<std::vector<Group>> groups_;  // likewise
};

}  // namespace feedloop
