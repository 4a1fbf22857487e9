#include "experiment/run_facts.hpp"

#include <sys/resource.h>

#include "base/parallel.hpp"

namespace feedloop {

void RunClock::add(const StageTimes& times, std::int64_t requests) {
  times_.merge(times);
  requests_ += requests;
}

RunFacts RunClock::finish() const {
  RunFacts facts;
  facts.threads = threads();
  facts.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  facts.requests_per_s = static_cast<double>(requests_) / facts.wall_s;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  facts.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024.0;
  const double moving = times_.serving_s + times_.between_s;
  facts.serial_share = moving > 0 ? times_.between_s / moving : 0;
  facts.longest_pause_s = times_.longest_pause_s;
  facts.latency = latency_of(times_);
  return facts;
}

std::vector<StageLatency> latency_of(const StageTimes& times) {
  double total = 0;
  for (const double t : times.total_us) total += t;
  std::vector<StageLatency> latency;
  for (std::size_t s = 0; s < kStages; ++s)
    latency.push_back({std::string(kStageNames[s]), times.us[s].quantile(0.5), times.us[s].quantile(0.99),
                       total > 0 ? times.total_us[s] / total : 0, times.us[s].quantile(0.95)});
  return latency;
}

}  // namespace feedloop
