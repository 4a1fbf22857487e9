// Draws ImGui's draw data into an image without any display or GPU: for tests, --screenshot and pictures in documents.
// Integer edge functions and no threads, so the same frame gives the same bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gui/geometry.hpp"
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

// A frame as plain data that owns all it needs: it can be rasterised later and on another thread.
struct DrawnFrame {
  struct Corner {
    float x, y, u, v;
    std::uint32_t color;
  };
  struct Part {
    Rect clip;
    std::size_t corners;  // three a triangle
  };
  int width = 0, height = 0;
  Color background = {};
  int atlas_width = 0, atlas_height = 0;
  std::vector<std::uint8_t> atlas = {};
  std::vector<Corner> corners = {};
  std::vector<Part> parts = {};  // in the order of drawing
};

DrawnFrame drawn_frame(const ImDrawData& data, const Atlas& atlas, Color background, const Rect& part);
Image rasterize(const DrawnFrame& frame);

}  // namespace feedloop
