#include "experiment/analysis/peeking.hpp"

#include <cmath>

#include "experiment/sequential_rule.hpp"
#include "stats/group_sequential.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

double first_crossing(const GroupSequentialReport& g, const std::vector<double>& bound) {
  for (std::size_t k = 0; k < g.z.size(); ++k)
    if (std::fabs(g.z[k]) >= bound[k]) return g.day[k];
  return kNoValue;
}

}  // namespace

GroupSequentialReport group_sequential(const EffectSeries& s, double alpha, double planned) {
  GroupSequentialReport g;
  g.variant = s.variant;
  g.metric = s.metric;
  const std::vector<std::size_t> looks = informative_looks(s.se);
  if (looks.empty()) return g;
  GroupSequentialTest obrien_fleming({SpendingFamily::ObrienFleming}, alpha, Sides::Two);
  GroupSequentialTest pocock({SpendingFamily::Pocock}, alpha, Sides::Two);
  std::vector<double> information;
  for (const std::size_t k : looks) {
    const double share = s.day[k] / planned;
    information.push_back(1 / (s.se[k] * s.se[k]));
    g.day.push_back(s.day[k]);
    g.z.push_back(s.effect[k] / s.se[k]);
    g.obrien_fleming.push_back(obrien_fleming.look(information.back(), share));
    g.pocock.push_back(pocock.look(information.back(), share));
    g.always_valid.push_back((s.always_valid_high[k] - s.always_valid_low[k]) / 2 / s.se[k]);
  }
  g.obrien_fleming_day = first_crossing(g, g.obrien_fleming);
  g.pocock_day = first_crossing(g, g.pocock);
  g.always_valid_day = first_crossing(g, g.always_valid);
  const std::vector<double> naive(looks.size(), normal_isf(alpha / 2));
  g.peeking_error = crossing(information, naive, Sides::Two, 0).power();
  return g;
}

SpendingStops spending_stops(const EffectSeries& s, double alpha, double planned) {
  SpendingStops stops;
  const std::vector<std::size_t> looks = informative_looks(s.se);
  // No look spends more than alpha, so a boundary is nowhere below that of the plain test: without a look beyond that there is
  // nothing to work out.
  const double plain = normal_isf(alpha / 2);
  std::size_t until = 0;
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (std::fabs(s.effect[looks[i]]) >= plain * s.se[looks[i]]) until = i + 1;
  for (const auto& [family, day] : {std::pair{SpendingFamily::ObrienFleming, &stops.obrien_fleming_day},
                                    std::pair{SpendingFamily::Pocock, &stops.pocock_day}}) {
    GroupSequentialTest test({family}, alpha, Sides::Two);
    for (std::size_t i = 0; i < until && std::isnan(*day); ++i) {
      const std::size_t k = looks[i];
      const double z = test.look(1 / (s.se[k] * s.se[k]), s.day[k] / planned);
      if (std::fabs(s.effect[k] / s.se[k]) >= z) *day = s.day[k];
    }
  }
  return stops;
}

void analyse_peeking(const AnalysisInput& in, ExperimentReport& out) {
  const double alpha = in.study.analysis.alpha, planned = (in.study.end - in.study.t0).days();
  for (const EffectSeries& s : out.effect_series) {
    if (in.study.roles[metric_index(s.metric)] != MetricRole::Decision) continue;
    out.group_sequential.push_back(group_sequential(s, alpha, planned));
    out.group_sequential.back().sequential = in.study.analysis.sequential;
  }
}

}  // namespace feedloop
