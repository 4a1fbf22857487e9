#include "experiment/analysis/analysis.hpp"

#include <algorithm>

#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/serving.hpp"

namespace feedloop {

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now) {
  const std::size_t metrics = metric_registry().size();
  std::vector<std::vector<RatioMoments>> moments(study.scenario.experiments[experiment].variants.size(),
                                                 std::vector<RatioMoments>(metrics));
  const std::vector<double> caps = caps_of({&units}, now);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    auto& variant = moments[study.assignment.variant_in(units.cell(u), experiment)];
    for (std::size_t m = 0; m < metrics; ++m)
      if (const auto v = units.value(u, m, now)) {
        const UnitValue x = capped(*v, caps[m]);
        variant[m].add(x.num, x.den);
      }
  }
  return moments;
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
  AnalysisInput in{study, units, experiment, now, looks, moments_of(study, units, experiment, now), {}, caps_of({&units}, now)};
  in.entered.assign(in.moments.size(), 0);
  for (std::size_t u = 0; u < units.units(); ++u)
    if (units.entered(u)) ++in.entered[study.assignment.variant_in(units.cell(u), experiment)];
  ExperimentReport out;
  out.layer = study.scenario.experiments[experiment].layer;
  out.design = "user-randomised, shared models";
  for (const auto& entry : analysis_registry()) entry.run(in, out);
  return out;
}

}  // namespace feedloop
