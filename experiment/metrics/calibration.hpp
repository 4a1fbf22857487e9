// Whether the click probabilities that served the pages came true.
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

extern const Metric kClickCalibration;

// The predicted click probability of a slot; absent when popularity or a policy's reserve answered, or no objective asked.
std::optional<double> predicted_click(const Slot& slot);

}  // namespace feedloop
