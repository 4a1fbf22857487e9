// What all worlds of a scenario share and nothing changes: the world itself, who is in which cell, each cell's settings.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "base/random.hpp"
#include "experiment/assignment.hpp"
#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "sim/world.hpp"

namespace feedloop {

struct Study {
  explicit Study(const Scenario& scenario);  // which outlives it
  explicit Study(Scenario&&) = delete;

  const Scenario& scenario;
  ScenarioParams params;
  AnalysisParams analysis;
  std::vector<MetricRole> roles;        // by metric
  std::vector<std::size_t> covariates;  // by metric: whose past adjusts it
  std::vector<std::size_t> followed;    // metrics that decide or are guarded, and the first: what a report looks closer at
  std::vector<std::size_t> summed;      // of these, the sums (Metric::of_sums)
  Seed seed;
  SimTime t0, end;  // of the experiment
  SimTime before;   // from when to t0 what users do counts as their past
  Duration epoch;
  SimTime middle;  // of the experiment, in whole days
  // What the first `horizon` days of the experiment say of the next ones is learned from as many days before it. In whole days;
  // zero when the past or the experiment is shorter than two.
  Duration horizon;
  World world;
  Assignment assignment;
  std::vector<Settings> cells;  // by cell

  // The unit of the experiment that the user belongs to: its number, below units_of(). Not of switchbacks.
  std::size_t unit_of(std::size_t experiment, std::size_t user) const;
  std::size_t units_of(std::size_t experiment) const;  // of a switchback, its blocks
  // Every page since t0 counts for the experiment.
  bool counts_everybody(std::size_t experiment) const {
    return params.holdout == 0 && scenario.experiments[experiment].design.counts_everybody();
  }
  // Both variants have as many units as an answer needs: analysis.min_units.
  bool enough_units(std::int64_t control, std::int64_t treatment) const {
    return std::min(control, treatment) >= analysis.min_units;
  }
  // At the end of some days the unit tables keep the sums of `kept` (UnitTable::keep).
  std::vector<std::size_t> kept;
  std::vector<std::size_t> surrogates;  // of these: sums that decide, sessions and active days
  bool keeps(SimTime now) const;

  // The cell's variants: "control", or "control x some" in several layers.
  std::string cell_name(std::size_t cell) const;
};

}  // namespace feedloop
