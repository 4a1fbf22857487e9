// The permutation test of a difference of means (Fisher 1935; Pitman 1937): if the treatment changes nothing, every split of
// the units into groups of the same sizes was as likely. It holds at any size and for any values: for a handful of clusters,
// regions or switchback blocks.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.hpp"
#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct PermutationTest {
  TestStatus status = TestStatus::NotEnoughData;
  double difference = kNaN;  // mean of b - mean of a
  // Twice the smaller share of splits at least as far on its side, the observed one among them; at most 1.
  double p = kNaN;
  std::int64_t splits = 0;  // that were looked at
  bool exact = false;       // all there are
};
// Looks at all splits if there are at most `most_splits` of them, else at that many random ones beside the observed, whose p is
// valid too (Phipson & Smyth 2010), and never below 2 / (most_splits + 1). NotEnoughData with an empty group or a value that is
// not finite. Requires: most_splits > 0.
PermutationTest permutation_test(std::span<const double> a, std::span<const double> b, Seed seed = {},
                                 std::int64_t most_splits = 200'000);

}  // namespace feedloop
