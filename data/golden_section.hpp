// The highest point of a function with one hill (Kiefer 1953, "Sequential minimax search for a maximum"), by sections in the
// golden ratio: slow, and nothing to go wrong.
#pragma once

#include <cmath>

namespace feedloop {

// Where f is highest on [low, high], to within `tolerance`.
template <class F>
double golden_maximum(double low, double high, double tolerance, const F& f) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double fa = f(a), fb = f(b);
  while (high - low > tolerance) {
    if (fa >= fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return (low + high) / 2;
}

}  // namespace feedloop
