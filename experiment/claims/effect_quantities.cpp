#include "experiment/claims/effect_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/platform_of.hpp"

namespace feedloop {

void DailyEffect::begin(const Study& study) {
  Probe::begin(study);
  platform_ = platform_of(study, study.t0);
  metric_ = metric_index(claim().metric);
  days_.assign(static_cast<std::size_t>(study.params.days), {});
}

void DailyEffect::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page))
      metric_registry()[metric_].add(days_[static_cast<std::size_t>((page.request.time - study().t0).us / kDay.us)],
                                     {study().t0, page.request.time, &platform_}, page);
}

double DailyEffect::between(std::size_t from, std::size_t until) const {
  UnitValue sum;
  until = std::min(until, days_.size());
  for (std::size_t d = from; d < until; ++d) {
    sum.num += days_[d].num;
    sum.den += days_[d].den;
  }
  const SimTime end = SimTime{0} + kDay * static_cast<std::int64_t>(until > from ? until - from : 0);
  const auto v = metric_registry()[metric_].finish(sum, {SimTime{0}, end, &platform_});
  return v && v->den > 0 ? v->num / v->den : kNoValue;
}

double DailyEffect::lift(const DailyEffect& against, std::size_t from, std::size_t until) const {
  const double base = against.between(from, until);
  return base > 0 ? between(from, until) / base - 1 : kNoValue;
}

double fitted_half_life(std::span<const double> lifts) {
  const double longest = 10 * static_cast<double>(lifts.size());
  double best = kInfinity, at = kNoValue;
  for (double h = 0.5; h < longest; h *= 1.01) {
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t d = 0; d < lifts.size(); ++d) {
      const double x = std::exp2(-(static_cast<double>(d) + 0.5) / h);
      xy += x * lifts[d];
      xx += x * x;
      yy += lifts[d] * lifts[d];
    }
    const double error = yy - xy * xy / xx;
    if (error < best) {
      best = error;
      at = h;
    }
  }
  return at <= 0.5 || at * 1.01 >= longest ? kNoValue : at;
}

double EffectHalfLife::of(const DailyEffect& against) const {
  std::vector<double> lifts;
  for (std::size_t d = 0; d < days(); ++d) lifts.push_back(lift(against, d, d + 1));
  return fitted_half_life(lifts);
}

double EffectTrend::of(const DailyEffect& against) const {
  std::vector<double> week, lifts;
  for (std::size_t w = 0; w < days() / 7; ++w) {
    week.push_back(static_cast<double>(w));
    lifts.push_back(lift(against, 7 * w, 7 * w + 7));
  }
  return slope(week, lifts);
}

}  // namespace feedloop
