// What a person sees who reads the fixed-horizon p of one metric every day, whatever the treatment.
#pragma once

#include <string_view>
#include <vector>

#include "experiment/snapshot.hpp"

namespace feedloop {

// From an experiment's effect_series: by day, the smallest naive p of all treatments. Days without a test have NaN.
std::vector<DailyLook> daily_looks(const ExperimentReport& experiment, std::string_view metric, double alpha);

}  // namespace feedloop
