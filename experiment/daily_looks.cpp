#include "experiment/daily_looks.hpp"

#include <algorithm>

namespace feedloop {

std::vector<DailyLook> daily_looks(const ExperimentReport& experiment, std::string_view metric, double alpha) {
  std::vector<DailyLook> looks;
  for (const EffectSeries& s : experiment.effect_series) {
    if (s.metric != metric) continue;
    for (std::size_t k = 0; k < s.day.size() && k < s.p.size(); ++k) {
      const auto at = std::ranges::find(looks, s.day[k], &DailyLook::day);
      DailyLook& look = at != looks.end() ? *at : looks.emplace_back(DailyLook{s.day[k], "", kNoValue, kNoValue, false});
      if (look.variant.empty() || s.p[k] < look.naive_p || look.naive_p != look.naive_p) {
        look.variant = s.variant;
        look.naive_p = s.p[k];
        look.always_valid_p = s.always_valid_p[k];
      }
    }
  }
  std::ranges::sort(looks, {}, &DailyLook::day);
  if (const auto stop = std::ranges::find_if(looks, [&](const DailyLook& l) { return l.naive_p < alpha; }); stop != looks.end())
    stop->naive_would_stop = true;
  return looks;
}

}  // namespace feedloop
