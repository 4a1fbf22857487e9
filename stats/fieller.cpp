#include "stats/fieller.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {

std::string_view to_string(FiellerShape s) {
  switch (s) {
    case FiellerShape::NotEnoughData:
      return "not enough data";
    case FiellerShape::Bounded:
      return "bounded";
    case FiellerShape::Open:
      return "open";
    case FiellerShape::Unbounded:
      return "unbounded";
  }
  return "unknown";
}

bool FiellerSet::contains(double x) const {
  switch (shape) {
    case FiellerShape::NotEnoughData:
      return false;
    case FiellerShape::Bounded:
      return lift.contains(x);
    case FiellerShape::Open:
      return x <= lift.low || x >= lift.high;
    case FiellerShape::Unbounded:
      return !std::isnan(x);
  }
  return false;
}

FiellerSet fieller(const Estimate& control, const Estimate& treatment, double alpha, double df) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  FiellerSet out;
  const double m = control.value, effect = treatment.value - control.value;
  const double q = t_isf(alpha / 2, df), va = q * q * control.variance, vb = q * q * treatment.variance;
  if (std::isnan(effect) || std::isnan(va) || std::isnan(vb) || (m == 0 && va == 0)) return out;

  // (effect - L m)^2 <= vb + (1 + L)^2 va as a L^2 - 2 b L + c <= 0, in L and not in 1 + L, so that small lifts keep their
  // digits. The discriminant is written without the squares that would cancel.
  const double a = m * m - va, b = m * effect + va, c = effect * effect - va - vb;
  const double discriminant = va * treatment.value * treatment.value + vb * a;
  if (a <= 0 && discriminant <= 0) {
    out.shape = FiellerShape::Unbounded;
    out.lift = {-kInfinity, kInfinity};
    return out;
  }
  const double root = std::sqrt(std::max(discriminant, 0.0)), far = b + std::copysign(root, b);
  // The root of larger magnitude first, the other from their product. At a = 0 the set is a ray, the limit
  // of the open ones.
  double one = far / (a == 0 ? -0.0 : a), other = far == 0 ? 0 : c / far;
  if (one > other) std::swap(one, other);
  out.shape = a > 0 ? FiellerShape::Bounded : FiellerShape::Open;
  out.lift = {one, other};
  if (m < 0) out.lift = {-out.lift.high, -out.lift.low};
  return out;
}

FiellerSet fieller(const Comparison& c) {
  if (c.status == TestStatus::NotEnoughData) return {};
  return fieller(c.control, c.treatment, c.alpha, std::isnan(c.df) ? kInfinity : c.df);
}

Interval lift_interval(const Comparison& c) {
  const FiellerSet set = fieller(c);
  return set.shape == FiellerShape::Bounded ? set.lift : c.lift_ci;
}

}  // namespace feedloop
