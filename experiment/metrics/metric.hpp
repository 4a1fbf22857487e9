// A metric folds each unit's pages into a numerator and a denominator; its value over a group of units is the ratio of sums.
// A mean per unit has denominator 1. Whatever is pooled over users, the error takes the unit of randomisation, the user, as
// independent (the delta method).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/interaction.hpp"
#include "experiment/metrics/platform.hpp"
#include "experiment/report.hpp"

namespace feedloop {

// What is kept per unit and metric between pages.
struct UnitValue {
  double num = 0, den = 0;
};

struct UnitContext {
  SimTime entered;  // the unit's first request since t0
  SimTime now;      // until when pages are counted
  const Platform* platform = nullptr;
  bool newcomer = false;  // signed up since t0
  // The unit's impressions and clicks so far by category, of which each counts 65,535 at most.
  std::span<const std::uint16_t> shown = {}, clicked = {};
  SimTime last = kNever;  // of the unit's page before the one that is added, or of its last as of `now`; kNever: none yet
};

struct Metric {
  std::string_view name, title, unit;
  double scale;  // of printed values: 100 for per cent
  int decimals;
  Direction better;
  std::string_view doc;               // formula in words
  std::string_view unit_of_analysis;  // what the denominator counts: "user", or what is pooled over users
  // Adds one page of the unit. The page that makes a unit enter is added too.
  void (*add)(UnitValue&, const UnitContext&, const Interaction&);
  // The unit's numerator and denominator as of context.now; absent while the unit cannot be judged (follow-up too short).
  std::optional<UnitValue> (*finish)(const UnitValue&, const UnitContext&);
  // In (0, 1): a unit's ratio above this quantile of all units' counts as the quantile (winsorising); 0 = as it is.
  double cap_quantile = 0;
  // A finished value now less that of an earlier time is the value of the time between: so of sums, not of retention.
  bool of_sums = true;
};

std::span<const Metric> metric_registry();
std::size_t metric_index(std::string_view name);  // in the registry. Requires: it is there
MetricInfo info_of(const Metric& metric);

}  // namespace feedloop
