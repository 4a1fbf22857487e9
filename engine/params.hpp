// How a request is served; a variant may override any of it. What the models learn by is described beside each model.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "engine/budget.hpp"
#include "engine/cohort.hpp"
#include "engine/rerank/rerank.hpp"

namespace feedloop {

struct SlateParams {
  std::int64_t size = 20, depth = 60, layout = 0;
  double harvest = 0;
  std::string order = "value";
  void describe(Describe& d) {
    d.integer("size", size, {1, kMaxSlate}, "items", "Items of a page.");
    d.integer("depth", depth, {1, 1000}, "items", "Best-scored candidates that the re-ranker and the policy may choose from.");
    d.integer("layout", layout, {0, kLayouts - 1}, "",
              "What the page looks like. The engine does not care; its users notice a change.");
    d.text("order", order, {"value", "retrieval"},
           "What candidates are ordered by: the ranking objective, or how retrieval nominated them, without a ranker.");
    d.number(
        "harvest", harvest, {0, 1}, "probability",
        "Share of pages for which the ranker of another variant that harvests is asked too, so that the slots on which the "
        "two disagree tell how likely each slot is to be examined. Costs a second ranking.");
  }
};

// Candidates asked of each source, in registry order.
struct QuotaParams {
  QuotaParams();
  std::vector<std::int64_t> by_source;
  void describe(Describe& d);
};

// The ranking objective: score = sum over heads of weight * prediction / mean of the head.
struct ValueParams {
  std::array<double, kHeads> weight{1.0};
  void describe(Describe& d);
};

struct ServingParams {
  SlateParams slate;
  QuotaParams quota;
  ValueParams value;
  RerankParams rerank;
  BudgetParams budget;
  ColdParams cold;
  std::string isolation = "shared";  // one for all variants
  void describe(Describe& d);
};

// All of engine.*: serving and models.
void describe_engine(Describe& d);
struct EngineSchema {
  void describe(Describe& d) { describe_engine(d); }
};

}  // namespace feedloop
