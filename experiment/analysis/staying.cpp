#include "experiment/analysis/staying.hpp"

#include <algorithm>

#include "stats/proportion.hpp"
#include "stats/survival.hpp"

namespace feedloop {
namespace {

// Those who can be followed longest entered first, and they are the ones who come often: a curve that went on to the last day
// would rise with who is left in it.
constexpr double kStillFollowed = 0.75;

}  // namespace

void analyse_staying(const AnalysisInput& in, ExperimentReport& out) {
  const double alpha = in.study.analysis.alpha;
  const std::size_t variants = out.variants.size();
  const std::int64_t lapse = in.study.analysis.lapse_days;
  std::vector<std::vector<std::int64_t>> active(variants, std::vector<std::int64_t>(in.units.days(), 0)), followed = active;
  std::vector<LifeTable> lives(variants);
  for (std::size_t u = 0; u < in.units.units(); ++u) {
    if (!in.units.entered(u)) continue;
    const std::size_t v = in.study.assignment.variant_in(in.units.cell(u), in.experiment);
    const auto days =
        std::min<std::int64_t>((in.now - in.units.entry(u)).us / kDay.us, static_cast<std::int64_t>(in.units.days()));
    std::int64_t last = 0;  // active day; the one it entered on is 0
    for (std::int64_t d = 0; d < days; ++d) {
      const bool came = in.units.active(u, static_cast<std::size_t>(d));
      ++followed[v][static_cast<std::size_t>(d)];
      active[v][static_cast<std::size_t>(d)] += came;
      if (came) last = d;
    }
    const std::int64_t until = days - lapse;  // the last day whose lapse would have shown
    if (until < 1) continue;
    lives[v].add(static_cast<double>(std::min(last + 1, until)), last + 1 <= until);
  }
  const LogRank test = log_rank(lives);
  const auto of_all = [&](std::size_t day) {
    double n = 0;
    for (const auto& variant : followed) n += static_cast<double>(variant[day]);
    return n;
  };
  std::size_t until = 0;  // the same for all variants, or their ends would not be compared
  while (until < in.units.days() && of_all(until) > 0 && of_all(until) >= kStillFollowed * of_all(0)) ++until;
  for (std::size_t v = 0; v < variants; ++v) {
    RetentionCurve curve{out.variants[v].name, {}, {}, {}, {}, {}};
    for (std::size_t d = 0; d < until && followed[v][d] >= in.study.analysis.min_units; ++d) {
      const Interval ci = wilson(active[v][d], followed[v][d], alpha);
      curve.day.push_back(static_cast<double>(d));
      curve.value.push_back(static_cast<double>(active[v][d]) / static_cast<double>(followed[v][d]));
      curve.low.push_back(ci.low);
      curve.high.push_back(ci.high);
      curve.units.push_back(static_cast<double>(followed[v][d]));
    }
    if (!curve.day.empty()) out.retention.push_back(std::move(curve));
    if (lives[v].units() < in.study.analysis.min_units) continue;
    SurvivalReport s{out.variants[v].name, static_cast<double>(lapse), {}, {}, {}, {}, test.p};
    for (const SurvivalStep& step : kaplan_meier(lives[v]).steps) {
      const Interval ci = survival_interval(step, alpha);
      s.day.push_back(step.time);
      s.value.push_back(step.survival);
      s.low.push_back(ci.low);
      s.high.push_back(ci.high);
    }
    out.survival.push_back(std::move(s));
  }
}

}  // namespace feedloop
