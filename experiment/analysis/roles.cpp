#include "experiment/analysis/roles.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/registry.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {
namespace {

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    std::string name = list.substr(at, comma - at);
    std::erase(name, ' ');
    if (!name.empty()) names.push_back(std::move(name));
    at = comma + 1;
  }
  return names;
}

std::size_t named_metric(std::string_view key, const std::string& name) {
  const auto metrics = metric_registry();
  if (find_entry(metrics, name)) return metric_index(name);
  std::vector<std::string> all;
  for (const Metric& m : metrics) all.emplace_back(m.name);
  const std::string near = nearest(name, all);
  throw Error(fmt::format("{} names `{}`, which is no metric{}; metrics are {}", key, name,
                          near.empty() ? "" : fmt::format(", did you mean `{}`?", near), join(all)));
}

}  // namespace

std::vector<MetricRole> metric_roles(const AnalysisParams& params) {
  const auto metrics = metric_registry();
  std::vector<MetricRole> roles(metrics.size(), MetricRole::Diagnostic);
  const auto mark = [&](std::string_view key, const std::string& list, MetricRole role) {
    for (const std::string& name : names_in(list)) {
      MetricRole& mine = roles[named_metric(key, name)];
      if (mine != MetricRole::Diagnostic && mine != role)
        throw Error(fmt::format("`{}` is in analysis.decision and in analysis.guardrails; it can have one role", name));
      mine = role;
    }
  };
  mark("analysis.decision", params.decision, MetricRole::Decision);
  mark("analysis.guardrails", params.guardrails, MetricRole::Guardrail);
  return roles;
}

std::vector<std::size_t> metric_covariates(const AnalysisParams& params) {
  const auto metrics = metric_registry();
  std::vector<std::size_t> covariates(metrics.size(), metric_index("active_days"));
  if (!params.covariate.empty()) {
    const std::size_t named = named_metric("analysis.covariate", params.covariate);
    if (!metrics[named].of_sums)
      throw Error(
          fmt::format("analysis.covariate names `{}`, which is not a sum over days and has no past before the experiment; "
                      "`{}` has",
                      params.covariate, metrics[covariates[named]].name));
    std::fill(covariates.begin(), covariates.end(), named);
    return covariates;
  }
  for (std::size_t m = 0; m < metrics.size(); ++m)
    if (metrics[m].of_sums) covariates[m] = m;
  return covariates;
}

}  // namespace feedloop
