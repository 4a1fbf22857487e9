// What is known of a unit from before the experiment, which no treatment can have changed: the covariate of adjusted effects,
// and the tier of activity. A unit that had not come yet counts with zeros, and is "new".
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "experiment/analysis/analysis.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

// By the share of the days before the experiment on which the unit came: none, up to a third, up to two thirds, more. Fixed
// cuts, so that a unit's tier depends on nobody else. Of a household or a region, by the share of its users' days.
enum class ActivityTier : std::uint8_t { New, Light, Medium, Heavy };
constexpr std::string_view kPastSuffix = "_before";  // of a metric's name, for its past in a table of units
constexpr std::array<std::string_view, 4> kActivityTiers{"new", "light", "medium", "heavy"};

class Past {
 public:
  Past(const UnitTable& before, SimTime t0) : before_(before), t0_(t0), active_days_(metric_index("active_days")) {}
  ActivityTier tier(std::size_t unit) const { return tier(value(unit, active_days_)); }
  static ActivityTier tier(const UnitValue& active_days);
  UnitValue value(std::size_t unit, std::size_t metric) const;

 private:
  const UnitTable& before_;
  SimTime t0_;
  std::size_t active_days_;  // its metric
};

// Calls each(i, variant, value, past) for what was randomised and can be judged by metrics[i], users or whole clusters of them
// with the sums over those who entered; `past` is of metrics[i]'s covariate. Requires: units.before(), covariates of every
// metric.
template <class Each>
void for_units_and_past(const AnalysisInput& in, std::span<const std::size_t> metrics, std::span<const std::size_t> covariates,
                        const Each& each) {
  const Past past(*in.units.before(), in.study.t0);
  if (in.study.scenario.experiments[in.experiment].design.of_users()) {
    in.for_units(metrics, [&](std::size_t i, std::size_t unit, std::size_t variant, const UnitValue& x) {
      each(i, variant, x, past.value(unit, covariates[i]));
    });
    return;
  }
  struct Sums {
    UnitValue now, before;
    std::size_t variant = 0;
    bool judged = false;
  };
  std::vector<Sums> clusters(in.study.units_of(in.experiment) * metrics.size());
  in.for_units(metrics, [&](std::size_t i, std::size_t user, std::size_t variant, const UnitValue& x) {
    Sums& s = clusters[in.study.unit_of(in.experiment, user) * metrics.size() + i];
    const UnitValue then = past.value(user, covariates[i]);
    s.variant = variant;
    s.judged = true;
    s.now.num += x.num, s.now.den += x.den;
    s.before.num += then.num, s.before.den += then.den;
  });
  for (std::size_t k = 0; k < clusters.size(); ++k)
    if (const Sums& s = clusters[k]; s.judged) each(k % metrics.size(), s.variant, s.now, s.before);
}

}  // namespace feedloop
