// What to believe of an effect, and what a decision would cost: the normal posterior of an estimate that is normal around the
// truth, under a normal prior (Gelman et al. 2013, "Bayesian Data Analysis", eq. 2.11-2.12):
//
//   1 / sd^2 = 1 / se^2 + 1 / prior variance        mean = sd^2 (estimate / se^2 + prior mean / prior variance)
//
// The expected loss of a decision is what it forgoes on average over the posterior (Stucchio 2015, "Bayesian A/B testing at
// VWO"; for a normal the unit normal loss integral of Raiffa & Schlaifer 1961): with z = mean / sd,
//
//   E max(x, 0) = sd (phi(z) + z Phi(z))
//
// Reading a posterior early is not licence to stop early at a fixed error rate: that is stats/sequential.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// Of the effect, in the estimate's units. The default is flat: it says nothing, and the posterior is the likelihood.
struct NormalPrior {
  double mean = 0, variance = kInfinity;
};

enum class Better : std::uint8_t { Larger, Smaller };  // of the metric: clicks, or complaints

struct EffectPosterior {
  TestStatus status = TestStatus::NotEnoughData;  // all else but alpha is NaN unless Ok
  double mean = kNaN, sd = kNaN;
  double alpha = kNaN;          // the interval holds 1 - alpha of the posterior, half of the rest on either side
  Interval ci;                  // credible
  double chance_to_win = kNaN;  // that treatment is better than control
  double loss_keep = kNaN;      // expected loss of staying with control: the mean of what treatment would gain, or 0
  double loss_ship = kNaN;      // expected loss of shipping treatment
};

// An estimate or se that is not finite is NotEnoughData, se = 0 is ZeroVariance.
// Requires: prior.variance > 0, its mean finite, 0 < alpha < 1.
EffectPosterior effect_posterior(double estimate, double se, const NormalPrior& prior, double alpha,
                                 Better better = Better::Larger);

// Of c.lift, under a prior of the lift. Not Ok whenever c.lift_status is not. Its intervals take c.alpha.
EffectPosterior lift_posterior(const Comparison& c, const NormalPrior& prior, Better better = Better::Larger);
// Of c.effect, under a prior of the lift too, scaled to the effect by |control|: one prior serves metrics of any unit. A
// control of 0 has no lift: NotEnoughData, unless the prior is flat.
EffectPosterior difference_posterior(const Comparison& c, const NormalPrior& lift_prior, Better better = Better::Larger);

// P(the k-th of independent normals is the largest), for choosing among several variants. To 1e-10 of each, small ones too.
// An entry whose mean is not finite or whose sd is not positive and finite is NaN and takes no part; alone, an entry has 1.
// Requires: of one length.
std::vector<double> chance_best(std::span<const double> mean, std::span<const double> sd);

}  // namespace feedloop
