// Clicks, watch time, sessions, completions, skips .
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

extern const Metric kCtr, kWatchPerUserDay, kSessionsPerUserDay, kClicksPerUserDay, kCompletionRate, kSkipRate, kLikeRate;

}  // namespace feedloop
