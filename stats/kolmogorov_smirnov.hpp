// The largest distance between two distribution functions (Kolmogorov 1933; Smirnov 1939). One-sample against the uniform: are
// the p-values of A/A tests flat? Two-sample: do two groups differ in anything at all? Ties make p too large, never too small.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace feedloop {

// NaN where a sample is empty or has a NaN.
struct KsTest {
  double d = kNaN;  // distance, in [0, 1]
  double p = kNaN;  // P(D >= d) if the distributions are the same and continuous
};
KsTest ks_uniform(std::span<const double> x);  // against the uniform distribution on [0, 1]
KsTest ks_two_sample(std::span<const double> a, std::span<const double> b);

// P(D_n >= d) for n uniform values. Exact up to n = 2000 to about ten digits (Marsaglia, Tsang & Wang 2003 in the body, twice
// the one-sided tail of Birnbaum & Tingey 1951 beyond n d^2 = 4; Simard & L'Ecuyer 2011 compare them). Above, the limit with
// the correction of Vrbik 2018, off by less than 1e-4 there. Requires: n >= 1.
double ks_sf(std::int64_t n, double d);

// P(D_mn >= d): exact, over all orders of the m + n values, up to m n = 10^7 (Hodges 1958, "The significance probability of the
// Smirnov two-sample test"); above, Smirnov's limit. Requires: m, n >= 1.
double ks_two_sample_sf(std::int64_t m, std::int64_t n, double d);

}  // namespace feedloop
