// What each user is shown: how varied, how surprising, how new, and how near to what they choose. Vectors and categories are
// those that the platform knows, not the world's truth.
#pragma once

#include "experiment/metrics/metric.hpp"

namespace feedloop {

// An item is new for this long after its upload.
constexpr Duration kNewItem = kDay * 7;

extern const Metric kUserEntropy, kNovelty, kIntraListDistance, kNewItemShare, kMiscalibration;

}  // namespace feedloop
