// A histogram of positive numbers in fixed buckets of equal relative width: each octave is cut into 32 (Gil Tene's
// HdrHistogram, in base 2). Any two merge exactly, in any order; a quantile is within 1/64 of a true order statistic. For
// latencies, watch times and other long tails between 2^-32 and 2^64 of any unit. Trivially copyable, 24 KiB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace feedloop {

class LogHistogram {
 public:
  // Zero, negatives and what is below 2^-32 share one bucket, shown as 0; what is above 2^64 the last. NaN is not counted.
  void add(double x, std::int64_t times = 1);
  void merge(const LogHistogram& other);

  std::int64_t count() const { return count_; }
  // Middle of the bucket that holds the ceil(q n)-th smallest value, q in [0, 1]. NaN when empty.
  double quantile(double q) const;

  static constexpr double kRelativeError = 1.0 / 64;

 private:
  static constexpr int kSplit = 5;                    // 2^5 buckets an octave
  static constexpr int kLowest = -32, kHighest = 64;  // octaves
  static constexpr std::size_t kBuckets = std::size_t{kHighest - kLowest} << kSplit;
  static std::size_t bucket_of(double x);
  static double middle_of(std::size_t bucket);

  std::int64_t count_ = 0;
  std::array<std::int64_t, kBuckets + 1> buckets_{};  // the first holds what is too small
};

}  // namespace feedloop
