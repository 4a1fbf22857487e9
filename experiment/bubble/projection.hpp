// Principal components of many vectors: the plane that holds most of their variance (Pearson 1901; Jolliffe 2002, "Principal
// component analysis", sec. 1.1). Computed once and kept, so that on a map movement means change.
//
// The sign of a component is free; here its largest loading is positive (of equal ones the first), so that the same vectors
// always give the same plane.
#pragma once

#include <span>
#include <vector>

#include "experiment/bubble/bubble.hpp"

namespace feedloop {

class Projection {
 public:
  // rows: vectors one after another, `dims` numbers each. Fewer than two dimensions of variance leave an axis of zeros.
  // Requires: dims > 0, rows.size() a multiple of it, finite numbers.
  Projection(std::span<const float> rows, std::size_t dims);

  MapPoint at(std::span<const float> vector) const;  // Requires: `dims` numbers
  double explained() const { return explained_; }    // share of the variance in the plane; NaN where there is none

 private:
  std::vector<double> mean_, x_, y_;
  double explained_ = kNoValue;
};

}  // namespace feedloop
