// The distribution of a test statistic at each look among the tests that have not stopped before, by the recursion of
// Armitage, McPherson & Rowe 1969, "Repeated significance tests on accumulating data" (Jennison & Turnbull 2000, ch. 19).
//
// At information t the statistic Z has mean drift sqrt(t) and variance 1, and Z sqrt(t) has independent increments: the law of
// every efficient estimate on growing data. Each step integrates the density over the region in which the test went on, by
// Gauss-Legendre panels two standard deviations of an increment wide; probabilities are good to about 1e-12.
#pragma once

#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

// Looks whose information grows by less than this share of itself are one look.
constexpr double kSmallestLookStep = 1e-5;

class ContinuationDensity {
 public:
  // drift, the mean of Z at information 1. Requires: finite.
  explicit ContinuationDensity(double drift = 0);

  // Moves on to the next look. Requires: information finite, and larger than the last by kSmallestLookStep of itself.
  void look(double information);
  // Probabilities that the test reaches this look and there Z > z, or Z < z. Before any look: 0.
  double above(double z) const;
  double below(double z) const;
  // The test goes on where `region` contains Z; without this call it goes on everywhere.
  void keep(const Interval& region);

  double information() const { return t_; }  // of the present look; 0 before the first

 private:
  void settle(double step);

  double drift_;
  // Quadrature of the tests under way at information from_: points on the scale of Z sqrt(t), in ascending order.
  double from_ = 0;
  std::vector<double> at_{0}, mass_{1};
  double t_ = 0;
  Interval region_{-kInfinity, kInfinity};  // of the present look
};

}  // namespace feedloop
