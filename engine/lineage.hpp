// The model registry: what every trained version of a pipeline's models was made from. What became of it is in the release's
// log (engine/release.hpp), how well it predicted in the nightly validations (engine/ranking/validation.hpp).
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/time.hpp"

namespace feedloop {

struct ModelRecord {
  std::uint32_t version = 0;
  std::uint32_t parent = 0;    // version of the training that this one began with; 0: none
  std::uint32_t ranker = 0;    // version whose training the ranker comes from: not this one between the ranker's nights
  std::uint32_t features = 0;  // version of the feature snapshot published with it
  SimTime trained;
  // The ranker's rows, when this version trained it: their number and the times of the first and the last page.
  std::int64_t rows = 0;
  SimTime first_row, last_row;
  // Near-real-time updates since, each with a version of its own: how many, and the last.
  std::uint32_t updates = 0, last_update = 0;
  SimTime updated;
};
static_assert(std::has_unique_object_representations_v<ModelRecord>);  // saved as bytes: no gaps

}  // namespace feedloop
