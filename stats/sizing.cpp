#include "stats/sizing.hpp"

#include <cmath>
#include <numeric>

#include "stats/group_sequential.hpp"
#include "stats/running_power.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Days until so many units have arrived: whole weeks first, then day by day.
std::int64_t days_for(std::int64_t units, double daily, const std::array<double, 7>& weekly) {
  const double sum = std::accumulate(weekly.begin(), weekly.end(), 0.0), unit = daily * 7 / sum;
  const double weeks = std::floor(static_cast<double>(units) / (daily * 7));
  auto days = static_cast<std::int64_t>(weeks) * 7;
  double left = static_cast<double>(units) - weeks * daily * 7;
  for (std::size_t d = 0; left > 1e-9; d = (d + 1) % 7, ++days) left -= unit * weekly[d];
  return days;
}

// Units of control when there are so many in all.
double control_of(double units, const PlannedTest& test) { return units / (1 + test.ratio * test.comparisons); }

}  // namespace

SizingAnswer size_experiment(const SizingRequest& q) {
  SizingAnswer a;
  const bool two_sided = q.test.alternative == Alternative::TwoSided;
  if (q.looks > 1 || q.always_valid) {
    std::vector<double> looks;
    for (int k = 1; k <= q.looks; ++k) looks.push_back(static_cast<double>(k) / q.looks);
    const Sides sides = two_sided ? Sides::Two : Sides::One;
    const double alpha = q.test.alpha / q.test.comparisons;
    if (q.always_valid)
      for (const double look : looks) a.boundaries.push_back(always_valid_critical(tuned_mixture(look, 1, alpha), alpha));
    else
      a.boundaries = spending_boundaries(looks, {q.spending}, alpha, sides).z;
    const double drift = drift_for_power(looks, a.boundaries, sides, q.power);
    const double single = normal_isf(alpha / (two_sided ? 2 : 1)) + normal_isf(1 - q.power);
    a.inflation = (drift / single) * (drift / single);
    a.expected_share = crossing(looks, a.boundaries, sides, drift).expected_information();
  }
  // The units of the last look carry 1 / inflation of the information that a single look would need.
  const auto power_at = [&](double units) {
    return power_of(q.metric, q.test, *q.effect, control_of(units / a.inflation, q.test));
  };
  const auto detectable_at = [&](double units) {
    return detectable_effect(q.metric, q.test, control_of(units / a.inflation, q.test), q.power);
  };
  std::int64_t middle = q.units.value_or(0);
  if (q.effect) {
    a.size = size_for(q.metric, q.test, *q.effect, q.power);
    if (a.size.status == PlanStatus::Ok && a.inflation > 1) {
      const auto grown = [&](std::int64_t units) {
        const double whole = q.test.cluster_size;
        return static_cast<std::int64_t>(std::ceil(static_cast<double>(units) * a.inflation / whole) * whole);
      };
      a.size.control = grown(a.size.control);
      a.size.treatment = grown(a.size.treatment);
      a.size.total = a.size.control + q.test.comparisons * a.size.treatment;
      a.size.control_clusters = static_cast<std::int64_t>(std::ceil(static_cast<double>(a.size.control) / q.test.cluster_size));
      a.size.treatment_clusters =
          static_cast<std::int64_t>(std::ceil(static_cast<double>(a.size.treatment) / q.test.cluster_size));
    }
    a.rule_of_sixteen = rule_of_sixteen(q.metric.variance, *q.effect);
    if (a.size.status == PlanStatus::Ok) middle = a.size.total;
  }
  if (q.units) {
    a.detectable = detectable_at(static_cast<double>(*q.units));
    if (q.effect) a.power = power_at(static_cast<double>(*q.units));
  }
  if (q.daily > 0 && middle > 0) a.days = days_for(q.units.value_or(middle), q.daily, q.weekly);
  for (const double share : {0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 3.0}) {
    if (middle == 0) break;
    SizingPoint p;
    p.units = static_cast<std::int64_t>(std::llround(share * static_cast<double>(middle)));
    if (q.effect) p.power = power_at(static_cast<double>(p.units)).power;
    const DetectableEffect d = detectable_at(static_cast<double>(p.units));
    p.detectable = d.effect;
    p.detectable_lift = d.lift;
    a.curve.push_back(p);
  }
  return a;
}

}  // namespace feedloop
