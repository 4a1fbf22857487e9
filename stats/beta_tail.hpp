// One beta distribution on the log-odds scale, t = log(x / (1 - x)), for those who ask for many tails: its logarithms neither
// underflow nor lose digits at either end, and a call takes a fraction of a microsecond. stats/tails.hpp is the slow twin.
#pragma once

namespace feedloop {

// Requires: a, b > 0.
double log_beta(double a, double b);

class BetaTail {
 public:
  // Requires: a, b > 0.
  BetaTail(double a, double b);

  // Of t: a log x + b log(1 - x) - log B(a, b).
  double log_density(double t) const;
  // log P(T > t), by the continued fraction of DiDonato & Morris 1992: to 1e-9, with a or b below 0.01 to 1e-7.
  double log_upper(double t) const;
  // The t with log P(T > t) = log_p, by Newton's method from `start`, best above but near it: log P is concave in t, since
  // the density is log-concave, so from the second step on it falls towards the root. Requires: log_p < 0.
  double upper_quantile(double log_p, double start) const;

 private:
  double a_, b_, log_beta_;
};

}  // namespace feedloop
