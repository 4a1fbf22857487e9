// How a request is served; a variant may override any of it. What the models learn by is described beside each model.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"

namespace feedloop {

struct SlateParams {
  std::int64_t size = 20, depth = 60;
  void describe(Describe& d) {
    d.integer("size", size, {1, 32}, "items", "Items of a page.");
    d.integer("depth", depth, {1, 1000}, "items", "Best-scored candidates that the re-ranker and the policy may choose from.");
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

struct MmrParams {
  double lambda = 0.85;
  void describe(Describe& d) {
    d.number("lambda", lambda, {0, 1}, "",
             "Maximal marginal relevance: 1 ranks by score alone, 0 by novelty to the slate alone.");
  }
};

struct SeenParams {
  std::int64_t capacity = 400;
  void describe(Describe& d) {
    d.integer("capacity", capacity, {0, 100000}, "items", "The user's last clicked items that are not shown again.");
  }
};

struct ServingParams {
  SlateParams slate;
  QuotaParams quota;
  ValueParams value;
  MmrParams mmr;
  SeenParams seen;
  std::int64_t known_after = 1;
  void describe(Describe& d);
};

// All of engine.*: serving and models.
void describe_engine(Describe& d);
struct EngineSchema {
  void describe(Describe& d) { describe_engine(d); }
};

}  // namespace feedloop
