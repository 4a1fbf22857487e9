#include "experiment/analysis/novelty.hpp"

#include <cmath>

#include "stats/covariate_moments.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/ratio_change.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_novelty(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (in.study.roles[m] == MetricRole::Diagnostic || !metrics[m].of_sums) continue;
    std::vector<RatioCovariateMoments> halves(out.variants.size());  // late and early sums
    in.for_units(m, [&](std::size_t unit, std::size_t variant, const UnitValue& x) {
      const auto early = in.units.kept(unit, m, in.study.middle);
      if (early && in.units.entry(unit) < in.study.middle)
        halves[variant].add(x.num - early->num, x.den - early->den, early->num, early->den);
    });
    for (std::size_t v = 1; v < out.variants.size(); ++v) {
      NoveltyReport n;
      n.variant = out.variants[v].name;
      n.metric = metrics[m].name;
      n.split_day = (in.study.middle - in.study.t0).days();
      n.state = "not enough data";
      const Comparison c = compare(change_estimate(halves[0]), change_estimate(halves[v]), in.study.analysis.alpha);
      if (c.status == TestStatus::Ok && in.study.enough_units(c.control.n, c.treatment.n)) {
        const auto effect = [&](RatioMoments (RatioCovariateMoments::*half)() const) {
          return ratio_estimate((halves[v].*half)()).value - ratio_estimate((halves[0].*half)()).value;
        };
        n.early = effect(&RatioCovariateMoments::covariate);
        n.late = effect(&RatioCovariateMoments::metric);
        n.change = c.effect;
        n.se = c.se;
        n.p = c.p;
      }
      out.novelty.push_back(std::move(n));
    }
  }
  std::vector<double> p;
  for (const NoveltyReport& n : out.novelty) p.push_back(n.p);
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < corrected.size(); ++i) {
    NoveltyReport& n = out.novelty[i];
    if (std::isnan(n.p)) continue;
    n.state = !(corrected[i] < in.study.analysis.alpha) ? "steady" : std::fabs(n.late) < std::fabs(n.early) ? "fades" : "grows";
  }
}

}  // namespace feedloop
