// The Poisson bootstrap of off-policy estimates: replicate b counts unit u Poisson(1) times (Oza & Russell 2001; Chamandy et
// al. 2012, "Estimating uncertainty for massive data streams"). The count is a pure function of (seed, unit, replicate), so
// chunks, threads and merges give the same resamples; only the rounding of the sums depends on the order they are merged in.
// Reward models are held fixed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "stats/off_policy.hpp"

namespace feedloop {

// A Poisson(1) count from one word of a generator, exact to 2^-32.
int poisson_one(std::uint32_t word);

class PoissonBootstrap {
 public:
  // Requires: replicates > 0. Rounded up to whole groups of four.
  PoissonBootstrap(std::vector<OffPolicySpec> specs, int replicates, Seed seed);

  // Units first_unit, first_unit + 1, … of `rows_per_unit` consecutive rows each; the last may have fewer.
  void add(std::uint64_t first_unit, const LoggedRows& rows, std::size_t rows_per_unit = 1);
  void merge(const PoissonBootstrap& other);  // Requires: the same specs, replicates and seed

  int replicates() const { return static_cast<int>(groups_) * 4; }
  std::vector<double> values(std::size_t spec) const;  // ascending; replicates without any weight are left out
  double se(std::size_t spec) const;                   // sd of the values; NaN below two
  // Percentile interval of level 1 - alpha, quantiles interpolated between order statistics. NaN ends below two values.
  Interval interval(std::size_t spec, double alpha) const;

 private:
  std::vector<OffPolicySpec> specs_;
  std::size_t groups_;  // of four replicates, one block of the generator
  Seed seed_;
  std::vector<double> sums_;  // by group, spec, term (count, x, y, z) and lane
};

// Quantile q in [0, 1] of ascending values, linear between order statistics (type 7 of Hyndman & Fan 1996). NaN when empty.
double interpolated_quantile(std::span<const double> ascending, double q);

}  // namespace feedloop
