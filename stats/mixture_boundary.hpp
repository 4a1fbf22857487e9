// Boundaries that a sum S of centred increments stays below at all times at once, by mixing exponential supermartingales
// (Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences", the conjugate
// mixtures). V is the intrinsic time of S, an accumulated variance. Which family fits is a matter of the increments' tails:
//
//   normal             sub-Gaussian: normal data of known variance; values in [a, b] with V = n (b - a)^2 / 4
//   gamma-exponential  sub-exponential of scale c: values in a range c wide, V the sum of their squared distances from guesses
//                      made before each (an empirical Bernstein bound)
//   gamma-Poisson      sub-Poisson of scale c: increments of at most c, V the sum of their variances
//   beta-binomial      increments in [-g, h], V = n g h: indicators, and everything bounded
//
// One-sided mixtures bound S from above; two-sided ones look out for both sides, so that the normal bounds |S|.
#pragma once

#include <cstdint>

namespace feedloop {

class MixtureBoundary {
 public:
  // Tuned to be narrowest at intrinsic time v_opt and level alpha_opt. Requires: v_opt > 0, 0 < alpha_opt < 1 (below 1/2 for
  // the one-sided and the gamma families), c, g, h > 0, all finite.
  static MixtureBoundary normal_two_sided(double v_opt, double alpha_opt);
  static MixtureBoundary normal_one_sided(double v_opt, double alpha_opt);
  static MixtureBoundary gamma_exponential(double v_opt, double alpha_opt, double c);
  static MixtureBoundary gamma_poisson(double v_opt, double alpha_opt, double c);
  static MixtureBoundary beta_binomial_two_sided(double v_opt, double alpha_opt, double g, double h);
  static MixtureBoundary beta_binomial_one_sided(double v_opt, double alpha_opt, double g, double h);

  // Logarithm of the supermartingale: evidence against increments of mean 0 (or below, one-sided). Infinity where such an S
  // cannot be; minus infinity where it underflows. NaN in gives NaN. Requires: v >= 0.
  double log_mixture(double s, double v) const;
  // The smallest u >= 0 with P(S_t >= u(V_t) at any t) <= alpha. The beta-binomial's is at most v / g, the most that S can be.
  // Requires: v >= 0 and finite, 0 < alpha < 1.
  double boundary(double v, double alpha) const;

 private:
  enum class Family : std::uint8_t {
    NormalTwoSided,
    NormalOneSided,
    GammaExponential,
    GammaPoisson,
    BetaTwoSided,
    BetaOneSided
  };
  MixtureBoundary(Family family, double rho) : family_(family), rho_(rho) {}
  static MixtureBoundary beta_binomial(Family family, double rho, double g, double h);
  double log_beta_part(double s, double v) const;

  Family family_;
  double rho_;  // precision of the mixture, in units of V
  double c_ = 1, g_ = 1, h_ = 1;
  double log_constant_ = 0;
};

}  // namespace feedloop
