#include "experiment/analysis/decision.hpp"

#include <fmt/format.h>

#include "base/parameters.hpp"
#include "base/registry.hpp"
#include "experiment/analysis/sample_ratio.hpp"

namespace feedloop {
namespace {

// As inside a sentence.
std::string title_of(const Metric& metric) {
  std::string s(metric.title);
  if (s.size() > 1 && s[1] >= 'a' && s[1] <= 'z') s[0] = static_cast<char>(std::tolower(s[0]));
  return s;
}

}  // namespace

std::vector<DecisionReport> decisions(const ExperimentReport& e, std::span<const MetricRole> roles, double alpha, bool early) {
  std::vector<DecisionReport> all;
  for (std::size_t v = 1; v < e.variants.size(); ++v) {
    DecisionReport d{e.variants[v].name, "keep running", {}};
    std::vector<std::string> better, worse, breached, open;
    for (const EffectReport& x : e.effects) {
      if (x.variant != d.variant) continue;
      const auto metrics = metric_registry();
      const std::size_t m = metric_index(x.metric);
      if (roles[m] != MetricRole::Decision || metrics[m].better == Direction::Neither || x.verdict == "not enough data")
        continue;
      if (!((early ? x.sequential.p : x.adjusted_p) < alpha)) continue;
      ((x.effect > 0) == (metrics[m].better == Direction::HigherIsBetter) ? better : worse).push_back(title_of(metrics[m]));
    }
    double margin_pct = 0;
    for (const GuardrailReport& g : e.guardrails) {
      margin_pct = 100 * g.margin;
      if (g.variant == d.variant && g.state != "holds")
        (g.state == "breached" ? breached : open).push_back(title_of(*find_entry(metric_registry(), g.metric)));
    }
    const std::string none_worse =
        e.guardrails.empty() ? "" : fmt::format(", and no guardrail is worse by more than {:g} %", margin_pct);
    if (split_broken(e)) {
      d.decision = "do not trust";
      d.reason = "The units did not split as planned.";
    } else if (!breached.empty()) {
      d.decision = "do not ship";
      d.reason = fmt::format("Worse than the margin of {:g} % in {}{}.", margin_pct, join(breached),
                             worse.empty() ? "" : ", and worse in " + join(worse));
    } else if (!worse.empty()) {
      d.decision = "do not ship";
      d.reason = fmt::format("Worse in {}.", join(worse));
    } else if (better.empty()) {
      d.reason = early ? "No decision metric has shown a difference so far." : "No decision metric shows a difference.";
    } else if (open.empty()) {
      d.decision = "ship";
      d.reason = fmt::format("Better in {}{}.", join(better), none_worse);
    } else {
      d.reason = fmt::format("Better in {}, but it is not shown yet that {} {} no worse than the margin of {:g} %.",
                             join(better), join(open), open.size() == 1 ? "is" : "are", margin_pct);
    }
    all.push_back(std::move(d));
  }
  return all;
}

void analyse_decision(const AnalysisInput& in, ExperimentReport& out) {
  out.decisions = decisions(out, in.study.roles, in.study.analysis.alpha, in.now < in.study.end);
}

}  // namespace feedloop
