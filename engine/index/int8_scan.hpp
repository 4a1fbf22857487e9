// Scans the int8 codes of every row and proposes the best k and a few more. The work is n * dims byte products; the best of
// them are picked out by a threshold estimated from a sample of rows.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/index/finder.hpp"

namespace feedloop {

std::unique_ptr<Finder> make_int8_scan();

// How many rows an index of int8 codes scores exactly for k: enough that the codes' rounding costs less than 1 % recall.
constexpr std::size_t rescored(std::size_t k) { return k + k / 32 + 16; }

}  // namespace feedloop
