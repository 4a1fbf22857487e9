// What users did: impressions, clicks, watch time, sessions, days, and what they said of it.
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

extern const Metric kCtr, kUserCtr, kWatchPerUserDay, kCappedWatchPerUserDay, kWatchPerActiveDay, kWatchPerClick,
    kSessionsPerUserDay, kActiveDays, kImpressionsPerUserDay, kClicksPerUserDay, kCompletionRate, kSkipRate, kBounceRate,
    kLikeRate, kSaveRate, kShareRate, kDismissRate, kSurveyRating, kRevenuePerUserDay;

}  // namespace feedloop
