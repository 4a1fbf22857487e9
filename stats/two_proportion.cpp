#include "stats/two_proportion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"
#include "stats/proportion.hpp"
#include "stats/root.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// The counts as doubles.
struct Table {
  double x_a, n_a, x_b, n_b;
  double p_a() const { return x_a / n_a; }
  double p_b() const { return x_b / n_b; }
  double units() const { return n_a + n_b; }
};

Table table_of(const TwoProportions& t) {
  FEEDLOOP_CHECK(0 <= t.x_a && t.x_a <= t.n_a && 0 <= t.x_b && t.x_b <= t.n_b, "not two counts out of their groups");
  return {static_cast<double>(t.x_a), static_cast<double>(t.n_a), static_cast<double>(t.x_b), static_cast<double>(t.n_b)};
}

Table with_one_each(const Table& t) { return {t.x_a + 1, t.n_a + 2, t.x_b + 1, t.n_b + 2}; }

double wald_sd(const Table& t) { return std::sqrt(t.p_a() * (1 - t.p_a()) / t.n_a + t.p_b() * (1 - t.p_b()) / t.n_b); }

double pooled_sd(const Table& t) {
  const double p = (t.x_a + t.x_b) / t.units();
  return std::sqrt(p * (1 - p) * (1 / t.n_a + 1 / t.n_b));
}

// The likeliest p_a among rates with p_b = p_a + d: a root of a cubic in closed form (Miettinen & Nurminen 1985, appendix I).
double likeliest_with_difference(const Table& t, double d) {
  const double low = std::max(0.0, -d), high = std::min(1.0, 1 - d), n = t.units(), x = t.x_a + t.x_b;
  if (d == 0) return x / n;
  const double l2 = ((t.n_b + 2 * t.n_a) * d - n - x) / n, l1 = ((t.n_a * d - n - 2 * t.x_a) * d + x) / n,
               l0 = t.x_a * d * (1 - d) / n;
  const double c = l2 * l2 * l2 / 27 - l1 * l2 / 6 + l0 / 2;
  const double b = std::copysign(std::sqrt(std::max(0.0, l2 * l2 / 9 - l1 / 3)), c);
  const double angle = b == 0 ? 0 : (std::numbers::pi + std::acos(std::clamp(c / (b * b * b), -1.0, 1.0))) / 3;
  double p = std::clamp(2 * b * std::cos(angle) - l2 / 3, low, high);
  // The cosine loses half of the digits near a double root; the likelihood does not, unless the root is an end.
  for (int step = 0; step < 3; ++step) {
    const double q = p + d;
    if (!(p > low && p < high)) break;
    const auto slope = [](double successes, double misses, double at) { return successes / at - misses / (1 - at); };
    const auto bend = [](double successes, double misses, double at) {
      return successes / (at * at) + misses / ((1 - at) * (1 - at));
    };
    const double move = (slope(t.x_a, t.n_a - t.x_a, p) + slope(t.x_b, t.n_b - t.x_b, q)) /
                        (bend(t.x_a, t.n_a - t.x_a, p) + bend(t.x_b, t.n_b - t.x_b, q));
    if (!(p + move > low && p + move < high)) break;
    p += move;
  }
  return p;
}

double score_sd(const Table& t, double d) {
  const double p = likeliest_with_difference(t, d), q = p + d;
  const double variance = std::max(0.0, p * (1 - p)) / t.n_a + std::max(0.0, q * (1 - q)) / t.n_b;
  return std::sqrt(variance * t.units() / (t.units() - 1));
}

// The sd of p_b - ratio p_a under the likeliest rates with p_b = ratio p_a, the smaller root of a quadratic.
double score_sd_of_ratio(const Table& t, double ratio) {
  const double n = t.units(), x = t.x_a + t.x_b, half_b = 0.5 * (t.n_a + t.x_b + ratio * (t.n_b + t.x_a));
  const double root = std::sqrt(std::max(0.0, half_b * half_b - ratio * n * x));
  const double p = std::min({x / (half_b + root), 1.0, 1 / ratio}), q = ratio * p;
  const double variance = q * (1 - q) / t.n_b + ratio * ratio * p * (1 - p) / t.n_a;
  return std::sqrt(std::max(0.0, variance) * n / (n - 1));
}

Interval around(double centre, double half) { return {centre - half, centre + half}; }
Interval around_log(double log_centre, double half) { return {std::exp(log_centre - half), std::exp(log_centre + half)}; }

Interval score_interval_of_difference(const Table& t, double z) {
  const double seen = t.p_b() - t.p_a();
  // At the difference seen, the sd may be 0 though it is not beside it: where no group varies.
  const double beside = 1e-12;
  const auto below = [&](double d) { return seen - d - z * score_sd(t, d); };
  const auto above = [&](double d) { return seen - d + z * score_sd(t, d); };
  return {seen - beside <= -1 ? -1 : root_between(below, -1, seen - beside),
          seen + beside >= 1 ? 1 : root_between(above, seen + beside, 1)};
}

Interval score_interval_of_ratio(const Table& t, double z) {
  const auto distance = [&](double log_ratio, double side) {
    const double ratio = std::exp(log_ratio);
    return t.p_b() - ratio * t.p_a() + side * z * score_sd_of_ratio(t, ratio);
  };
  const double furthest = 60;  // of a log ratio
  const bool seen = t.x_a > 0 && t.x_b > 0;
  const double centre = seen ? std::log(t.p_b() / t.p_a()) : 0;
  Interval out{0, kInfinity};
  if (t.x_b > 0)
    out.low = std::exp(root_between([&](double l) { return distance(l, -1); }, -furthest, seen ? centre - 1e-12 : furthest));
  if (t.x_a > 0)
    out.high = std::exp(root_between([&](double l) { return distance(l, 1); }, seen ? centre + 1e-12 : -furthest, furthest));
  return out;
}

}  // namespace

ProportionTest difference_test(const TwoProportions& counts, DifferenceTest method, Alternative alternative, double null) {
  FEEDLOOP_CHECK(null > -1 && null < 1, "a difference of rates is between -1 and 1");
  Table t = table_of(counts);
  ProportionTest out;
  if (t.n_a == 0 || t.n_b == 0) return out;
  double sd = 0;
  switch (method) {
    case DifferenceTest::Pooled:
      sd = pooled_sd(t);
      break;
    case DifferenceTest::AgrestiCaffo:
      t = with_one_each(t);
      [[fallthrough]];
    case DifferenceTest::Wald:
      sd = wald_sd(t);
      break;
    case DifferenceTest::Score:
      sd = score_sd(t, null);
      break;
  }
  out.status = sd > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  if (!(sd > 0)) return out;
  out.z = (t.p_b() - t.p_a() - null) / sd;
  out.p = alternative == Alternative::TwoSided  ? normal_two_sided_p(out.z)
          : alternative == Alternative::Greater ? normal_sf(out.z)
                                                : normal_sf(-out.z);
  return out;
}

Interval difference_interval(const TwoProportions& counts, DifferenceInterval method, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const Table t = table_of(counts);
  if (t.n_a == 0 || t.n_b == 0) return {};
  const double z = normal_isf(alpha / 2), seen = t.p_b() - t.p_a();
  switch (method) {
    case DifferenceInterval::Wald:
      return around(seen, z * wald_sd(t));
    case DifferenceInterval::AgrestiCaffo: {
      const Table more = with_one_each(t);
      return around(more.p_b() - more.p_a(), z * wald_sd(more));
    }
    case DifferenceInterval::Newcombe: {
      const Interval a = wilson(counts.x_a, counts.n_a, alpha), b = wilson(counts.x_b, counts.n_b, alpha);
      return {seen - std::hypot(t.p_b() - b.low, a.high - t.p_a()), seen + std::hypot(b.high - t.p_b(), t.p_a() - a.low)};
    }
    case DifferenceInterval::Score:
      return score_interval_of_difference(t, z);
  }
  return {};
}

Interval ratio_interval(const TwoProportions& counts, RatioInterval method, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const Table t = table_of(counts);
  if (t.n_a == 0 || t.n_b == 0) return {};
  const double z = normal_isf(alpha / 2);
  if (method == RatioInterval::Score) return score_interval_of_ratio(t, z);
  if (t.x_a == 0 || t.x_b == 0) return {};
  return around_log(std::log(t.p_b() / t.p_a()), z * std::sqrt((1 - t.p_a()) / t.x_a + (1 - t.p_b()) / t.x_b));
}

Interval odds_interval(const TwoProportions& counts, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const Table t = table_of(counts);
  const double miss_a = t.n_a - t.x_a, miss_b = t.n_b - t.x_b;
  if (t.x_a == 0 || t.x_b == 0 || miss_a == 0 || miss_b == 0) return {};
  return around_log(std::log(t.x_b / miss_b) - std::log(t.x_a / miss_a),
                    normal_isf(alpha / 2) * std::sqrt(1 / t.x_a + 1 / miss_a + 1 / t.x_b + 1 / miss_b));
}

TableTest table_test(const TwoProportions& counts, bool yates) {
  const Table t = table_of(counts);
  TableTest out;
  if (t.n_a == 0 || t.n_b == 0) return out;
  const double sd = pooled_sd(t);
  out.status = sd > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  if (!(sd > 0)) return out;
  // Half a unit in one cell moves the difference by half of 1 / n_a + 1 / n_b.
  const double away = std::abs(t.p_b() - t.p_a()), z = std::max(0.0, away - (yates ? 0.5 * (1 / t.n_a + 1 / t.n_b) : 0)) / sd;
  out.chi2 = z * z;
  out.p = normal_two_sided_p(z);
  return out;
}

double fisher_exact_p(const TwoProportions& counts) {
  const Table t = table_of(counts);
  const std::int64_t x = counts.x_a + counts.x_b, first = std::max<std::int64_t>(0, x - counts.n_a),
                     last = std::min(x, counts.n_b);
  // The chance of k successes in the treatment, over that of the likeliest number: by ratios of neighbours, outwards from it.
  const auto rise = [&](std::int64_t k) {  // chance of k + 1 over chance of k
    const double at = static_cast<double>(k), all = static_cast<double>(x);
    return (all - at) * (t.n_b - at) / ((at + 1) * (t.n_a - all + at + 1));
  };
  const std::int64_t mode =
      std::clamp(static_cast<std::int64_t>((static_cast<double>(x) + 1) * (t.n_b + 1) / (t.units() + 2)), first, last);
  double seen = 1;
  for (std::int64_t k = mode; k < counts.x_b; ++k) seen *= rise(k);
  for (std::int64_t k = mode; k > counts.x_b; --k) seen /= rise(k - 1);
  const double most = seen * (1 + 1e-7);  // equal chances differ by rounding
  double all = 0, unlikely = 0;
  const auto add = [&](double chance) {
    all += chance;
    if (chance <= most) unlikely += chance;
  };
  double chance = 1;
  add(chance);
  for (std::int64_t k = mode; k < last; ++k) add(chance *= rise(k));
  chance = 1;
  for (std::int64_t k = mode; k > first; --k) add(chance /= rise(k - 1));
  return unlikely / all;
}

}  // namespace feedloop
