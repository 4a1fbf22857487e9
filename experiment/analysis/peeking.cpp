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
  std::vector<double> information;
  for (std::size_t k = 0; k < s.day.size(); ++k) {
    const double now = 1 / (s.se[k] * s.se[k]);
    if (!(now > 0) || !std::isfinite(now)) continue;
    if (!information.empty() && now < information.back() * (1 + 1e-3)) continue;
    information.push_back(now);
    g.day.push_back(s.day[k]);
    g.z.push_back(s.effect[k] / s.se[k]);
    if (k < s.always_valid_high.size())
      g.always_valid.push_back((s.always_valid_high[k] - s.always_valid_low[k]) / 2 / s.se[k]);
  }
  if (information.empty()) return g;
  const double whole = ended ? information.back() : information.back() * planned / g.day.back();
  for (double& x : information) x = std::min(1.0, x / whole);
  g.obrien_fleming = boundaries(SpendingFamily::ObrienFleming, information, alpha, ended);
  g.pocock = boundaries(SpendingFamily::Pocock, information, alpha, ended);
  g.obrien_fleming_day = first_crossing(g, g.obrien_fleming);
  g.pocock_day = first_crossing(g, g.pocock);
  if (g.always_valid.size() == g.z.size()) g.always_valid_day = first_crossing(g, g.always_valid);
  const std::vector<double> naive(information.size(), normal_isf(alpha / 2));
  g.peeking_error = crossing(information, naive, Sides::Two, 0).power();
  return g;
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
