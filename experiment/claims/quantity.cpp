#include "experiment/claims/quantity.hpp"

#include <algorithm>

#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/serving.hpp"
#include "experiment/metrics/hidden.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {

ClaimDays days_of(const Study& study, const Claim& claim) {
  const auto at = [&](double day) { return study.t0 + from_seconds(86400 * day); };
  return {at(claim.days.low), claim.days.high < static_cast<double>(study.params.days) ? at(claim.days.high) : study.end};
}

std::pair<std::size_t, std::size_t> place_of(const Study& study, std::string_view variant) {
  const auto& experiments = study.scenario.experiments;
  for (std::size_t e = 0; e < experiments.size() && !variant.empty(); ++e)
    for (std::size_t v = 0; v < experiments[e].variants.size(); ++v)
      if (experiments[e].variants[v].name == variant) return {e, v};
  return {0, 0};
}

std::vector<bool> cells_of(const Study& study, std::string_view variant) {
  std::vector<bool> cells(study.assignment.cells(), false);
  const auto [e, v] = place_of(study, variant);
  for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = study.assignment.variant_in(c, e) == v;
  return cells;
}

void Probe::begin(const Study& study) {
  study_ = &study;
  cells_ = cells_of(study, variant_);
  cell_ = static_cast<std::size_t>(std::find(cells_.begin(), cells_.end(), true) - cells_.begin());
}

Settings Probe::settings() const {
  Settings all = study_->cells[cell_];
  for (const auto& [path, value] : claim_.overrides) all.set(path, value, {});
  return all;
}

const VariantReport* Probe::variant_of(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const VariantReport& v : e.variants)
      if (variant_.empty() || v.name == variant_) return &v;
  return nullptr;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& m : metric_registry()) names.emplace_back(m.name);
  for (const MetricInfo& m : exposure_infos()) names.push_back(m.name);
  for (const MetricInfo& m : serving_infos()) names.push_back(m.name);
  for (const MetricInfo& m : hidden_infos()) names.push_back(m.name);
  return names;
}

}  // namespace feedloop
