// What all worlds of a scenario share and nothing changes: the world itself, who is in which cell, each cell's settings.
#pragma once

#include <memory>
#include <vector>

#include "base/random.hpp"
#include "experiment/assignment.hpp"
#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "sim/world.hpp"

namespace feedloop {

struct Study {
  explicit Study(const Scenario& scenario);

  const Scenario& scenario;
  ScenarioParams params;
  AnalysisParams analysis;
  std::vector<MetricRole> roles;        // by metric
  std::vector<std::size_t> covariates;  // by metric: whose past adjusts it
  Seed seed;
  SimTime t0, end;  // of the experiment
  SimTime before;   // from when to t0 what users do counts as their past
  Duration epoch;
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
  // The cell's variants: "control", or "control x some" in several layers.
  std::string cell_name(std::size_t cell) const;
};

}  // namespace feedloop
