#include <array>

#include "base/check.hpp"
#include "base/registry.hpp"
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
  const Metric* metric = find_entry(metrics, name);
  FEEDLOOP_CHECK(metric != nullptr, "a metric of the registry");
  return static_cast<std::size_t>(metric - metrics.data());
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
