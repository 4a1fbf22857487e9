// Quantities that run worlds of their own: claims of one run ask for the same worlds one after the other.
#pragma once

#include <cstdint>
#include <optional>

#include "experiment/scenario.hpp"

namespace feedloop {

// make(scenario), kept until another scenario or seed is asked for. One result type has one `make`. One thread.
template <class Result>
const Result& once(const Scenario& scenario, Result (*make)(const Scenario&)) {
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
