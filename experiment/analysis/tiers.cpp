#include "experiment/analysis/tiers.hpp"

#include "experiment/analysis/past.hpp"
#include "stats/fieller.hpp"
#include "stats/heterogeneity.hpp"
#include "stats/post_stratification.hpp"

namespace feedloop {

void analyse_tiers(const AnalysisInput& in, ExperimentReport& out) {
  if (!in.units.before()) return;
  const auto metrics = metric_registry();
  const double alpha = in.study.analysis.alpha;
  using ByTier = std::array<RatioMoments, kActivityTiers.size()>;
  const std::vector<std::size_t> judged = in.judged_metrics();
  std::vector<std::vector<ByTier>> all(judged.size(), std::vector<ByTier>(out.variants.size()));
  const std::vector<std::size_t> active_days(judged.size(), metric_index("active_days"));
  for_units_and_past(in, judged, active_days,
                     [&](std::size_t i, std::size_t variant, const UnitValue& x, const UnitValue& active) {
                       all[i][variant][static_cast<std::size_t>(Past::tier(active))].add(x.num, x.den);
                     });
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::size_t m = judged[i];
    const std::vector<ByTier>& moments = all[i];
    for (std::size_t v = 1; v < out.variants.size(); ++v) {
      std::vector<Stratum> strata;
      std::vector<double> effects, variances;
      for (std::size_t t = 0; t < kActivityTiers.size(); ++t) {
        const RatioMoments &control = moments[0][t], &treatment = moments[v][t];
        if (control.n + treatment.n == 0) continue;
        strata.push_back({control, treatment});
        TierEffect x{out.variants[v].name,
                     std::string(metrics[m].name),
                     std::string(kActivityTiers[t]),
                     control.n,
                     treatment.n,
                     kNoValue,
                     kNoValue,
                     kNoValue,
                     {}};
        const Comparison c = compare(control, treatment, alpha);
        if (c.status == TestStatus::Ok && in.study.enough_units(control.n, treatment.n)) {
          x.effect = c.effect;
          x.se = c.se;
          if (c.lift_status == TestStatus::Ok) {
            x.lift = c.lift;
            x.lift_ci = lift_interval(c);
          }
          effects.push_back(c.effect);
          variances.push_back(c.se * c.se);
        }
        out.tiers.push_back(std::move(x));
      }
      TierSummary s;
      s.variant = out.variants[v].name;
      s.metric = metrics[m].name;
      if (const Heterogeneity h = heterogeneity(effects, variances); h.status == TestStatus::Ok) {
        s.q = h.q;
        s.df = h.df;
        s.p = h.p;
        s.i2 = h.i2;
      }
      if (const PostStratified p = post_stratify(strata, alpha); p.comparison.status == TestStatus::Ok) {
        s.effect = p.comparison.effect;
        s.se = p.comparison.se;
        if (p.comparison.lift_status == TestStatus::Ok) {
          s.lift = p.comparison.lift;
          s.lift_ci = p.comparison.lift_ci;
        }
      }
      out.tier_summaries.push_back(std::move(s));
    }
  }
}

}  // namespace feedloop
