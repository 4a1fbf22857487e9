// The random draws of calibration, all on the stream Calibration: words c0 and c2 of the key are what the draw is about, c1 is
// its purpose.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace feedloop {

enum class CalibrationDraw : std::uint32_t {
  HoldOut = 1,           // user, item
  Opponent = 2,          // user, item
  InitialFactors = 3,    // item
  UnidentifiedItem = 4,  // item
  ItemOrder = 5,
  UserOrder = 6,
  Exposure = 7,
  Audience = 8,   // the users on whom popularity beyond taste is fitted
  Play = 9,       // a play of the fitted world, by its place
  Centre = 10,    // of a category, in a log without users
  Thinning = 11,  // a row of a regenerated log
};

// Slates of a regenerated log draw from the stream Exploration, keyed by their request: no policy serves there.
inline Rng calibration_stream(Seed seed, CalibrationDraw purpose, std::uint64_t about, std::uint64_t further = 0) {
  return stream(seed, Stream::Calibration, entity_key(about, static_cast<std::uint64_t>(purpose), further));
}

}  // namespace feedloop
