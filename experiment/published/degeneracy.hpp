// Degenerate feedback loops: what a recommender shows changes what its user wants, and what the user wants is what it shows
// (Jiang, Chiappa, Lattimore, Gyorgy & Kohli 2019, "Degenerate feedback loops in recommender systems", AIES). One user, who has
// an interest mu_t(a) in each item a of a pool; in each step `slots` items are shown:
//
//   interest   mu_0(a) ~ U[-1, 1]
//   click      on a shown item with probability 1 / (1 + exp(-mu_t(a)))
//   drift      mu_t+1(a) = mu_t(a) + delta(a) after a click, mu_t(a) - delta(a) without one, mu_t(a) where a was not shown;
//              delta(a) ~ U[0, drift], an item's for good (law "uniform"), or drift / 2 for all items ("equal")
//   pool       `items` to begin with, and floor(t^eta) more by step t
//
// The user degenerates when limsup |mu_t - mu_0| is infinite (Euclidean over the items of the pool). Recommenders, who are told
// of clicks alone but for the oracles:
//
//   optimal_oracle  knows mu_0, mu_t and delta, and shows what lets |mu_t - mu_0|^2 grow the most in this step:
//                   the largest 2 (mu_t - mu_0) delta (2 / (1 + exp(-mu_t)) - 1) + delta^2
//   oracle          knows mu_t and shows the largest
//   ucb             UCB1 of policies/ucb1.hpp as in the textbook: scale 1, no prior
//   thompson        policies/thompson.hpp, Beta(1, 1) to begin with
//   random          policies/random.hpp
//
// The model, the five recommenders and that the pool should grow at least linearly are the paper's, as remembered. Left open by
// what is remembered: sizes (here 100 items, 5 slots, 5,000 steps), the law of delta, the exponents eta, and how the optimal
// oracle looks ahead (here one step). Slates are drawn slot by slot, each slot anew, as the policies do. Luck is keyed by step
// and item, the same under every recommender and pool.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"

namespace feedloop {

struct DegeneracyParams {
  std::int64_t items = 100, slots = 5, steps = 5'000, users = 1;
  double drift = 0.01;
  std::string law = "uniform";
  void describe(Describe& d);
};

enum class DriftRecommender : std::uint8_t { OptimalOracle, Oracle, Ucb, Thompson, Random };
constexpr std::array<std::string_view, 5> kDriftRecommenders{"optimal_oracle", "oracle", "ucb", "thompson", "random"};

struct PoolGrowth {
  std::string_view name;
  double eta;  // 0: the pool stays as it is
};
constexpr std::array<PoolGrowth, 4> kPoolGrowths{{{"fixed", 0}, {"t^0.5", 0.5}, {"t^0.75", 0.75}, {"t", 1}}};
std::size_t pool_size(std::int64_t items, double eta, std::int64_t step);  // at that step, which counts from 0

constexpr std::size_t kDegeneracyPoints = 10;

// Means over the users.
struct Degeneracy {
  std::array<double, kDegeneracyPoints + 1> distance{};  // |mu_t - mu_0| after k tenths of the steps
  double growth = 0;                                     // of the same in the last half, by 1,000 steps
  double largest = 0;                                    // max over a of |mu_t(a) - mu_0(a)| after all steps
};

// One user's life under one recommender.
Degeneracy degenerate(const DegeneracyParams& params, DriftRecommender recommender, double eta, Seed seed, std::uint32_t user);

// By recommender and growth of the pool.
using DegeneracyReport = std::array<std::array<Degeneracy, kPoolGrowths.size()>, kDriftRecommenders.size()>;
// Throws Error when there are more slots than items, or more items than a policy can rank in the end.
DegeneracyReport run_degeneracy(const DegeneracyParams& params, Seed seed);

}  // namespace feedloop
