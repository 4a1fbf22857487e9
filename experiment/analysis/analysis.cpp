#include "experiment/analysis/analysis.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/serving.hpp"
#include "stats/moment_lanes.hpp"

namespace feedloop {

std::vector<std::size_t> variant_by_cell(const Study& study, std::size_t experiment) {
  std::vector<std::size_t> variants;
  for (std::size_t c = 0; c < study.assignment.cells(); ++c) variants.push_back(study.assignment.variant_in(c, experiment));
  return variants;
}

std::vector<std::size_t> AnalysisInput::judged_metrics() const {
  std::vector<std::size_t> judged;
  for (std::size_t m = 0; m < study.roles.size(); ++m)
    if (study.roles[m] != MetricRole::Diagnostic) judged.push_back(m);
  return judged;
}

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps) {
  const std::size_t metrics = metric_registry().size();
  std::vector<MomentLanes> variants(study.scenario.experiments[experiment].variants.size(), MomentLanes(metrics));
  const std::vector<std::size_t> variant_of_cell = variant_by_cell(study, experiment);
  std::vector<std::size_t> capped_metrics;
  for (std::size_t m = 0; m < metrics; ++m)
    if (std::isfinite(caps[m])) capped_metrics.push_back(m);
  std::vector<double> num(variants.front().width(), kNoValue), den(num);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    units.values(u, now, num, den);
    for (const std::size_t m : capped_metrics) num[m] = capped({num[m], den[m]}, caps[m]).num;
    variants[variant_of_cell[units.cell(u)]].add(num, den);
  }
  std::vector<std::vector<RatioMoments>> moments(variants.size());
  for (std::size_t v = 0; v < variants.size(); ++v)
    for (std::size_t m = 0; m < metrics; ++m) moments[v].push_back(variants[v][m]);
  return moments;
}

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now) {
  return moments_of(study, units, experiment, now, caps_of({&units}, now));
}

std::vector<MetricInfo> metric_infos(const Study& study) {
  std::vector<MetricInfo> infos;
  for (std::size_t m = 0; m < metric_registry().size(); ++m) {
    infos.push_back(info_of(metric_registry()[m]));
    infos.back().role = study.roles[m];
  }
  for (auto& info : exposure_infos()) infos.push_back(std::move(info));
  const auto simulates = [](const Settings& s) { return std::get<bool>(s.at("engine.budget.simulate")); };
  if (std::any_of(study.cells.begin(), study.cells.end(), simulates))
    for (auto& info : serving_infos()) infos.push_back(std::move(info));
  return infos;
}

ExperimentReport analyse(const Study& study, const UnitTable& units, std::size_t experiment, SimTime now, const Looks* looks) {
  const std::vector<double> caps = caps_of({&units}, now);
  AnalysisInput in{study, units, experiment, now, looks, moments_of(study, units, experiment, now, caps), {}, caps};
  in.entered.assign(in.moments.size(), 0);
  const std::vector<std::size_t> variant_of_cell = variant_by_cell(study, experiment);
  for (std::size_t u = 0; u < units.units(); ++u)
    if (units.entered(u)) ++in.entered[variant_of_cell[units.cell(u)]];
  ExperimentReport out;
  out.layer = study.scenario.experiments[experiment].layer;
  out.design = "user-randomised, shared models";
  for (const auto& entry : analysis_registry()) entry.run(in, out);
  return out;
}

}  // namespace feedloop
