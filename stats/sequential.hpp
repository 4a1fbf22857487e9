// Always-valid inference: the mixture sequential probability ratio test with a normal mixture, N(0, tau^2), over the effect
// (Robbins 1970; Johari, Koomen, Pekelis & Walsh 2022, "Always valid inference"). The normal likelihood is that of the running
// estimate with its own robust variance v, so any metric and any sample sizes fit:
//
//   Lambda = sqrt(v / (v + tau^2)) exp(tau^2 d^2 / (2 v (v + tau^2)))      p_t = min(p_{t-1}, 1 / Lambda)
//
// Under no effect P(p ever <= alpha) <= alpha when d behaves like a Brownian motion in information 1/v; where a fixed cohort
// is re-observed its increments are correlated, and validity must be shown by simulation.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

// log Lambda for estimate d of variance v. Requires: v > 0, tau > 0.
double log_mixture_ratio(double estimate, double variance, double tau);

// Trivially copyable: the state is the object.
class AlwaysValid {
 public:
  // tau, the sd of the effects expected, in the units of the estimate; fixed before the test. Requires: tau > 0.
  explicit AlwaysValid(double tau);

  // Takes in the estimate so far. A look without information (NaN, variance not positive and finite) changes nothing and
  // returns false.
  bool look(double estimate, double variance);

  double p() const { return p_; }  // in [0, 1], never grows; 1 before the first look
  double tau() const { return tau_; }
  std::int64_t looks() const { return looks_; }  // that carried information
  double estimate() const { return estimate_; }  // of the last look; NaN before the first

  // The effects that the last look does not reject at level alpha: covers the true effect at all looks at once with
  // probability >= 1 - alpha. Unbounded before the first look. p() remembers the strongest look, so after one that strayed
  // p() < alpha can stand beside an interval with 0 in it. Requires: 0 < alpha < 1.
  Interval ci(double alpha) const;

 private:
  double tau_;
  double p_ = 1;
  double estimate_ = kNaN, variance_ = kNaN;
  std::int64_t looks_ = 0;
};

}  // namespace feedloop
