// The integral over the real line of exp(g) for concave g: products of densities and tails of normals, or of betas in log odds.
// The trapezoidal rule, which for integrands analytic in a strip converges faster than any power of the step (Trefethen &
// Weideman 2014, "The exponentially convergent trapezoidal rule", theorem 5.1), on nodes found by walking out from the peak;
// the step is halved until halving it changes nothing. Every term is positive, so the answer is good to relative precision
// however small it is.
#pragma once

#include <cmath>
#include <cstdint>

namespace feedloop {

namespace detail {

template <class LogIntegrand>
double trapezoid_of_log_concave(const LogIntegrand& g, double start, double step) {
  const auto node = [&](std::int64_t i) { return start + static_cast<double>(i) * step; };
  const auto climbs = [&](std::int64_t i) { return g(node(i + 1)) > g(node(i)); };
  // The peak is the first node from which the next is no climb: doubled strides past it, then bisection.
  std::int64_t below = 0, beyond = 0, stride = 1;
  if (climbs(0)) {
    while (climbs(beyond)) below = beyond, beyond += stride, stride *= 2;
  } else {
    below = -1;
    while (!climbs(below)) beyond = below, below -= stride, stride *= 2;
  }
  while (beyond - below > 1) {
    const std::int64_t middle = below + (beyond - below) / 2;
    (climbs(middle) ? below : beyond) = middle;
  }
  // A node so many logarithms below the peak is left out, and what lies beyond it is smaller still.
  constexpr double kDepth = 45;
  const double peak = g(node(beyond));
  double sum = 1;
  for (const std::int64_t way : {-1, 1})
    for (std::int64_t i = beyond + way;; i += way) {
      const double depth = g(node(i)) - peak;
      if (!(depth > -kDepth)) break;
      sum += std::exp(depth);
    }
  return std::exp(peak) * sum * step;
}

}  // namespace detail

// To 1e-10 of the answer, or as far as the rounding of g allows where that is less.
// Requires: g concave (to rounding), finite wherever it is asked and falling without bound on both sides; step > 0, best about
// half the narrowest width of g's factors. `start` may stand anywhere; near the peak it saves a few calls.
template <class LogIntegrand>
double integrate_log_concave(const LogIntegrand& g, double start, double step) {
  double last = detail::trapezoid_of_log_concave(g, start, step), last_gap = HUGE_VAL;
  for (int halvings = 0; halvings < 20; ++halvings) {
    step /= 2;
    const double next = detail::trapezoid_of_log_concave(g, start, step), gap = std::abs(next - last) / next;
    // Once it converges each gap is about the square of the one before; small gaps that no longer shrink are rounding.
    if (!(gap > 1e-10) || (gap < 1e-6 && gap > last_gap / 2)) return next;
    last = next;
    last_gap = gap;
  }
  return last;
}

}  // namespace feedloop
