// Real time spent in each stage of serving a request, measured by probes. It is shown, and never feeds a result.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "stats/log_histogram.hpp"

namespace feedloop {

enum class Stage { Retrieve, Features, Rank, Rerank, Policy, World };
constexpr int kStages = 6;
constexpr std::array<std::string_view, kStages> kStageNames{"retrieve", "features", "rank", "rerank", "policy", "world"};

using StageLaps = std::array<float, kStages>;  // microseconds of one request

// Each lap attributes the time since the last one.
class StageClock {
 public:
  explicit StageClock(StageLaps& laps) : laps_(laps), last_(Clock::now()) {}
  void lap(Stage stage) {
    const auto now = Clock::now();
    laps_[static_cast<std::size_t>(stage)] += std::chrono::duration<float, std::micro>(now - last_).count();
    last_ = now;
  }
  void rest() { last_ = Clock::now(); }  // the time since the last lap belongs to no stage

 private:
  using Clock = std::chrono::steady_clock;
  StageLaps& laps_;
  Clock::time_point last_;
};

struct StageTimes {
  std::array<LogHistogram, kStages> us;
  std::array<double, kStages> total_us{};
  // Wall time: of serving, which all threads share; between epochs, where pages are put in order and models learn; and of the
  // longest such pause, which is a night's training.
  double serving_s = 0, between_s = 0, longest_pause_s = 0;

  void add(const StageLaps& laps);
  void merge(const StageTimes& other);
};

// One epoch: begun when it is made, then all pages are served, then it is over.
class EpochClock {
 public:
  EpochClock() : begun_(Clock::now()), served_(begun_) {}
  void served() { served_ = Clock::now(); }
  void over(StageTimes& times) const;

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begun_, served_;
};

}  // namespace feedloop
