// The units of one finished run, given to variants again and again: what the test of each metric does when, by construction,
// there is no effect (an A/A test thousands of times over), and how often it finds an effect that was planted. The units'
// values are held fixed and only the assignment is drawn (Fisher 1935), so an answer holds for these units; what another
// world would add is power_study's to say (experiment/replication/power_study.hpp).
//
// The units must all have lived as if untreated: those of an A/A test. Where treatments did differ, their effects are part of
// the spread of units. Each user is drawn on their own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "experiment/replication/measured.hpp"
#include "stats/interval.hpp"
#include "stats/kolmogorov_smirnov.hpp"

namespace feedloop {

// A metric's sums by unit; both NaN where the unit cannot be judged.
struct UnitSums {
  std::string metric;
  std::vector<double> num, den;
};

// CUPED (stats/cuped.hpp): the metric's numerators less what the units' past explains of them, on linearised units and with one
// coefficient over all units, which an assignment hardly moves. Their sum and the denominators stay; so does everything where
// the past does not vary. A unit without a past counts with zeros.
struct AdjustedSums {
  UnitSums sums;
  double rho = kNaN;  // correlation with the past; NaN without variation
};
AdjustedSums adjusted_by_past(const UnitSums& metric, const UnitSums& before);

struct Rerandomisation {
  std::vector<std::string> variants;  // control first
  std::vector<double> shares;         // of them; positive, sum to 1
  std::int64_t assignments = 1000;
  double alpha = 0.05;
  double lift = 0;  // planted: the numerators of a treatment's units are multiplied by 1 + lift
  Seed seed;        // of the draws: assignment i does not depend on how many there are, nor on the metrics
};

// Of one treatment's metric, over the assignments. Tests are those of a report: Welch's on delta-method estimates.
struct RerandomisedMetric {
  std::string variant, metric;
  std::int64_t units = 0;          // that can be judged, of all variants
  MeasuredShare type_1;            // p < alpha without an effect; its trials are the assignments that could be tested
  KsTest flatness;                 // of these p-values
  double mean = kNaN, sd = kNaN;   // of the estimated effect without a planted one, whose truth is 0
  double low = kNaN, high = kNaN;  // its 5 % and 95 % quantiles
  double mean_se = kNaN;           // the mean of its reported standard errors: should be near sd
  double planted = kNaN;           // the true effect of the lift
  MeasuredShare power, coverage;   // with it: p < alpha, and the interval holds it; no trials without a lift
};

struct RerandomisationResult {
  std::vector<RerandomisedMetric> metrics;  // by treatment, then metric
  std::int64_t units = 0;
  KsTest srm_flatness;       // of the p-values of the split's chi-squared test
  MeasuredShare srm_alarms;  // p < 0.05 (its own alarm level would need millions of assignments)
};

// The same on any number of threads. Requires: columns of equal length, finite or NaN; two variants or more.
RerandomisationResult rerandomise(const Rerandomisation& request, std::span<const UnitSums> metrics);

// What the tests found, without a planted effect: [assignment][treatment][metric]; NaN where there was not enough data. For
// rules that read several columns together, such as the looks of many days.
struct RerandomisedEstimate {
  double effect = kNaN, se = kNaN, p = kNaN;
};
std::vector<RerandomisedEstimate> rerandomised_estimates(const Rerandomisation& request, std::span<const UnitSums> metrics);

// The same by the obvious loop, an assignment and a unit at a time: what tests and `feedloop bench assignments` compare with.
RerandomisationResult rerandomise_plainly(const Rerandomisation& request, std::span<const UnitSums> metrics);

}  // namespace feedloop
