#include "experiment/analysis/roles.hpp"

#include <algorithm>

#include <fmt/format.h>

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

}  // namespace

std::vector<MetricRole> metric_roles(const AnalysisParams& params) {
  const auto metrics = metric_registry();
  std::vector<MetricRole> roles(metrics.size(), MetricRole::Diagnostic);
  const auto mark = [&](std::string_view key, const std::string& list, MetricRole role) {
    for (const std::string& name : names_in(list)) {
      const auto it = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
      if (it == metrics.end()) {
        std::vector<std::string> all;
        for (const Metric& m : metrics) all.emplace_back(m.name);
        const std::string near = nearest(name, all);
        throw Error(fmt::format("{} names `{}`, which is no metric{}; metrics are {}", key, name,
                                near.empty() ? "" : fmt::format(", did you mean `{}`?", near), join(all)));
      }
      MetricRole& mine = roles[static_cast<std::size_t>(it - metrics.begin())];
      if (mine != MetricRole::Diagnostic && mine != role)
        throw Error(fmt::format("`{}` is in analysis.decision and in analysis.guardrails; it can have one role", name));
      mine = role;
    }
  };
  mark("analysis.decision", params.decision, MetricRole::Decision);
  mark("analysis.guardrails", params.guardrails, MetricRole::Guardrail);
  return roles;
}

}  // namespace feedloop
