#include "experiment/study.hpp"

#include <algorithm>

#include "base/parameters.hpp"
#include "experiment/analysis/roles.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {
namespace {

std::vector<std::size_t> followed_metrics(const std::vector<MetricRole>& roles, bool sums_only) {
  std::vector<std::size_t> out;
  for (std::size_t m = 0; m < roles.size(); ++m)
    if ((m == 0 || roles[m] != MetricRole::Diagnostic) && (!sums_only || metric_registry()[m].of_sums)) out.push_back(m);
  return out;
}

}  // namespace

Study::Study(const Scenario& s)
    : scenario(s),
      params(s.settings.read<ScenarioParams>("")),
      analysis(s.settings.read<AnalysisParams>("analysis")),
      roles(metric_roles(analysis)),
      covariates(metric_covariates(analysis)),
      followed(followed_metrics(roles, false)),
      summed(followed_metrics(roles, true)),
      seed{s.seed()},
      t0{SimTime{0} + kDay * params.warmup_days},
      end{t0 + kDay * params.days},
      before{t0 - kDay * std::min(params.warmup_days, analysis.pre_days)},
      epoch(from_seconds(params.epoch_minutes * 60)),
      middle{t0 + kDay * (params.days / 2)},
      horizon{kDay * (std::min((t0 - before).us / kDay.us, params.days) / 2)},
      world(s.settings.read<WorldParams>("world"), seed, end, s.tables ? *s.tables : WorldTables{}),
      assignment(s.experiments, params.holdout, holdout_salt(s.name), t0) {
  for (std::size_t c = 0; c < assignment.cells(); ++c) {
    std::vector<std::size_t> variants;
    for (std::size_t e = 0; e < s.experiments.size(); ++e) variants.push_back(assignment.variant_in(c, e));
    cells.push_back(s.cell_settings(variants));
  }
  kept = summed;
  for (const std::size_t m : summed)
    if (roles[m] == MetricRole::Decision) surrogates.push_back(m);
  const auto add = [](std::vector<std::size_t>& list, std::size_t m) {
    if (std::find(list.begin(), list.end(), m) == list.end()) list.push_back(m);
  };
  for (const char* name : {"sessions_per_user_day", "active_days"}) {
    add(kept, metric_index(name));
    add(surrogates, metric_index(name));
  }
}

bool Study::keeps(SimTime now) const {
  if (now == middle) return true;
  for (const std::int64_t k : {-2, -1, 1, 2})
    if (horizon.us > 0 && now == t0 + horizon * k) return true;
  return false;
}

std::size_t Study::unit_of(std::size_t experiment, std::size_t user) const {
  const UserTraits& u = world.population().users[user];
  return unit_id(scenario.experiments[experiment].design.unit, u.id, u.household, u.country);
}

std::size_t Study::units_of(std::size_t experiment) const {
  const Design& design = scenario.experiments[experiment].design;
  if (design.kind == DesignKind::Switchback)
    return static_cast<std::size_t>(((end - t0).us + design.block.us - 1) / design.block.us) * kCountries;
  switch (design.unit) {
    case Unit::Household:
      return world.population().households.size();
    case Unit::Region:
      return kCountries;
    case Unit::User:
      break;
  }
  return world.population().users.size();
}

std::string Study::cell_name(std::size_t cell) const {
  std::vector<std::string> names;
  for (std::size_t e = 0; e < scenario.experiments.size(); ++e)
    names.push_back(scenario.experiments[e].variants[assignment.variant_in(cell, e)].name);
  return join(names, " x ");
}

}  // namespace feedloop
