// Who comes back: classic (in the k-th 24-hour window after the unit entered), rolling (at any time from then on), bracket (in
// a span of days), and churn. Units without complete follow-up are left out, in every variant by the same rule.
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

extern const Metric kD1Retention, kD7Retention, kD30Retention, kD7Rolling, kWeek2Retention, kChurn28, kD1New, kD7New,
    kD1Existing, kD7Existing;

}  // namespace feedloop
