// The Live screen: which variant is better, and can the answer be trusted? Verdicts in a table; click-through rate, lift of one
// treatment, retention and inequality of exposure as curves, or its effects on every metric; the health of the experiment.
#pragma once

#include "gui/views.hpp"

namespace feedloop {

class LiveView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

// What the screen shows of a snapshot: one experiment, or null while there is none.
const ExperimentReport* shown_experiment(const AppState& state, const Snapshot* snapshot);
double days_of(const AppState& state, const Snapshot* snapshot);  // planned, of the experiment; at least 1
const MetricInfo* primary_metric(const Snapshot& snapshot);       // `ctr` when there is one, else the first
const MetricValue* metric_of(const VariantReport& variant, std::string_view metric);
const EffectReport* effect_of(const ExperimentReport& experiment, std::string_view variant, std::string_view metric);
bool variant_hidden(const AppState& state, int variant);
// One sentence about where the run stands when there are no results yet: "Warm-up: day 3.2 of 7", "No events yet…".
std::string waiting_text(const AppState& state);
// The moment reviewed is one of which an archive keeps less than of the end: what is missing is not late but not kept.
bool kept_for_the_end(const AppState& state);

}  // namespace feedloop
