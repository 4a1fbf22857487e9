// P-values adjusted for testing several hypotheses, in the order of the input. Reject where adjusted p <= alpha.
// A NaN (a test without enough data) stays NaN and does not count as a test. Requires: other p in [0, 1].
#pragma once

#include <span>
#include <vector>

namespace feedloop {

// Family-wise error, the chance of any false rejection. Under any dependence:
std::vector<double> bonferroni(std::span<const double> p);
std::vector<double> holm(std::span<const double> p);  // Holm 1979: the same guarantee, never weaker

// Independent tests, or positively dependent ones (Sidak 1967): hardly stronger than their twins above.
std::vector<double> sidak(std::span<const double> p);       // 1 - (1 - p)^m
std::vector<double> holm_sidak(std::span<const double> p);  // the same, step-down

// Independent tests, or positively dependent ones (Simes 1986; Sarkar 1998): never weaker than Holm.
std::vector<double> hochberg(std::span<const double> p);  // Hochberg 1988
std::vector<double> hommel(std::span<const double> p);    // Hommel 1988, never weaker than Hochberg; time m^2

// False-discovery rate, the expected share of the rejections that are false.
std::vector<double> benjamini_hochberg(std::span<const double> p);   // 1995: positive dependence at most
std::vector<double> benjamini_yekutieli(std::span<const double> p);  // 2001: any dependence, dearer by 1 + 1/2 + … + 1/m

}  // namespace feedloop
