// Sample-ratio mismatch watched while units arrive (Lindon & Malek 2022, "Anytime-valid inference for multinomial count data"):
// the Bayes factor of shares drawn from a Dirichlet distribution about the planned ones against the planned ones. Under the
// plan its mean is 1 at every stop, so P(p ever <= alpha) <= alpha, however often the counts are read. The chi-square test of
// stats/srm.hpp is for a single reading.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace feedloop {

// Of the counts so far, in variants of positive share; how they arrived does not matter. Infinity when a variant of share 0 has
// received a unit, where none can be. `concentration` is the weight of the plan in units: large for small deviations.
// Requires: as many shares as counts, all shares >= 0 and finite with a positive sum, counts >= 0, concentration > 0.
double log_mismatch_factor(std::span<const std::int64_t> counts, std::span<const double> shares, double concentration);

constexpr double kSrmConcentration = 10'000;

class SequentialSrm {
 public:
  // Shares on any positive scale. Requires: as log_mismatch_factor.
  explicit SequentialSrm(std::vector<double> shares, double concentration = kSrmConcentration);

  void add(std::span<const std::int64_t> counts);  // that arrived since the last look. Requires: as many as shares, >= 0

  double log_bayes_factor() const { return log_bayes_factor_; }  // of all units so far; 0 before any
  double p() const { return p_; }  // the smallest 1 / Bayes factor so far; never grows; 1 at first
  double posterior() const;        // of a mismatch that was as likely as not beforehand

 private:
  std::vector<double> shares_;
  std::vector<std::int64_t> counts_;
  double concentration_;
  double log_bayes_factor_ = 0, p_ = 1;
};

}  // namespace feedloop
