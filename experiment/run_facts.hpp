// What the machine did, not the world: wall time, memory, stage latencies. Never feeds a result.
#pragma once

#include <chrono>

#include "engine/latency.hpp"
#include "experiment/report.hpp"

namespace feedloop {

class RunClock {
 public:
  RunClock() : start_(std::chrono::steady_clock::now()) {}
  void add(const StageTimes& times, std::int64_t requests);  // of one world
  RunFacts finish() const;

 private:
  std::chrono::steady_clock::time_point start_;
  StageTimes times_;
  std::int64_t requests_ = 0;
};

std::vector<StageLatency> latency_of(const StageTimes& times);

}  // namespace feedloop
