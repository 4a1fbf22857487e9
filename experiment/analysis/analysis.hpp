// Analyses are passes over a world's unit table that fill an experiment's part of the report, in the order of the registry:
// later ones read what earlier ones wrote.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "experiment/analysis/caps.hpp"
#include "experiment/looks.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"
#include "stats/moments.hpp"

namespace feedloop {

// The experiment's variant in each cell.
std::vector<std::size_t> variant_by_cell(const Study& study, std::size_t experiment);

struct AnalysisInput {
  const Study& study;
  const UnitTable& units;
  std::size_t experiment;
  SimTime now;
  const Looks* looks;  // sequential state; null: none kept
  // [variant][metric], over the units that entered and can be judged.
  std::vector<std::vector<RatioMoments>> moments;
  std::vector<std::int64_t> entered;  // by variant
  std::vector<double> caps;           // by metric

  // Calls each(i, unit, variant, value) for the units that can be judged by metrics[i], in order of id. All metrics of a unit
  // follow each other, since they lie together in a table larger than any cache.
  template <class Each>
  void for_units(std::span<const std::size_t> metrics, const Each& each) const {
    const std::vector<std::size_t> variants = variant_by_cell(study, experiment);
    for (std::size_t u = 0; u < units.units(); ++u) {
      if (!units.entered(u)) continue;
      const std::size_t variant = variants[units.cell(u)];
      for (std::size_t i = 0; i < metrics.size(); ++i)
        if (const auto v = units.value(u, metrics[i], now)) each(i, u, variant, capped(*v, caps[metrics[i]]));
    }
  }
  // Of one metric: each(unit, variant, value).
  template <class Each>
  void for_units(std::size_t metric, const Each& each) const {
    for_units(std::span(&metric, 1),
              [&](std::size_t, std::size_t unit, std::size_t variant, const UnitValue& x) { each(unit, variant, x); });
  }
  std::vector<std::size_t> judged_metrics() const;  // that decide or are guarded
};

struct AnalysisEntry {
  std::string_view name, doc;
  void (*run)(const AnalysisInput&, ExperimentReport&);
};

std::span<const AnalysisEntry> analysis_registry();

// Moments of every metric, by variant. Units are added in order of id.
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now);
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps);  // of caps_of()

// Every metric that a report of the study may hold, in their order.
std::vector<MetricInfo> metric_infos(const Study& study);

// Runs every analysis of one experiment as of `now`.
ExperimentReport analyse(const Study& study, const UnitTable& units, std::size_t experiment, SimTime now, const Looks* looks);

}  // namespace feedloop
