// The surrogate index: a long-term outcome predicted from what is seen early, so that a short experiment can speak of it
// (Athey, Chetty, Imbens & Kang 2019, "The surrogate index: combining short-term proxies to estimate long-term treatment
// effects more rapidly and precisely", linear index). Weights are fitted by least squares on units of the past, whose outcome
// is known; the effect on the index is the weighted sum of the effects on the surrogates:
//
//   effect = w' d,   d = mean_treatment(S) - mean_control(S),   Var = w' (V_c / n_c + V_t / n_t) w + d' Cov(w) d
//
// It is the effect on the outcome only if the treatment works through the surrogates alone, and they predict the outcome in the
// experiment as they did in the past; neither can be seen in the data. Pure functions of merged moments.
#pragma once

#include <vector>

#include "stats/two_sample.hpp"
#include "stats/vector_moments.hpp"

namespace feedloop {

struct SurrogateFit {
  TestStatus status = TestStatus::NotEnoughData;  // ZeroVariance: the outcome, or every surrogate, is constant
  std::vector<double> weights;                    // by surrogate; 0 for one that is constant, shared by collinear ones
  std::vector<double> covariance;                 // of the weights, row-major
  double r2 = kNaN;
};
// Components are the surrogates, then the outcome. NotEnoughData with no more units than components.
SurrogateFit fit_surrogates(const VectorMoments& past);

struct SurrogateEffect {
  TestStatus status = TestStatus::NotEnoughData;
  double effect = kNaN, se = kNaN, p = kNaN;  // in units of the outcome; two-sided by the normal
};
// Components are the surrogates. Requires: as many as weights where fit.status is Ok.
SurrogateEffect surrogate_effect(const SurrogateFit& fit, const VectorMoments& control, const VectorMoments& treatment);

}  // namespace feedloop
