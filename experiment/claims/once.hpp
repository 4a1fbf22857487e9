// Claims of one run ask for the same worlds of its own one after the other: the last answer of each question is kept.
#pragma once

#include <cstdint>
#include <optional>

#include "experiment/scenario.hpp"

namespace feedloop {

template <auto make>
const auto& once(const Scenario& scenario) {
  using Result = decltype(make(scenario));
  struct Last {
    std::uint64_t hash, seed;
    Result result;
  };
  static std::optional<Last> last;
  const std::uint64_t hash = scenario.hash(), seed = scenario.seed();
  if (!last || last->hash != hash || last->seed != seed) last = Last{hash, seed, make(scenario)};
  return last->result;
}

}  // namespace feedloop
