#include "stats/group_sequential.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <boost/math/tools/roots.hpp>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

double count(Sides sides) { return sides == Sides::One ? 1 : 2; }
Interval inside(Sides sides, double z) { return {sides == Sides::One ? -kInfinity : -z, z}; }

template <class F>
double root(const F& f, double low, double high) {
  const double at_low = f(low), at_high = f(high);
  if (at_low == 0) return low;
  if (at_high == 0) return high;
  std::uintmax_t steps = 200;
  const auto [a, b] =
      boost::math::tools::toms748_solve(f, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(46), steps);
  return a + (b - a) / 2;
}

}  // namespace

GroupSequentialTest::GroupSequentialTest(const SpendingFunction& spending, double alpha, Sides sides)
    : spending_(spending), alpha_(alpha), sides_(sides) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
}

double GroupSequentialTest::look(double information) { return look(information, information); }

double GroupSequentialTest::look(double information, double share) {
  const double target = count(sides_) * alpha_spent(spending_, alpha_ / count(sides_), share);
  if (!std::isfinite(information) || !(information > 0)) return kInfinity;
  if (!(information - density_.information() >= kSmallestLookStep * information)) return kInfinity;
  const double side = (target - spent_) / count(sides_);
  if (!(side >= kSmallestSpending)) return kInfinity;
  density_.look(information);
  // Under no drift a two-sided test crosses both sides equally often. Logarithms keep far tails solvable; the ends enclose
  // the boundary, since nothing below -9 is left out and the tail above 40 is 0.
  const auto excess = [&](double z) { return std::log(std::max(density_.above(z), 1e-300)) - std::log(side); };
  const double low = -9, z = excess(low) <= 0 ? low : root(excess, low, 40.0);
  density_.keep(inside(sides_, z));
  spent_ = target;
  return z;
}

Boundaries spending_boundaries(std::span<const double> information, const SpendingFunction& spending, double alpha,
                               Sides sides) {
  Boundaries out{sides, {information.begin(), information.end()}, {}, {}, {}};
  GroupSequentialTest test(spending, alpha, sides);
  double before = 0;
  for (const double t : information) {
    FEEDLOOP_CHECK(t - before >= kSmallestLookStep * t && t > 0, "looks are positive and ascend");
    before = t;
    out.z.push_back(test.look(t));
    out.spent.push_back(test.spent());
    out.levels.push_back(normal_sf(out.z.back()));
  }
  return out;
}

Boundaries wang_tsiatis_boundaries(std::span<const double> information, double shape, double alpha, Sides sides) {
  FEEDLOOP_CHECK(shape >= 0 && shape <= 0.5, "the shape is between O'Brien and Fleming's 0 and Pocock's 1/2");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  Boundaries out{sides, {information.begin(), information.end()}, {}, {}, {}};
  if (information.empty()) return out;
  const auto at = [&](double c) {
    std::vector<double> z;
    for (const double t : information) z.push_back(c * std::pow(t / information.back(), shape - 0.5));
    return z;
  };
  // C is at least the fixed test's and at most Bonferroni's, no boundary being below the last.
  const double side = alpha / count(sides), looks = static_cast<double>(information.size());
  const auto excess = [&](double c) { return crossing(information, at(c), sides, 0).power() - alpha; };
  const double low = normal_isf(side);
  const double c = information.size() == 1 ? low : root(excess, low, normal_isf(side / looks) + 1e-9);
  out.z = at(c);
  const Crossing null = crossing(information, out.z, sides, 0);
  double spent = 0;
  for (std::size_t k = 0; k < out.z.size(); ++k) {
    spent += null.upper[k] + null.lower[k];
    out.spent.push_back(spent);
    out.levels.push_back(normal_sf(out.z[k]));
  }
  return out;
}

double Crossing::power() const {
  double total = 0;
  for (std::size_t k = 0; k < upper.size(); ++k) total += upper[k] + lower[k];
  return total;
}

double Crossing::expected_information() const {
  if (information.empty()) return kNaN;
  double expected = information.back();
  for (std::size_t k = 0; k < upper.size(); ++k) expected -= (upper[k] + lower[k]) * (information.back() - information[k]);
  return expected;
}

Crossing crossing(std::span<const double> information, std::span<const double> z, Sides sides, double drift) {
  FEEDLOOP_CHECK(information.size() == z.size(), "every look needs a boundary");
  Crossing out{{information.begin(), information.end()}, {}, {}};
  ContinuationDensity density(drift);
  for (std::size_t k = 0; k < z.size(); ++k) {
    FEEDLOOP_CHECK(!std::isnan(z[k]) && (sides == Sides::One || z[k] >= 0), "a two-sided boundary is not negative");
    density.look(information[k]);
    out.upper.push_back(density.above(z[k]));
    out.lower.push_back(sides == Sides::One ? 0 : density.below(-z[k]));
    density.keep(inside(sides, z[k]));
  }
  return out;
}

double drift_for_power(std::span<const double> information, std::span<const double> z, Sides sides, double power) {
  FEEDLOOP_CHECK(power < 1, "no drift makes a test certain");
  const auto excess = [&](double drift) {
    const Crossing c = crossing(information, z, sides, drift);
    double up = 0;
    for (const double p : c.upper) up += p;
    return up - power;
  };
  if (information.empty() || !(excess(0) < 0)) return kNaN;
  double high = 1;
  while (high < 1000 && excess(high) < 0) high *= 2;
  return high < 1000 ? root(excess, 0.0, high) : kNaN;
}

}  // namespace feedloop
