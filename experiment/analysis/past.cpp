#include "experiment/analysis/past.hpp"

namespace feedloop {

ActivityTier Past::tier(const UnitValue& v) {
  if (v.num == 0) return ActivityTier::New;
  if (3 * v.num <= v.den) return ActivityTier::Light;
  return 3 * v.num <= 2 * v.den ? ActivityTier::Medium : ActivityTier::Heavy;
}

UnitValue Past::value(std::size_t unit, std::size_t metric) const {
  return before_.value(unit, metric, t0_).value_or(UnitValue{});
}

}  // namespace feedloop
