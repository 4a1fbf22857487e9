// Whether importance weights can carry an off-policy answer at all, before anybody reads the answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stats/off_policy.hpp"

namespace feedloop {

enum class WeightVerdict : std::uint8_t {
  Supported,
  NotEnoughData,      // fewer than two rows, or the evaluated policy never takes a logged action
  NoOverlap,          // actions it takes were never logged
  RoughPropensities,  // logged with a standard error too large to divide by
  MeanNotOne,         // the weights' mean is not 1: propensities or policy are wrong, or support is missing
  FewEffectiveRows,   // the log is worth too few rows of the evaluated policy
  HeavyWeight,        // one row decides
};
std::string_view to_string(WeightVerdict v);  // "supported", "few effective rows", …

struct WeightThresholds {
  // Mass that pi_e gives to actions without a logged row: it bounds the bias, as a share of the range of rewards.
  double unsupported = 0.01;
  // Share of rows whose propensity is a Monte-Carlo estimate with a standard error above a quarter of it: E[1/p] is then off by
  // (se/p)^2 = 6 % and more, however unbiased p.
  double rough = 0.01;
  // Standard errors that the mean weight may be from 1: P(|Z| > 4) = 6e-5.
  double mean_z = 4;
  // Effective rows, and their share: below it the effective sample is another log than the one at hand, and the variance
  // estimate itself comes from few rows (Owen 2013, "Monte Carlo theory, methods and examples", sec. 9.3).
  double effective_rows = 100, effective_share = 0.1;
  // Share of all weight in one row: the diagnostic of Chatterjee & Diaconis 2018, "The sample size required in importance
  // sampling", sec. 2, with their 0.01.
  double largest_share = 0.01;
};

struct WeightJudgement {
  WeightVerdict verdict = WeightVerdict::NotEnoughData;  // the first reason found, in the order of the enumeration
  std::vector<std::string> reasons;                      // a sentence each; empty when supported
  bool supported() const { return verdict == WeightVerdict::Supported; }
};

// `unsupported`: share of the evaluated policy's probability, averaged over rows, on actions that were never logged where it
// takes them; 0 when that cannot be known. `rough`: share of rows with a rough propensity.
WeightJudgement judge_weights(const WeightSummary& weights, double unsupported, double rough = 0,
                              const WeightThresholds& limits = {});

constexpr double kRoughError = 0.25;  // standard error of a propensity, over the propensity, above which it is rough

}  // namespace feedloop
