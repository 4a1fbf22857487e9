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

  // Calls each(unit, variant, value) for the units that can be judged by a metric, in order of id.
  template <class Each>
  void for_units(std::size_t metric, const Each& each) const {
    for (std::size_t u = 0; u < units.units(); ++u)
      if (const auto v = units.value(u, metric, now))
        each(u, study.assignment.variant_in(units.cell(u), experiment), capped(*v, caps[metric]));
  }
};

struct AnalysisEntry {
  std::string_view name, doc;
  void (*run)(const AnalysisInput&, ExperimentReport&);
};

std::span<const AnalysisEntry> analysis_registry();

// Moments of every metric, by variant. Units are added in order of id.
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now);

// Every metric that a report of the study may hold, in their order.
std::vector<MetricInfo> metric_infos(const Study& study);

// Runs every analysis of one experiment as of `now`.
ExperimentReport analyse(const Study& study, const UnitTable& units, std::size_t experiment, SimTime now, const Looks* looks);

}  // namespace feedloop
