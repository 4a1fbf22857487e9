#include "engine/latency.hpp"

#include <algorithm>

namespace feedloop {

void StageTimes::add(const StageLaps& laps) {
  for (std::size_t s = 0; s < kStages; ++s) {
    const double t = static_cast<double>(laps[s]);
    us[s].add(t);
    total_us[s] += t;
  }
}

void StageTimes::merge(const StageTimes& other) {
  for (std::size_t s = 0; s < kStages; ++s) {
    us[s].merge(other.us[s]);
    total_us[s] += other.total_us[s];
  }
  serving_s += other.serving_s;
  between_s += other.between_s;
  longest_pause_s = std::max(longest_pause_s, other.longest_pause_s);
}

void EpochClock::over(StageTimes& times) const {
  const double pause = std::chrono::duration<double>(Clock::now() - served_).count();
  times.serving_s += std::chrono::duration<double>(served_ - begun_).count();
  times.between_s += pause;
  times.longest_pause_s = std::max(times.longest_pause_s, pause);
}

}  // namespace feedloop
