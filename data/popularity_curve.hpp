// How popularity falls with rank: the Zipf-Mandelbrot law p(r) ~ (r + q)^-s over ranks 1..n (Mandelbrot 1953, "An informational
// theory of the statistical structure of language"), which bends at the top where a power law is straight.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace feedloop {

struct ZipfMandelbrot {
  double s = kNaN, q = kNaN;
  double log_likelihood = kNaN;
  Interval s_ci, q_ci;  // 95 %, from the curvature at the maximum; NaN at the border q = 0
};

// Maximum likelihood of counts, ranked by the counts themselves; zeros are ranks that nobody chose. The ranking by the
// same data makes the head look steeper than it is, most where counts are small: the law describes this log's curve.
// s in [0.05, 30], q in [0, 100 n]. Requires: a positive count.
ZipfMandelbrot fit_zipf_mandelbrot(std::span<const std::int64_t> counts);

}  // namespace feedloop
