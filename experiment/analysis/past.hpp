// What is known of a unit from before the experiment, which no treatment can have changed: the covariate of adjusted effects,
// and the tier of activity. A unit that had not come yet counts with zeros, and is "new".
#pragma once

#include <array>
#include <string_view>

#include "experiment/unit_table.hpp"
#include "stats/covariate_moments.hpp"

namespace feedloop {

// By the share of the days before the experiment on which the unit came: none, up to a third, up to two thirds, more. Fixed
// cuts, so that a unit's tier depends on nobody else.
enum class ActivityTier : std::uint8_t { New, Light, Medium, Heavy };
constexpr std::string_view kPastSuffix = "_before";  // of a metric's name, for its past in a table of units
constexpr std::array<std::string_view, 4> kActivityTiers{"new", "light", "medium", "heavy"};

class Past {
 public:
  Past(const UnitTable& before, SimTime t0) : before_(before), t0_(t0), active_days_(metric_index("active_days")) {}
  ActivityTier tier(std::size_t unit) const;
  UnitValue value(std::size_t unit, std::size_t metric) const;

 private:
  const UnitTable& before_;
  SimTime t0_;
  std::size_t active_days_;  // its metric
};

}  // namespace feedloop
