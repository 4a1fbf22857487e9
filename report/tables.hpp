// The tables of a report as cells, the same in every sink. Values are printed in the unit and with the decimals of their
// metric; the effects that must not be trusted show no number.
#pragma once

#include <string_view>
#include <vector>

#include "experiment/report.hpp"
#include "report/page.hpp"

namespace feedloop {

struct Table {
  std::vector<Align> align;
  std::vector<Row> rows;  // the first is the head
  bool empty() const { return rows.size() < 2; }
};

const EffectReport* find_effect(const ExperimentReport& e, std::string_view variant, std::string_view metric);
// Whether the effect's interval and the truth are known, so that one can be held against the other.
bool is_judged(const EffectReport* x, const TruthReport& t);

bool has_roles(const Report& r);  // some metric decides or is guarded

// Metrics by role and in the registry's order, then whatever else a variant has. A diagnostic that nobody could be judged by in
// a run of this length is left out.
std::vector<MetricInfo> metrics_of(const Report& r, const ExperimentReport& e);
// A metric that was compared, or has an error model; the others describe concentration of exposure, and serving.
bool is_compared(const ExperimentReport& e, const MetricInfo& m);
bool is_serving(const MetricInfo& m);

Table variants_table(const ExperimentReport& e);
// A heading for every metric that was compared, then a row a variant. The always-valid interval is the difference's, in the
// metric's unit: a column of its own where there is room.
enum class AlwaysValidInterval { Hide, Show };
Table effects_table(const Report& r, const ExperimentReport& e, AlwaysValidInterval always_valid);
// The metrics that were not compared: a row each, a column a variant. Those of a variant as a whole have their difference from
// control, at equal impressions, with its interval.
Table exposure_table(const Report& r, const ExperimentReport& e);
Table serving_table(const Report& r, const ExperimentReport& e);
// With what parts of the bias are spillover where there is room for two columns more.
enum class Spillover { Hide, Show };
Table truth_table(const Report& r, const ExperimentReport& e, Spillover spillover);

}  // namespace feedloop
