// What the engine is worth against the world's truth, as tables: `feedloop evaluate SCENARIO`. Each evaluation runs the
// scenario's worlds for itself, for as many seeds as asked, and says in a note what was measured.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ranking/position_bias.hpp"
#include "experiment/scenario.hpp"
#include "sim/user_state.hpp"

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
// The first page of a visit of the user's that begins now.
Request first_request(const UserTraits& user, SimTime now);
// What the scenario serves in control, under one experiment of these variants in place of its own.
Scenario with_variants(const Scenario& scenario, std::vector<Variant> variants);

std::vector<EvaluationTable> evaluate_calibration(const Scenario& scenario, const EvaluationOptions& options);

// Examination as the engine estimates it beside the world's, and what the ranker is worth by engine.training.position.
std::vector<EvaluationTable> evaluate_position_bias(const Scenario& scenario, const EvaluationOptions& options);
// One world lived with that treatment of position: nine users in ten are served by one of two rankers that harvest from each
// other, the tenth gets pages in random order.
struct PositionWorld {
  Examination randomised, harvested;
  std::vector<double> ndcg;  // by user of the population at time 0; NaN of who was not asked
};
PositionWorld position_world(const Scenario& scenario, std::string_view position);
// DCG = sum over the first k of gain / log2(1 + rank), over that of the best order (Järvelin & Kekäläinen 2002). NaN without
// gains.
double ndcg(std::span<const double> gains_in_order, std::size_t k);

// What re-ranking costs in clicks and time and gives in diversity, method by method and rule by rule: worlds in which all are
// served so, against one in which the order is the scores' alone.
std::vector<EvaluationTable> evaluate_rerank(const Scenario& scenario, const EvaluationOptions& options);

// How long an upload waits for its first impression, by the way that new items take into retrieval.
std::vector<EvaluationTable> evaluate_first_impression(const Scenario& scenario, const EvaluationOptions& options);

}  // namespace feedloop
