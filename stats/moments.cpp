#include "stats/moments.hpp"

#include <cmath>
#include <limits>

namespace feedloop {
namespace {

// sum(x^2) - (sum x)^2 / n, or 0 when the difference is nothing but rounding.
double centred_square(double sum, double sum_squared, double mean) {
  const double m2 = sum_squared - sum * mean;
  return m2 > 4 * std::numeric_limits<double>::epsilon() * std::abs(sum_squared) ? m2 : 0;
}

}  // namespace

void RatioMoments::add(double num, double den) {
  ++n;
  const double count = static_cast<double>(n);
  const double delta_num = num - mean_num, delta_den = den - mean_den;
  mean_num += delta_num / count;
  mean_den += delta_den / count;
  // One deviation from the old mean, one from the new: Welford's update, exact for equal values.
  m2_num += delta_num * (num - mean_num);
  m2_den += delta_den * (den - mean_den);
  c += delta_num * (den - mean_den);
}

RatioMoments RatioMoments::merged(const RatioMoments& other) const {
  if (n == 0) return other;
  if (other.n == 0) return *this;
  const double na = static_cast<double>(n), nb = static_cast<double>(other.n), total = na + nb;
  const double delta_num = other.mean_num - mean_num, delta_den = other.mean_den - mean_den;
  const double share = nb / total, weight = na * share;
  RatioMoments out;
  out.n = n + other.n;
  out.mean_num = mean_num + delta_num * share;
  out.mean_den = mean_den + delta_den * share;
  out.m2_num = m2_num + other.m2_num + delta_num * delta_num * weight;
  out.m2_den = m2_den + other.m2_den + delta_den * delta_den * weight;
  out.c = c + other.c + delta_num * delta_den * weight;
  return out;
}

RatioMoments centred(const RawSums& s) {
  RatioMoments out;
  if (s.n <= 0) return out;
  out.n = s.n;
  out.mean_num = s.num / static_cast<double>(s.n);
  out.mean_den = s.den / static_cast<double>(s.n);
  out.m2_num = centred_square(s.num, s.num_squared, out.mean_num);
  out.m2_den = centred_square(s.den, s.den_squared, out.mean_den);
  out.c = s.num_den - s.num * out.mean_den;
  return out;
}

RatioMoments centred_mean(std::int64_t n, double sum, double sum_squared) {
  const double count = static_cast<double>(n);
  return centred({.n = n, .num = sum, .num_squared = sum_squared, .den = count, .den_squared = count, .num_den = sum});
}

RatioMoments from_mean_and_variance(std::int64_t n, double mean, double variance) {
  RatioMoments out;
  out.n = n;
  out.mean_num = mean;
  out.mean_den = 1;
  out.m2_num = n > 1 ? variance * static_cast<double>(n - 1) : 0;
  return out;
}

}  // namespace feedloop
