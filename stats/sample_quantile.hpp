// Quantiles of a sample and their errors. The definitions are those of Hyndman & Fan 1996, "Sample quantiles in statistical
// packages"; Harrell & Davis 1982 average all order statistics, with less error in small samples; Maritz & Jarrett 1978 give
// the error of a sample quantile. All of these take the values in ascending order and, but for the definitions, assume
// independent values: several per user are stats/quantile_metric.hpp's business.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

// For the 1-based position h among n ordered values, between two of which the quantile is interpolated:
enum class QuantileDefinition : std::uint8_t {
  Linear,          // h = (n - 1) q + 1        type 7
  Hazen,           // h = n q + 1/2            type 5
  Weibull,         // h = (n + 1) q            type 6
  MedianUnbiased,  // h = (n + 1/3) q + 1/3    type 8, about median-unbiased whatever the distribution
  NormalUnbiased,  // h = (n + 1/4) q + 3/8    type 9
  InvertedCdf,     // the ceil(n q)-th value   type 1: the smallest whose share of values below or equal is q
  Lower,
  Higher,  // the neighbours of Linear's h, not interpolated
};
// NaN when empty. Requires: ascending, 0 <= q <= 1.
double sample_quantile(std::span<const double> ascending, double q, QuantileDefinition definition = QuantileDefinition::Linear);

// sum_i w_i x_(i), w_i = I_{i/n}(a, b) - I_{(i-1)/n}(a, b), a = (n + 1) q, b = (n + 1)(1 - q). Weights below 1e-18 of the total
// are left out, so a million values cost some ten thousand terms. NaN when empty. Requires: ascending, 0 < q < 1.
double harrell_davis(std::span<const double> ascending, double q);
// Its standard error by the jackknife. NaN below two values. Linear in n. The same requirements.
double harrell_davis_se(std::span<const double> ascending, double q);

// Standard error of the m-th of n values, m = floor(n q + 1/2): the sd of the distribution with weights from Beta(m - 1, n - m)
// (Wilcox 2012, "Introduction to robust estimation and hypothesis testing", on the Maritz-Jarrett estimate). NaN for m < 2 or
// m = n: an extreme value shows nothing of its own error. The same requirements.
double maritz_jarrett_se(std::span<const double> ascending, double q);

// Of an even number the larger of the middle two. Requires: one value at least.
template <class T>
T upper_median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Distribution-free interval of the median of level 1 - alpha, interpolated between the order statistics whose exact levels
// enclose it (Hettmansperger & Sheather 1986). NaN ends when even the extremes do not reach the level (n < 6 at 5 %).
// Requires: ascending, 0 < alpha < 1.
Interval median_interval(std::span<const double> ascending, double alpha);

}  // namespace feedloop
