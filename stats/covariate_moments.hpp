// Moments of units that each carry a metric and a covariate known before the experiment (the same metric of the weeks before
// entry, say): what CUPED and adjusted strata need. Centred and merged by Chan's formulas like stats/moments.hpp, so parts of a
// table are added unit by unit, merged, and never read again. A unit without a history counts with a covariate of 0.
#pragma once

#include <array>
#include <cstdint>

#include "stats/moments.hpp"
#include "stats/vector_moments.hpp"

namespace feedloop {

// Of a metric that is a mean over units: five numbers.
struct CovariateMoments {
  RatioMoments pair;  // "num" is the metric y, "den" the covariate x; no ratio is meant. Trivially copyable

  void add(double y, double x) { pair.add(y, x); }  // Requires: finite
  CovariateMoments merged(const CovariateMoments& other) const { return {pair.merged(other.pair)}; }
  RatioMoments metric() const;     // of y alone, as a mean metric
  RatioMoments covariate() const;  // of x alone, as a mean metric
};

// Of a metric that is a ratio of sums, whose covariate is a ratio of sums too (clicks and impressions, before and after).
struct RatioCovariateMoments {
  VectorMoments units{4};  // num, den, num before, den before

  void add(double num, double den, double num_before, double den_before) {
    units.add(std::array{num, den, num_before, den_before});
  }
  void merge(const RatioCovariateMoments& other) { units.merge(other.units); }
  RatioMoments metric() const;     // num, den
  RatioMoments covariate() const;  // num before, den before
  // Of (x, y) on linearised units, R + (num - R den) / mean den with each ratio R of sums its own (Deng, Knoblich & Lu 2018,
  // sec. 2): what a regression of ratios takes. Their means are the ratios, and the variance of y's mean is the ratio's by the
  // delta method. No units where the denominators of either add up to 0.
  VectorMoments linearised() const;
};

}  // namespace feedloop
