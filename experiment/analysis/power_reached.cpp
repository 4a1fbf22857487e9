#include "experiment/analysis/power_reached.hpp"

#include <algorithm>

#include "stats/running_power.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_power_reached(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& analysis = in.study.analysis;
  const auto deciding = std::count(in.study.roles.begin(), in.study.roles.end(), MetricRole::Decision);
  const double alpha = analysis.alpha / static_cast<double>(std::max<std::int64_t>(
                                            1, deciding * (static_cast<std::int64_t>(out.variants.size()) - 1)));
  for (std::size_t v = 1; v < out.variants.size(); ++v)
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (in.study.roles[m] != MetricRole::Decision) continue;
      PowerReached p;
      p.variant = out.variants[v].name;
      p.metric = metrics[m].name;
      p.lift = analysis.tau_lift;
      const Comparison c = compare(in.moments[0][m], in.moments[v][m], analysis.alpha);
      if (c.lift_status == TestStatus::Ok && in.study.enough_units(c.control.n, c.treatment.n)) {
        const RunningTest test{.effect = p.lift, .se = c.lift_se, .alpha = alpha};
        p.power = extended_power(test, 0);
        p.smallest = (normal_isf(alpha / 2) + normal_isf(1 - kPlannedPower)) * c.lift_se;
        p.more_days = extension_for(test, kPlannedPower) * (in.now - in.study.t0).days();
      }
      out.power.push_back(std::move(p));
    }
}

}  // namespace feedloop
