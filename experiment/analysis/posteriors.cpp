#include "experiment/analysis/posteriors.hpp"

#include "stats/posterior.hpp"

namespace feedloop {

void analyse_posteriors(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const double sd = in.study.analysis.prior_lift;
  for (std::size_t v = 1; v < out.variants.size(); ++v)
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (in.study.roles[m] != MetricRole::Decision || metrics[m].better == Direction::Neither) continue;
      PosteriorReport r;
      r.variant = out.variants[v].name;
      r.metric = metrics[m].name;
      r.prior_sd = sd;
      const Comparison c = compare(in.moments[0][m], in.moments[v][m], in.study.analysis.alpha);
      const EffectPosterior p =
          lift_posterior(c, {0, sd * sd}, metrics[m].better == Direction::HigherIsBetter ? Better::Larger : Better::Smaller);
      if (p.status == TestStatus::Ok && in.study.enough_units(c.control.n, c.treatment.n)) {
        r.lift = p.mean;
        r.lift_ci = p.ci;
        r.chance_to_win = p.chance_to_win;
        r.loss_ship = p.loss_ship;
        r.loss_keep = p.loss_keep;
      }
      out.posteriors.push_back(std::move(r));
    }
}

}  // namespace feedloop
