#include "experiment/looks.hpp"

#include <cmath>

#include "experiment/analysis/analysis.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

Looks::Looks(const Study& study) {
  std::size_t n = 0;
  for (const Experiment& e : study.scenario.experiments) {
    first_.push_back(n);
    n += e.variants.size() * metric_registry().size();
  }
  tests_.resize(n);
  points_.resize(n);
}

std::size_t Looks::index(std::size_t experiment, std::size_t variant, std::size_t metric) const {
  return first_[experiment] + variant * metric_registry().size() + metric;
}

void Looks::look(const Study& study, const ExperimentTables& tables, SimTime now) {
  const double alpha = study.analysis.alpha;
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
    const auto moments = moments_of(study, tables, e, now);
    for (std::size_t v = 0; v < moments.size(); ++v)
      for (std::size_t m = 0; m < moments[v].size(); ++m) {
        const Estimate estimate = ratio_estimate(moments[v][m]);
        const double half = normal_isf(alpha / 2) * std::sqrt(estimate.variance);
        points_[index(e, v, m)].push_back(
            {(now - study.t0).days(), estimate.value, estimate.value - half, estimate.value + half});
        if (v == 0) continue;
        const Comparison c = compare(moments[0][m], moments[v][m], alpha);
        if (c.status != TestStatus::Ok || c.control.n < study.analysis.min_units || c.treatment.n < study.analysis.min_units)
          continue;
        Test& test = tests_[index(e, v, m)];
        if (!test.begun) {
          const double tau = study.analysis.tau_lift * std::fabs(c.control.value);
          if (!(tau > 0)) continue;
          test = {true, AlwaysValid(tau)};
        }
        test.always_valid.look(c.effect, c.se * c.se);
      }
  }
}

SequentialResult Looks::result(std::size_t experiment, std::size_t variant, std::size_t metric, double alpha) const {
  const Test& test = tests_[index(experiment, variant, metric)];
  if (!test.begun || test.always_valid.looks() == 0) return {};
  return {test.always_valid.p(), test.always_valid.ci(alpha)};
}

std::vector<Series> Looks::series(const Study& study) const {
  std::vector<Series> out;
  const auto metrics = metric_registry();
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e)
    for (std::size_t v = 0; v < study.scenario.experiments[e].variants.size(); ++v)
      for (std::size_t m = 0; m < metrics.size(); ++m) {
        Series s{study.scenario.experiments[e].layer,
                 study.scenario.experiments[e].variants[v].name,
                 std::string(metrics[m].name),
                 {},
                 {},
                 {},
                 {}};
        for (const Point& p : points_[index(e, v, m)]) {
          s.day.push_back(p.day);
          s.value.push_back(p.value);
          s.low.push_back(p.low);
          s.high.push_back(p.high);
        }
        out.push_back(std::move(s));
      }
  return out;
}

void Looks::visit_state(State& s) {
  for (Test& t : tests_) {
    s(t.begun);
    s(t.always_valid);
  }
  for (auto& p : points_) s(p);
}

}  // namespace feedloop
