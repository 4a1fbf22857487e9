// Draws ImGui's draw data into an image without any display or GPU: for tests, --screenshot and pictures in documents.
// Integer edge functions and no threads, so the same frame gives the same bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gui/theme.hpp"

struct ImDrawData;

namespace feedloop {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // 4 * width * height, rows from the top
  Color at(int x, int y) const;
};

// The one texture of our frames: the font atlas as coverage, 0..255.
struct Atlas {
  int width = 0, height = 0;
  const std::uint8_t* alpha = nullptr;
};

Image rasterize(const ImDrawData& data, const Atlas& atlas, Color background);

}  // namespace feedloop
