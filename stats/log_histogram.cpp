#include "stats/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {

// The exponent and the first bits of the mantissa of a double, read as one integer, count buckets: no logarithm whose last
// bit could differ between machines.
std::size_t LogHistogram::bucket_of(double x) {
  if (!(x >= std::ldexp(1.0, kLowest))) return 0;
  constexpr int kShift = 52 - kSplit;
  constexpr std::uint64_t kFirst = std::uint64_t{1023 + kLowest} << kSplit;
  return std::min<std::size_t>((std::bit_cast<std::uint64_t>(x) >> kShift) - kFirst + 1, kBuckets);
}

double LogHistogram::middle_of(std::size_t bucket) {
  if (bucket == 0) return 0;
  const int octave = static_cast<int>((bucket - 1) >> kSplit) + kLowest;
  const double within = static_cast<double>((bucket - 1) & ((std::size_t{1} << kSplit) - 1));
  return std::ldexp(1 + (within + 0.5) / (1 << kSplit), octave);
}

void LogHistogram::add(double x, std::int64_t times) {
  if (std::isnan(x)) return;
  buckets_[bucket_of(x)] += times;
  count_ += times;
}

void LogHistogram::merge(const LogHistogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

double LogHistogram::quantile(double q) const {
  FEEDLOOP_CHECK(q >= 0 && q <= 1, "a quantile is of a share in [0, 1]");
  if (count_ == 0) return kNaN;
  const auto rank = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(q * static_cast<double>(count_) - 1e-9)));
  std::int64_t below = 0;
  std::size_t i = 0;
  while (i + 1 < buckets_.size() && below + buckets_[i] < rank) below += buckets_[i++];
  return middle_of(i);
}

}  // namespace feedloop
