// What the engine is worth against the world's truth, as tables: `feedloop evaluate SCENARIO`. Each evaluation runs the
// scenario's worlds for itself, for as many seeds as asked, and says in a note what was measured.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/scenario.hpp"

namespace feedloop {

// Cells are ready to print; the first column names the row.
struct EvaluationTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string note;  // what was measured: sizes, seeds, what an interval covers
};

struct EvaluationOptions {
  int seeds = 3;  // the scenario's own seed and those that follow it
};

struct Evaluation {
  std::string_view name, doc;
  std::vector<EvaluationTable> (*run)(const Scenario&, const EvaluationOptions&);
};

std::span<const Evaluation> evaluation_registry();

// The scenario with another seed.
Scenario with_seed(Scenario scenario, std::uint64_t seed);

std::vector<EvaluationTable> evaluate_calibration(const Scenario& scenario, const EvaluationOptions& options);

}  // namespace feedloop
