// What a person chose on the screens that look into an experiment: Stats, Retention and Funnel. Plain data of AppState.
#pragma once

#include <memory>
#include <string>

#include "experiment/funnel.hpp"
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
  std::shared_ptr<const TracedPage> pinned;  // that is looked into; null: the newest
  std::size_t slot = 0;                      // of it, that the sentence is about
  std::string user;                          // typed: whose newest sampled page to look into
};

}  // namespace feedloop
