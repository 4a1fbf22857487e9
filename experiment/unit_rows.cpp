#include "experiment/unit_rows.hpp"

#include <algorithm>

#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/past.hpp"
#include "experiment/study.hpp"

namespace feedloop {

void emit_units(const Study& study, const ExperimentTables& tables, UnitSink& sink) {
  const bool alone = study.scenario.experiments.size() == 1;
  const UnitTable& units = alone ? tables.of(0) : tables.all();
  const SimTime now = alone ? tables.until(0, study.end) : study.end;
  std::vector<MetricInfo> infos;
  for (const Metric& m : metric_registry()) infos.push_back(info_of(m));
  // Beside them the past of what decides or is guarded, for whoever adjusts by it.
  std::vector<std::size_t> covariates;
  for (std::size_t m = 0; units.before() && m < metric_registry().size(); ++m)
    if (const std::size_t c = study.covariates[m];
        study.roles[m] != MetricRole::Diagnostic && std::find(covariates.begin(), covariates.end(), c) == covariates.end()) {
      covariates.push_back(c);
      infos.push_back(info_of(metric_registry()[c]));
      infos.back().name += kPastSuffix;
    }
  const std::vector<double> caps = caps_of({&units}, now);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    std::vector<std::string> variants;
    for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
      const UnitTable& own = tables.of(e);
      if (tables.blocks(e) || tables.interleaving(e)) {  // everybody lives through all of its variants
        variants.emplace_back();
        continue;
      }
      variants.push_back(
          own.entered(u) ? study.scenario.experiments[e].variants[study.assignment.variant_in(own.cell(u), e)].name : "");
    }
    std::vector<double> num, den;
    for (std::size_t m = 0; m < metric_registry().size(); ++m) {
      const auto v = units.value(u, m, now);
      const UnitValue x = v ? capped(*v, caps[m]) : UnitValue{kNoValue, kNoValue};
      num.push_back(x.num);
      den.push_back(x.den);
    }
    for (const std::size_t c : covariates) {
      const UnitValue x = Past(*units.before(), study.t0).value(u, c);
      num.push_back(x.num);
      den.push_back(x.den);
    }
    sink.unit(static_cast<std::uint32_t>(u), (units.entry(u) - study.t0).days(), variants, infos, num, den);
  }
}

}  // namespace feedloop
