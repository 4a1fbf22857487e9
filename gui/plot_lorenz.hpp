// Lorenz curves: the least shown share of the catalogue takes which share of all impressions. The diagonal is even exposure.
#pragma once

#include <string>
#include <vector>

#include "experiment/report.hpp"
#include "gui/geometry.hpp"
#include "gui/theme.hpp"

namespace feedloop {

struct LorenzLine {
  char letter = 'A';
  Color color;
  const LorenzCurve* curve = nullptr;  // of no points: nothing was shown
};

// Draws the panel too; hovering lists each curve's exact value.
void draw_lorenz(const std::string& path, const Rect& box, const std::vector<LorenzLine>& lines);

}  // namespace feedloop
