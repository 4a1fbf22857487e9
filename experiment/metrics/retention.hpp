// Classic retention : active again in the k-th 24-hour window after the unit entered. Units without complete
// follow-up are left out, in every variant by the same rule.
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

extern const Metric kD1Retention, kD7Retention;

}  // namespace feedloop
