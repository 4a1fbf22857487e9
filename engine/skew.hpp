// Skew monitor: does serving compute what training is taught? For one slot of every page it keeps the batch features twice,
// as served and as the training definition gives them, and compares the two distributions at night by the population
// stability index (Siddiqi 2006, Credit Risk Scorecards, section 9; the symmetric divergence of Jeffreys)
//
//   PSI = sum over bins (p - q) ln(p / q),
//
// p the share of recomputed values in a bin and q that of served ones. Bins end at the deciles of the recomputed values,
// equal deciles being one, with a bin more for what lies below
// them all, and half a row is added to each bin. By the same book, below 0.1 nothing moved and above 0.25
// something must be done.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "base/state.hpp"
#include "base/time.hpp"

namespace feedloop {

struct SkewParams {
  double watch = 0.1, alert = 0.25;
  std::int64_t min_rows = 200;
  void describe(Describe& d) {
    d.number("watch", watch, {0, 100}, "", "Population stability index from which a feature is watched.");
    d.number("alert", alert, {0, 100}, "", "Population stability index from which a feature raises the alert.");
    d.integer("min_rows", min_rows, {1, 1e9}, "rows", "A night with fewer sampled rows is not judged.");
  }
};

// Of two samples, in any order. Empty samples give 0.
double population_stability_index(std::span<const float> expected, std::span<const float> actual);

enum class SkewState : std::uint8_t { Stable, Watch, Alert };

struct FeatureSkew {
  std::string_view feature;
  double psi = 0;  // of the last night that was judged
  SkewState state = SkewState::Stable;
  SimTime alerted = kNever;  // the first night in the Alert state
  double alerted_psi = 0;    // of that night
};

class SkewMonitor {
 public:
  SkewMonitor(const SkewParams& params, std::vector<std::string_view> features);

  // One value a feature, in the order of the features.
  void add(std::span<const float> served, std::span<const float> recomputed);
  void night(SimTime now);  // judges the day's rows and forgets them

  const std::vector<FeatureSkew>& features() const { return features_; }
  void visit_state(State& s);

 private:
  SkewParams params_;
  std::vector<FeatureSkew> features_;
  std::vector<float> served_, recomputed_;  // the day's rows, row-major
};

}  // namespace feedloop
