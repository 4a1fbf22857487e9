// Retention as survival: how long units stay before they churn, when many are still there at the last day of the data. A unit
// leaves at its time by an event (it churned) or is censored (no more is known of it); censoring must not depend on the risk.
// Times are on any scale from any origin, e.g. days since entering the experiment.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// How many units left at each distinct time: all that the estimators below need, and it merges exactly in any order.
class LifeTable {
 public:
  struct Exits {
    std::int64_t events = 0, censored = 0;
  };
  void add(double time, bool event);  // Requires: time is finite
  void merge(const LifeTable& other);

  std::int64_t units() const { return units_; }
  const std::map<double, Exits>& exits() const { return exits_; }  // by time

 private:
  std::map<double, Exits> exits_;
  std::int64_t units_ = 0;
};

// Kaplan & Meier 1958: the curve falls by the share events / at_risk at each event time; who is censored at that time is still
// at risk. se by Greenwood 1926: S sqrt(sum d / (n (n - d))); NaN once the curve is 0.
struct SurvivalStep {
  double time = kNaN;
  std::int64_t at_risk = 0, events = 0;  // just before, and at, the time
  double survival = kNaN, se = kNaN;     // from the time on
};
struct SurvivalCurve {
  std::vector<SurvivalStep> steps;  // at the distinct event times, ascending
  std::int64_t units = 0;
  double followed = kNaN;  // the last time at which a unit left; NaN without units
};
SurvivalCurve kaplan_meier(const LifeTable& table);

// The step in force at a time: before the first event survival 1 with se 0. NaN beyond what was followed, unless the curve is
// 0.
SurvivalStep survival_at(const SurvivalCurve& curve, double time);

// Pointwise interval of level 1 - alpha on the log(-log) scale, which stays in [0, 1] (Kalbfleisch & Prentice 2002, sec. 1.4).
// NaN ends where the survival is 0 or 1. Requires: 0 < alpha < 1.
Interval survival_interval(const SurvivalStep& step, double alpha);

// The first time at which the survival is at most 1 - q; infinity if it never is. q = 0.5: the median time to churn.
double survival_quantile(const SurvivalCurve& curve, double q);

// Do groups churn alike? The log-rank test (Mantel 1966; Peto & Peto 1972) sums observed - expected events over event times
// with a weight: equal weights look for proportional hazards; by units at risk (Gehan 1965, Breslow 1970) or their root (Tarone
// & Ware 1977) for differences that come early. A group that nobody of is at risk at any event does not count. NotEnoughData
// with fewer than two groups, or where events leave nothing to compare (chi2 and p are NaN).
enum class LogRankWeight : std::uint8_t { Equal, AtRisk, RootAtRisk };
struct LogRank {
  TestStatus status = TestStatus::NotEnoughData;
  double chi2 = kNaN, p = kNaN;
  int df = 0;  // groups that count - 1
};
LogRank log_rank(std::span<const LifeTable> groups, LogRankWeight weight = LogRankWeight::Equal);

}  // namespace feedloop
