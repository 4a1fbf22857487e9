#include "gui/soft_raster.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

constexpr int kSubpixel = 256;  // fixed point: 8 bits below the pixel

struct Vertex {
  std::int64_t x, y;
  float u, v;
  ImU32 color;
};

struct Clip {
  int x0, y0, x1, y1;
};

float channel(ImU32 color, int shift) { return static_cast<float>((color >> shift) & 0xFF); }

float sample(const Atlas& atlas, float u, float v) {
  const float x = u * static_cast<float>(atlas.width) - 0.5F, y = v * static_cast<float>(atlas.height) - 0.5F;
  const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const auto texel = [&](int tx, int ty) {
    tx = std::clamp(tx, 0, atlas.width - 1);
    ty = std::clamp(ty, 0, atlas.height - 1);
    return static_cast<float>(
        atlas.alpha[static_cast<std::size_t>(ty) * static_cast<std::size_t>(atlas.width) + static_cast<std::size_t>(tx)]);
  };
  const float top = texel(x0, y0) * (1 - fx) + texel(x0 + 1, y0) * fx;
  const float bottom = texel(x0, y0 + 1) * (1 - fx) + texel(x0 + 1, y0 + 1) * fx;
  return (top * (1 - fy) + bottom * fy) / 255.0F;
}

std::int64_t edge(const Vertex& a, const Vertex& b, std::int64_t x, std::int64_t y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

// Pixels exactly on a shared edge belong to one triangle only.
bool owns_edge(const Vertex& a, const Vertex& b) { return (a.y == b.y && b.x > a.x) || b.y < a.y; }

void blend(std::uint8_t* pixel, float r, float g, float b, float alpha) {
  const float keep = 1 - alpha;
  pixel[0] = static_cast<std::uint8_t>(r * alpha + pixel[0] * keep + 0.5F);
  pixel[1] = static_cast<std::uint8_t>(g * alpha + pixel[1] * keep + 0.5F);
  pixel[2] = static_cast<std::uint8_t>(b * alpha + pixel[2] * keep + 0.5F);
}

void triangle(Image& image, const Atlas& atlas, const Clip& clip, Vertex a, Vertex b, Vertex c) {
  std::int64_t area = edge(a, b, c.x, c.y);
  if (area == 0) return;
  if (area < 0) {
    std::swap(b, c);
    area = -area;
  }
  const auto pixel_floor = [](std::int64_t v) {
    return static_cast<int>(v >= 0 ? v / kSubpixel : -((-v + kSubpixel - 1) / kSubpixel));
  };
  const int x0 = std::max(clip.x0, pixel_floor(std::min({a.x, b.x, c.x}))),
            x1 = std::min(clip.x1, pixel_floor(std::max({a.x, b.x, c.x})) + 1);
  const int y0 = std::max(clip.y0, pixel_floor(std::min({a.y, b.y, c.y}))),
            y1 = std::min(clip.y1, pixel_floor(std::max({a.y, b.y, c.y})) + 1);
  const std::int64_t bias_a = owns_edge(b, c) ? 0 : -1, bias_b = owns_edge(c, a) ? 0 : -1, bias_c = owns_edge(a, b) ? 0 : -1;
  const bool flat_uv = a.u == b.u && b.u == c.u && a.v == b.v && b.v == c.v;
  const float flat_cover = flat_uv ? sample(atlas, a.u, a.v) : 1;
  const float inverse = 1.0F / static_cast<float>(area);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      const std::int64_t px = static_cast<std::int64_t>(x) * kSubpixel + kSubpixel / 2,
                         py = static_cast<std::int64_t>(y) * kSubpixel + kSubpixel / 2;
      const std::int64_t ea = edge(b, c, px, py), eb = edge(c, a, px, py), ec = edge(a, b, px, py);
      if (ea + bias_a < 0 || eb + bias_b < 0 || ec + bias_c < 0) continue;
      const float wa = static_cast<float>(ea) * inverse, wb = static_cast<float>(eb) * inverse,
                  wc = static_cast<float>(ec) * inverse;
      const auto mix = [&](int shift) {
        return channel(a.color, shift) * wa + channel(b.color, shift) * wb + channel(c.color, shift) * wc;
      };
      const float cover = flat_uv ? flat_cover : sample(atlas, a.u * wa + b.u * wb + c.u * wc, a.v * wa + b.v * wb + c.v * wc);
      const float alpha = std::clamp(mix(IM_COL32_A_SHIFT) / 255.0F * cover, 0.0F, 1.0F);
      if (alpha <= 0) continue;
      const std::size_t at =
          4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x));
      blend(&image.rgba[at], mix(IM_COL32_R_SHIFT), mix(IM_COL32_G_SHIFT), mix(IM_COL32_B_SHIFT), alpha);
    }
  }
}

}  // namespace

Color Image::at(int x, int y) const {
  const std::size_t i = 4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
  return {rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]};
}

DrawnFrame drawn_frame(const ImDrawData& data, const Atlas& atlas, Color background, const Rect& part) {
  const float left = std::round(part.x0), top = std::round(part.y0);
  DrawnFrame frame{.width = static_cast<int>(std::round(part.width())),
                   .height = static_cast<int>(std::round(part.height())),
                   .background = background,
                   .atlas_width = atlas.width,
                   .atlas_height = atlas.height};
  frame.atlas.assign(atlas.alpha, atlas.alpha + static_cast<std::size_t>(atlas.width) * static_cast<std::size_t>(atlas.height));
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const ImDrawList& list = *data.CmdLists[n];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const ImVec4& c = command.ClipRect;
      const std::size_t corners = command.ElemCount / 3 * 3;
      frame.parts.push_back({{c.x - left, c.y - top, c.z - left, c.w - top}, corners});
      for (unsigned i = 0; i < corners; ++i) {
        const ImDrawVert& v =
            list.VtxBuffer[static_cast<int>(command.VtxOffset + list.IdxBuffer[static_cast<int>(command.IdxOffset + i)])];
        frame.corners.push_back({v.pos.x - left, v.pos.y - top, v.uv.x, v.uv.y, v.col});
      }
    }
  }
  return frame;
}

Image rasterize(const DrawnFrame& frame) {
  Image image{frame.width, frame.height, {}};
  image.rgba.resize(4 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
    image.rgba[i] = frame.background.r;
    image.rgba[i + 1] = frame.background.g;
    image.rgba[i + 2] = frame.background.b;
    image.rgba[i + 3] = 255;
  }
  const Atlas atlas{frame.atlas_width, frame.atlas_height, frame.atlas.data()};
  const auto fixed = [](float v) { return static_cast<std::int64_t>(std::lround(v * kSubpixel)); };
  const auto vertex = [&](const DrawnFrame::Corner& c) { return Vertex{fixed(c.x), fixed(c.y), c.u, c.v, c.color}; };
  const DrawnFrame::Corner* corner = frame.corners.data();
  for (const DrawnFrame::Part& part : frame.parts) {
    const Clip clip{std::max(0, static_cast<int>(part.clip.x0)), std::max(0, static_cast<int>(part.clip.y0)),
                    std::min(image.width, static_cast<int>(part.clip.x1)),
                    std::min(image.height, static_cast<int>(part.clip.y1))};
    for (std::size_t i = 0; i < part.corners; i += 3, corner += 3)
      triangle(image, atlas, clip, vertex(corner[0]), vertex(corner[1]), vertex(corner[2]));
  }
  return image;
}

}  // namespace feedloop
