// RatioMoments of many metrics side by side, four lanes at a time. Each lane does what RatioMoments::add does and in the same
// order, so its moments are the same to the bit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "stats/moments.hpp"

namespace feedloop {

class MomentLanes {
 public:
  explicit MomentLanes(std::size_t metrics) : lanes_((metrics + 3) / 4), metrics_(metrics) {}

  // Of how many values add() reads: the metrics, rounded up to whole lanes.
  std::size_t width() const { return 4 * lanes_.size(); }
  // One unit's numerator and denominator by metric; a NaN numerator: the unit has no value of it and is not counted.
  // Requires: width() values each, finite but for that.
  void add(std::span<const double> num, std::span<const double> den);

  std::size_t size() const { return metrics_; }
  RatioMoments operator[](std::size_t metric) const;  // Requires: metric < size()

 private:
  struct alignas(32) Lanes {
    double n[4]{}, mean_num[4]{}, mean_den[4]{}, m2_num[4]{}, m2_den[4]{}, c[4]{};
  };
  std::vector<Lanes> lanes_;
  std::size_t metrics_;
};

}  // namespace feedloop
