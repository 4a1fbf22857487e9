#include "experiment/analysis/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/serving.hpp"
#include "stats/moment_lanes.hpp"

namespace feedloop {
namespace {

std::vector<RatioMoments> moments_of_one(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t metric,
                                         SimTime now, double cap) {
  std::vector<RatioMoments> moments(study.scenario.experiments[experiment].variants.size());
  const bool users = study.scenario.experiments[experiment].design.unit == Unit::User;
  struct Sum {
    std::size_t variant = 0;
    UnitValue value;
    bool judged = false;
  };
  std::vector<Sum> sums(users ? 0 : study.units_of(experiment));
  for (std::size_t u = 0; u < units.units(); ++u) {
    const auto v = units.value(u, metric, now);
    if (!v) continue;
    const UnitValue x = capped(*v, cap);
    const std::size_t variant = study.assignment.variant_in(units.cell(u), experiment);
    if (users) {
      moments[variant].add(x.num, x.den);
      continue;
    }
    Sum& sum = sums[study.unit_of(experiment, u)];
    sum.variant = variant;
    sum.judged = true;
    sum.value.num += x.num;
    sum.value.den += x.den;
  }
  for (const Sum& sum : sums)
    if (sum.judged) moments[sum.variant].add(sum.value.num, sum.value.den);
  return moments;
}

}  // namespace

std::vector<RatioMoments> moments_of(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t metric,
                                     SimTime now) {
  const double cap = metric_registry()[metric].cap_quantile > 0 ? caps_of({&units}, now)[metric] : kInfinity;
  return moments_of_one(study, units, experiment, metric, now, cap);
}

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
                                                  SimTime now) {
  return moments_of(study, units, experiment, now, caps_of({&units}, now));
}

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps) {
  const std::size_t metrics = metric_registry().size();
  if (study.scenario.experiments[experiment].design.unit != Unit::User) {
    std::vector<std::vector<RatioMoments>> clusters(study.scenario.experiments[experiment].variants.size());
    for (std::size_t m = 0; m < metrics; ++m) {
      const auto of_metric = moments_of_one(study, units, experiment, m, now, caps[m]);
      for (std::size_t v = 0; v < clusters.size(); ++v) clusters[v].push_back(of_metric[v]);
    }
    return clusters;
  }
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

std::vector<RatioMoments> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                     std::size_t metric, SimTime now) {
  const BlockTable* blocks = tables.blocks(experiment);
  if (!blocks) return moments_of(study, tables.of(experiment), experiment, metric, tables.until(experiment, now));
  std::vector<RatioMoments> moments(study.scenario.experiments[experiment].variants.size());
  for (std::size_t b = 0; b < blocks->blocks(); ++b)
    if (const auto v = blocks->value(b, metric)) moments[blocks->variant(b)].add(v->num, v->den);
  return moments;
}

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                                  SimTime now) {
  const bool blocks = tables.blocks(experiment) != nullptr;
  return moments_of(study, tables, experiment, now,
                    blocks ? std::vector<double>() : caps_of({&tables.of(experiment)}, tables.until(experiment, now)));
}

std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps) {
  if (!tables.blocks(experiment))
    return moments_of(study, tables.of(experiment), experiment, tables.until(experiment, now), caps);
  std::vector<std::vector<RatioMoments>> moments(study.scenario.experiments[experiment].variants.size());
  for (std::size_t m = 0; m < metric_registry().size(); ++m) {
    const auto of_metric = moments_of(study, tables, experiment, m, now);
    for (std::size_t v = 0; v < moments.size(); ++v) moments[v].push_back(of_metric[v]);
  }
  return moments;
}

std::vector<std::int64_t> entered_of(const Study& study, const ExperimentTables& tables, std::size_t experiment) {
  std::vector<std::int64_t> entered(study.scenario.experiments[experiment].variants.size(), 0);
  if (const BlockTable* blocks = tables.blocks(experiment)) {
    for (std::size_t b = 0; b < blocks->blocks(); ++b)
      if (blocks->pages(b) > 0) ++entered[blocks->variant(b)];
    return entered;
  }
  return entered_of(study, tables.of(experiment), experiment);
}

std::vector<std::int64_t> entered_of(const Study& study, const UnitTable& units, std::size_t experiment) {
  std::vector<std::int64_t> entered(study.scenario.experiments[experiment].variants.size(), 0);
  std::vector<char> seen(study.units_of(experiment), 0);
  for (std::size_t u = 0; u < units.units(); ++u)
    if (units.entered(u) && !std::exchange(seen[study.unit_of(experiment, u)], 1))
      ++entered[study.assignment.variant_in(units.cell(u), experiment)];
  return entered;
}

std::vector<std::int64_t> assigned_of(const Study& study, const ExperimentTables& tables, std::size_t experiment) {
  const auto users = tables.assigned(experiment);
  if (users.empty()) return entered_of(study, tables, experiment);
  std::vector<std::int64_t> assigned(study.scenario.experiments[experiment].variants.size(), 0);
  std::vector<char> seen(study.units_of(experiment), 0);
  for (std::size_t u = 0; u < users.size(); ++u)
    if (users[u] > 0 && !std::exchange(seen[study.unit_of(experiment, u)], 1)) ++assigned[users[u] - 1u];
  return assigned;
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

Reads AnalysisInput::offers() const {
  const Design& design = study.scenario.experiments[experiment].design;
  if (design.kind == DesignKind::Interleaving) return Reads::Pages;
  if (design.kind == DesignKind::Switchback) return Reads::Units;
  if (!design.of_users()) return Reads::Clusters;
  return study.counts_everybody(experiment) ? Reads::Everybody : Reads::Users;
}

ExperimentReport analyse(const AnalysisInput& in) {
  const Study& study = in.study;
  ExperimentReport out;
  out.layer = study.scenario.experiments[in.experiment].layer;
  out.design = design_text(study.scenario.experiments[in.experiment].design,
                           std::get<std::string>(study.scenario.settings.at("engine.isolation")));
  if (study.params.holdout > 0) out.design += fmt::format(", {:g} % held out", 100 * study.params.holdout);
  for (const auto& entry : analysis_registry())
    if (entry.reads <= in.offers()) entry.run(in, out);
  if (in.looks != nullptr) out.days = in.looks->days(study, in.experiment);
  return out;
}

ExperimentReport analyse(const Study& study, const ExperimentTables& tables, std::size_t experiment, SimTime now,
                         const Looks* looks) {
  now = tables.until(experiment, now);
  const UnitTable& units = tables.of(experiment);
  std::vector<double> caps = caps_of({&units}, now);
  return analyse({study, units, experiment, now, looks, tables.interleaving(experiment),
                  moments_of(study, tables, experiment, now, caps), entered_of(study, tables, experiment),
                  assigned_of(study, tables, experiment), std::move(caps)});
}

ExperimentReport analyse(const Study& study, const UnitTable& units, std::size_t experiment, SimTime now, const Looks* looks) {
  const auto entered = entered_of(study, units, experiment);
  std::vector<double> caps = caps_of({&units}, now);
  return analyse({study, units, experiment, now, looks, nullptr, moments_of(study, units, experiment, now, caps), entered,
                  entered, std::move(caps)});
}

}  // namespace feedloop
