#include "experiment/analysis/stopping.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/analysis/peeking.hpp"

namespace feedloop {
namespace {

std::string_view verdict_of(Direction better, double effect) {
  if (better == Direction::Neither || effect == 0) return "changed";
  return (effect > 0) == (better == Direction::HigherIsBetter) ? "better" : "worse";
}

// The first look that `stops` says yes to; looks without information are none.
template <class Stops>
std::ptrdiff_t first_look(const EffectSeries& s, const Stops& stops) {
  for (std::size_t k = 0; k < s.day.size(); ++k)
    if (std::isfinite(s.effect[k]) && stops(k)) return static_cast<std::ptrdiff_t>(k);
  return -1;
}

}  // namespace

void analyse_stopping(const AnalysisInput& in, ExperimentReport& out) {
  const double alpha = in.study.analysis.alpha, planned = (in.study.end - in.study.t0).days();
  const bool ended = in.now >= in.study.end;
  for (const EffectSeries& s : out.effect_series) {
    const auto effect = std::ranges::find_if(
        out.effects, [&](const EffectReport& e) { return e.variant == s.variant && e.metric == s.metric; });
    const Direction better = metric_registry()[metric_index(s.metric)].better;
    const SpendingStops spending = spending_stops(s, alpha, planned);
    std::ptrdiff_t last = -1;
    for (std::size_t k = 0; k < s.day.size(); ++k)
      if (std::isfinite(s.effect[k])) last = static_cast<std::ptrdiff_t>(k);
    for (const StoppingRule rule : kRacedRules) {
      StoppingReport r{s.variant, s.metric, std::string(key_of(rule)), "not enough data", kNoValue, kNoValue, ""};
      std::ptrdiff_t stop = -1;
      switch (rule) {
        case StoppingRule::FixedHorizon:
          if (ended && effect != out.effects.end() && effect->p < alpha) stop = last;
          break;
        case StoppingRule::DailyPeeking:
          stop = first_look(s, [&](std::size_t k) { return k < s.p.size() && s.p[k] < alpha; });
          break;
        case StoppingRule::AlwaysValid:
        case StoppingRule::Asymptotic:
          stop = first_look(s, [&](std::size_t k) { return k < s.always_valid_p.size() && s.always_valid_p[k] < alpha; });
          break;
        case StoppingRule::ObrienFleming:
          stop = first_look(s, [&](std::size_t k) { return s.day[k] == spending.obrien_fleming_day; });
          break;
        case StoppingRule::Pocock:
          stop = first_look(s, [&](std::size_t k) { return s.day[k] == spending.pocock_day; });
          break;
      }
      if (const std::ptrdiff_t at = stop >= 0 ? stop : last; at >= 0) {
        r.state = stop >= 0 ? "stopped" : ended ? "no difference" : "not yet";
        r.day = s.day[static_cast<std::size_t>(at)];
        r.effect = s.effect[static_cast<std::size_t>(at)];
        if (stop >= 0) r.verdict = verdict_of(better, r.effect);
      }
      out.stopping.push_back(std::move(r));
    }
  }
}

std::string_view judge(const StoppingReport& rule, double true_effect) {
  if (!std::isfinite(true_effect)) return "";
  if (rule.state == "no difference") return true_effect == 0 ? "right" : "missed";
  if (rule.state != "stopped") return "";
  if (true_effect == 0) return "false alarm";
  return (rule.effect > 0) == (true_effect > 0) ? "right" : "wrong direction";
}

}  // namespace feedloop
