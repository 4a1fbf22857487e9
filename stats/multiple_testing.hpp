// P-values adjusted for testing several hypotheses, in the order of the input. Reject where adjusted p <= alpha.
// A NaN (a test without enough data) stays NaN and does not count as a test. Requires: other p in [0, 1].
#pragma once

#include <span>
#include <vector>

namespace feedloop {

std::vector<double> bonferroni(std::span<const double> p);          // family-wise error, any dependence
std::vector<double> holm(std::span<const double> p);                // Holm 1979: the same guarantee, never weaker
std::vector<double> benjamini_hochberg(std::span<const double> p);  // 1995: false discoveries; positive dependence at most

}  // namespace feedloop
