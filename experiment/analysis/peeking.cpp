#include "experiment/analysis/peeking.hpp"

#include <algorithm>
#include <cmath>

#include "stats/group_sequential.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Boundaries at looks whose shares of the planned information rise; the last look spends the rest when it is the planned end.
std::vector<double> boundaries(SpendingFamily family, const std::vector<double>& information, double alpha, bool ended) {
  GroupSequentialTest test({family}, alpha, Sides::Two);
  std::vector<double> z;
  for (std::size_t k = 0; k < information.size(); ++k)
    z.push_back(ended && k + 1 == information.size() ? test.last_look(information[k]) : test.look(information[k]));
  return z;
}

// Looks that add information, and how much of the planned there is at each.
struct InformativeLooks {
  std::vector<std::size_t> at;
  std::vector<double> information;
};

InformativeLooks informative(const EffectSeries& s, double planned, bool ended) {
  InformativeLooks looks;
  for (std::size_t k = 0; k < s.day.size(); ++k) {
    const double now = 1 / (s.se[k] * s.se[k]);
    if (!(now > 0) || !std::isfinite(now)) continue;
    if (!looks.information.empty() && now < looks.information.back() * (1 + 1e-3)) continue;
    looks.information.push_back(now);
    looks.at.push_back(k);
  }
  if (looks.at.empty()) return looks;
  const double last = looks.information.back(), whole = ended ? last : last * planned / s.day[looks.at.back()];
  for (double& x : looks.information) x = std::min(1.0, x / whole);
  return looks;
}

double first_crossing(const GroupSequentialReport& g, const std::vector<double>& bound) {
  for (std::size_t k = 0; k < g.z.size(); ++k)
    if (std::fabs(g.z[k]) >= bound[k]) return g.day[k];
  return kNoValue;
}

}  // namespace

GroupSequentialReport group_sequential(const EffectSeries& s, double alpha, double planned, bool ended) {
  GroupSequentialReport g;
  g.variant = s.variant;
  g.metric = s.metric;
  const InformativeLooks looks = informative(s, planned, ended);
  if (looks.at.empty()) return g;
  for (const std::size_t k : looks.at) {
    g.day.push_back(s.day[k]);
    g.z.push_back(s.effect[k] / s.se[k]);
    g.always_valid.push_back((s.always_valid_high[k] - s.always_valid_low[k]) / 2 / s.se[k]);
  }
  g.obrien_fleming = boundaries(SpendingFamily::ObrienFleming, looks.information, alpha, ended);
  g.pocock = boundaries(SpendingFamily::Pocock, looks.information, alpha, ended);
  g.obrien_fleming_day = first_crossing(g, g.obrien_fleming);
  g.pocock_day = first_crossing(g, g.pocock);
  g.always_valid_day = first_crossing(g, g.always_valid);
  const std::vector<double> naive(looks.information.size(), normal_isf(alpha / 2));
  g.peeking_error = crossing(looks.information, naive, Sides::Two, 0).power();
  return g;
}

SpendingStops spending_stops(const EffectSeries& s, double alpha, double planned, bool ended) {
  SpendingStops stops;
  const InformativeLooks looks = informative(s, planned, ended);
  // No look spends more than alpha, so a boundary is nowhere below that of the plain test: without a look beyond that there is
  // nothing to work out.
  const double plain = normal_isf(alpha / 2);
  std::size_t until = 0;
  for (std::size_t k = 0; k < looks.at.size(); ++k)
    if (std::fabs(s.effect[looks.at[k]]) >= plain * s.se[looks.at[k]]) until = k + 1;
  for (const auto& [family, day] : {std::pair{SpendingFamily::ObrienFleming, &stops.obrien_fleming_day},
                                    std::pair{SpendingFamily::Pocock, &stops.pocock_day}}) {
    GroupSequentialTest test({family}, alpha, Sides::Two);
    for (std::size_t k = 0; k < until && std::isnan(*day); ++k) {
      const bool last = ended && k + 1 == looks.at.size();
      const double z = last ? test.last_look(looks.information[k]) : test.look(looks.information[k]);
      if (std::fabs(s.effect[looks.at[k]] / s.se[looks.at[k]]) >= z) *day = s.day[looks.at[k]];
    }
  }
  return stops;
}

void analyse_peeking(const AnalysisInput& in, ExperimentReport& out) {
  const double alpha = in.study.analysis.alpha, planned = (in.study.end - in.study.t0).days();
  const bool ended = in.now >= in.study.end;
  for (const EffectSeries& s : out.effect_series) {
    if (in.study.roles[metric_index(s.metric)] != MetricRole::Decision) continue;
    out.group_sequential.push_back(group_sequential(s, alpha, planned, ended));
    out.group_sequential.back().sequential = in.study.analysis.sequential;
  }
}

}  // namespace feedloop
