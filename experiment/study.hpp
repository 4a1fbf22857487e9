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
  std::vector<MetricRole> roles;  // by metric
  Seed seed;
  SimTime t0, end;  // of the experiment
  Duration epoch;
  World world;
  Assignment assignment;
  std::vector<Settings> cells;  // by cell

  // The unit of the experiment that the user belongs to: its number, below units_of(). Not of switchbacks.
  std::size_t unit_of(std::size_t experiment, std::size_t user) const;
  std::size_t units_of(std::size_t experiment) const;  // of a switchback, its blocks
  // The cell's variants: "control", or "control x some" in several layers.
  std::string cell_name(std::size_t cell) const;
};

}  // namespace feedloop
