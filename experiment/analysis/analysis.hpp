// Analyses are passes over a world's unit table that fill an experiment's part of the report, in the order of the registry:
// later ones read what earlier ones wrote.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "experiment/analysis/caps.hpp"
#include "experiment/experiment_tables.hpp"
#include "experiment/looks.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"
#include "stats/moments.hpp"

namespace feedloop {

// The experiment's variant in each cell.
std::vector<std::size_t> variant_by_cell(const Study& study, std::size_t experiment);

// What an analysis reads, and with it the designs in which it means something: each asks for more than the one before.
enum class Reads : std::uint8_t {
  Pages,      // sums over pages: any design
  Units,      // moments over whatever was randomised: all but interleaving
  Clusters,   // each unit's sums over its users, also of before the experiment: where units keep their variant
  Users,      // each user's values: where users are the units
  Everybody,  // the same of a table in which everybody counts from their first request on
};

struct AnalysisInput {
  const Study& study;
  const UnitTable& units;
  std::size_t experiment;
  SimTime now;
  const Looks* looks;                     // sequential state; null: none kept
  const InterleavingTable* interleaving;  // null: no interleaving
  // [variant][metric], over the units that entered and can be judged; a household's or a region's value is its users' sums.
  std::vector<std::vector<RatioMoments>> moments;
  std::vector<std::int64_t> entered;   // by variant
  std::vector<std::int64_t> assigned;  // by variant: of a triggered experiment, those who were in it, triggered or not
  std::vector<double> caps;            // by metric

  // The most that the experiment's design has to read.
  Reads offers() const;

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
  Reads reads;
};

std::span<const AnalysisEntry> analysis_registry();

// Moments of every metric, by variant. Units are added in order of id; a unit of several users counts as one, with the sums of
// its users (Deng, Knoblich & Lu 2018, sec. 2: the variance is over what was randomised). `caps`: caps_of() the table as of
// now, where they are known already.
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now);
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const UnitTable& units, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps);
// The same of one metric.
std::vector<RatioMoments> moments_of(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t metric,
                                     SimTime now);

// The same of what an experiment counts, as of its stop when that came before. Of a switchback the units are its blocks, and
// metrics that are not additive have none, and nothing is capped.
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                                  SimTime now);
std::vector<std::vector<RatioMoments>> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                                  SimTime now, std::span<const double> caps);
std::vector<RatioMoments> moments_of(const Study& study, const ExperimentTables& tables, std::size_t experiment,
                                     std::size_t metric, SimTime now);

// Units of which somebody came, or blocks of a switchback in which somebody did, by variant.
std::vector<std::int64_t> entered_of(const Study& study, const ExperimentTables& tables, std::size_t experiment);
std::vector<std::int64_t> entered_of(const Study& study, const UnitTable& units, std::size_t experiment);

// Of a triggered experiment, units of which somebody came while it ran, triggered or not; otherwise as entered_of().
std::vector<std::int64_t> assigned_of(const Study& study, const ExperimentTables& tables, std::size_t experiment);

// Every metric that a report of the study may hold, in their order.
std::vector<MetricInfo> metric_infos(const Study& study);

// Runs every analysis of one experiment as of `now`, or of its stop when that came before.
ExperimentReport analyse(const Study& study, const ExperimentTables& tables, std::size_t experiment, SimTime now,
                         const Looks* looks);

// The same of units that all count as the table has them, and of what was worked out before.
ExperimentReport analyse(const Study& study, const UnitTable& units, std::size_t experiment, SimTime now, const Looks* looks);
ExperimentReport analyse(const AnalysisInput& in);

}  // namespace feedloop
