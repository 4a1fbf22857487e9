#include "engine/latency.hpp"

namespace feedloop {

void StageTimes::add(const StageLaps& laps) {
  for (std::size_t s = 0; s < kStages; ++s) {
    const double t = static_cast<double>(laps[s]);
    us[s].add(t);
    total_us[s] += t;
  }
}

}  // namespace feedloop
