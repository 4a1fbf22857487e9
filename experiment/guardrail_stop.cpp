#include "experiment/guardrail_stop.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/guardrails.hpp"
#include "stats/non_inferiority.hpp"
#include "stats/sequential.hpp"

namespace feedloop {

GuardrailStop::GuardrailStop(const Study& study) {
  for (const Experiment& e : study.scenario.experiments)
    taus_.emplace_back(e.design.stop_on_guardrail ? e.variants.size() * metric_registry().size() : 0, 0.0);
}

void GuardrailStop::look(const Study& study, ExperimentTables& tables, SimTime now) {
  const auto guardrails = std::count(study.roles.begin(), study.roles.end(), MetricRole::Guardrail);
  const auto& analysis = study.analysis;
  for (std::size_t e = 0; e < taus_.size(); ++e) {
    if (taus_[e].empty() || tables.stopped(e) != kNever) continue;
    const auto moments = moments_of(study, tables, e, now);
    const double tests = static_cast<double>(guardrails) * static_cast<double>(moments.size() - 1);
    const double bound = std::log(tests / analysis.alpha);
    const auto first_tau = [&](const Estimate& control, double se) {
      const SequentialRule rule = analysis.sequential_rule();
      const FirstLook look{control.value, se, (now - study.t0).days(), (study.end - study.t0).days()};
      const double tau = mixture_tau(rule, look, analysis.tau_lift, analysis.alpha / tests);
      return rule == SequentialRule::Msprt ? std::max(tau, se) : tau;
    };
    for (std::size_t v = 1; v < moments.size() && tables.stopped(e) == kNever; ++v)
      for (std::size_t m = 0; m < study.roles.size() && tables.stopped(e) == kNever; ++m) {
        if (study.roles[m] != MetricRole::Guardrail) continue;
        const Estimate control = ratio_estimate(moments[0][m]), treatment = ratio_estimate(moments[v][m]);
        const double harm = harm_bound(metric_registry()[m], analysis.guardrail_margin);
        const MarginTest t = margin_test(control, treatment, harm);
        if (t.status != TestStatus::Ok || !study.enough_units(control.n, treatment.n) || !(t.se > 0)) continue;
        double& tau = taus_[e][v * study.roles.size() + m];
        if (tau == 0) tau = first_tau(control, t.se);
        if ((t.estimate > 0) != (harm > 0) || log_mixture_ratio(t.estimate, t.se * t.se, tau) < bound) continue;
        tables.stop(e, now);
        stops_.push_back({e, v, m, now});
      }
  }
}

void GuardrailStop::visit_state(State& s) {
  for (auto& taus : taus_) s(taus);
  s(stops_);
}

}  // namespace feedloop
