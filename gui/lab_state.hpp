// What a person chose on the screens that look into an experiment: Stats, Retention and Funnel. Plain data of AppState.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gui/aa_meter.hpp"

namespace feedloop {

struct StatsState {
  std::string metric;    // empty: the headline metric, else the first
  bool e_value = false;  // below the p-values: the e-value instead of the confidence sequence
  std::shared_ptr<AaMeter> meter = std::make_shared<AaMeter>();
};

struct RetentionState {
  int cohorts_of = 0;  // variant whose cohorts are shown
};

struct FunnelState {
  std::uint64_t request = 0;  // that is looked into; 0: the newest
};

}  // namespace feedloop
