// A metric folds each unit's pages into a numerator and a denominator; its value over a group of units is the ratio of sums.
// A mean per unit has denominator 1. The unit of analysis is always the unit of randomisation, the user.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/interaction.hpp"
#include "experiment/report.hpp"

namespace feedloop {

// What is kept per unit and metric between pages.
struct UnitValue {
  double num = 0, den = 0;
};

struct UnitContext {
  SimTime entered;  // the unit's first request since t0
  SimTime now;      // until when pages are counted
};

struct Metric {
  std::string_view name, title, unit;
  double scale;  // of printed values: 100 for per cent
  int decimals;
  Direction better;
  std::string_view doc;  // formula in words
  // Adds one page of the unit. The page that makes a unit enter is added too.
  void (*add)(UnitValue&, const UnitContext&, const Interaction&);
  // The unit's numerator and denominator as of context.now; absent while the unit cannot be judged (follow-up too short).
  std::optional<UnitValue> (*finish)(const UnitValue&, const UnitContext&);
};

std::span<const Metric> metric_registry();
MetricInfo info_of(const Metric& metric);

}  // namespace feedloop
