#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "experiment/metrics/calibration.hpp"
#include "experiment/metrics/diversity.hpp"
#include "experiment/metrics/engagement.hpp"
#include "experiment/metrics/retention.hpp"

namespace feedloop {

std::span<const Metric> metric_registry() {
  static const std::array table{kCtr,
                                kWatchPerUserDay,
                                kD1Retention,
                                kD7Retention,
                                kSessionsPerUserDay,
                                kClicksPerUserDay,
                                kCompletionRate,
                                kSkipRate,
                                kLikeRate,
                                kUserCtr,
                                kWatchPerActiveDay,
                                kCappedWatchPerUserDay,
                                kWatchPerClick,
                                kActiveDays,
                                kImpressionsPerUserDay,
                                kBounceRate,
                                kSaveRate,
                                kShareRate,
                                kDismissRate,
                                kSurveyRating,
                                kD7Rolling,
                                kWeek2Retention,
                                kD30Retention,
                                kChurn28,
                                kD1New,
                                kD1Existing,
                                kD7New,
                                kD7Existing,
                                kRevenuePerUserDay,
                                kUserEntropy,
                                kNovelty,
                                kIntraListDistance,
                                kNewItemShare,
                                kMiscalibration,
                                kClickCalibration};
  return table;
}

std::size_t metric_index(std::string_view name) {
  const auto metrics = metric_registry();
  const auto it = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
  FEEDLOOP_CHECK(it != metrics.end(), "a metric of the registry");
  return static_cast<std::size_t>(it - metrics.begin());
}

MetricInfo info_of(const Metric& m) {
  return {std::string(m.name),
          std::string(m.title),
          std::string(m.unit),
          m.scale,
          m.decimals,
          m.better,
          std::string(m.doc),
          MetricRole::Diagnostic,
          std::string(m.unit_of_analysis)};
}

}  // namespace feedloop
