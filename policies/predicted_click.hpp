// The ranker's prediction of a click, as policies start from it.
#pragma once

#include <array>

#include "base/interaction.hpp"

namespace feedloop {

// `otherwise` where the ranker predicts nothing.
inline double predicted_click(const std::array<float, kHeads>& heads, double otherwise) {
  const auto p = static_cast<double>(heads[static_cast<std::size_t>(Head::Click)]);
  return p > 0 ? p : otherwise;
}

}  // namespace feedloop
