#include "stats/ratio_change.hpp"

#include <array>

namespace feedloop {

Estimate change_estimate(const RatioCovariateMoments& m) {
  Estimate e;
  e.n = m.units.n;
  const auto& mean = m.units.mean;
  if (e.n == 0 || mean[1] == 0 || mean[3] == 0) return e;
  const double now = mean[0] / mean[1], before = mean[2] / mean[3];
  e.value = now - before;
  if (e.n < 2) return e;
  e.variance = m.units.variance_of_mean(std::array{1 / mean[1], -now / mean[1], -1 / mean[3], before / mean[3]});
  e.status = e.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return e;
}

}  // namespace feedloop
