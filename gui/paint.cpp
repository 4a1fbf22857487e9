#include "gui/paint.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace feedloop::paint {
namespace {

Layer current = Layer::Main;

ImDrawList& list() { return current == Layer::Overlay ? *ImGui::GetForegroundDrawList() : *ImGui::GetWindowDrawList(); }
ImU32 pack(Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }
ImVec2 vec(Vec2 p) { return {p.x, p.y}; }

}  // namespace

void layer(Layer which) { current = which; }

void fill(const Rect& r, Color c, float rounding) { list().AddRectFilled({r.x0, r.y0}, {r.x1, r.y1}, pack(c), rounding); }

void outline(const Rect& r, Color c, float rounding, float width) {
  list().AddRect({r.x0, r.y0}, {r.x1, r.y1}, pack(c), rounding, 0, width);
}

void line(Vec2 a, Vec2 b, Color c, float width) { list().AddLine(vec(a), vec(b), pack(c), width); }

void dashes(Vec2 a, Vec2 b, Color c, float dash, float width) {
  const float length = std::hypot(b.x - a.x, b.y - a.y);
  if (length <= 0) return;
  const Vec2 unit{(b.x - a.x) / length, (b.y - a.y) / length};
  for (float at = 0; at < length; at += 2 * dash) {
    const float end = std::min(at + dash, length);
    line({a.x + unit.x * at, a.y + unit.y * at}, {a.x + unit.x * end, a.y + unit.y * end}, c, width);
  }
}

void polyline(std::span<const Vec2> points, Color c, float width) {
  static_assert(sizeof(Vec2) == sizeof(ImVec2));
  if (points.size() < 2) return;
  list().AddPolyline(reinterpret_cast<const ImVec2*>(points.data()), static_cast<int>(points.size()), pack(c), 0, width);
}

void curve(std::span<const Vec2> points, Color c, float width) {
  const std::span<const float> pattern = dash_of(c);
  if (pattern.empty()) {
    polyline(points, c, width);
    return;
  }
  std::vector<Vec2> stroke;
  std::size_t part = 0;
  float left = px(pattern[0]);
  const auto flush = [&] {
    polyline(stroke, c, width);
    stroke.clear();
  };
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    Vec2 from = points[i];
    const Vec2 to = points[i + 1];
    for (float length = std::hypot(to.x - from.x, to.y - from.y); length > 0;) {
      const bool drawn = part % 2 == 0;
      if (drawn && stroke.empty()) stroke.push_back(from);
      const float step = std::min(left, length);
      from = {from.x + (to.x - from.x) * step / length, from.y + (to.y - from.y) * step / length};
      if (drawn) stroke.push_back(from);
      length -= step;
      left -= step;
      if (left > 0) continue;
      flush();
      part = (part + 1) % pattern.size();
      left = px(pattern[part]);
    }
  }
  flush();
}

void disc(Vec2 center, float radius, Color c) { list().AddCircleFilled(vec(center), radius, pack(c)); }
void ring(Vec2 center, float radius, Color c, float width) { list().AddCircle(vec(center), radius, pack(c), 0, width); }

void triangle(Vec2 a, Vec2 b, Vec2 c, Color color) {
  // ImGui's anti-aliased fringe grows outwards only for clockwise shapes.
  if ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0) std::swap(b, c);
  list().AddTriangleFilled(vec(a), vec(b), vec(c), pack(color));
}

void band(std::span<const float> x, std::span<const float> low, std::span<const float> high, Color c) {
  // Anti-aliased fringes of neighbouring quads overlap into stripes, so they are off here.
  const ImDrawListFlags flags = list().Flags;
  list().Flags &= ~ImDrawListFlags_AntiAliasedFill;
  for (std::size_t i = 1; i < x.size(); ++i) {
    list().AddQuadFilled({x[i - 1], low[i - 1]}, {x[i - 1], high[i - 1]}, {x[i], high[i]}, {x[i], low[i]}, pack(c));
  }
  list().Flags = flags;
}

Vec2 measure(Font f, std::string_view text) {
  if (text.empty()) return {0, font_height(f)};  // ImGui reads a null begin as a C string
  const ImVec2 size = font(f)->CalcTextSizeA(font_height(f), FLT_MAX, 0, text.data(), text.data() + text.size());
  return {std::ceil(size.x), size.y};
}

void text(Vec2 top_left, Font f, Color c, std::string_view text) {
  if (text.empty()) return;
  list().AddText(font(f), font_height(f), vec(top_left), pack(c), text.data(), text.data() + text.size());
}

void text_outlined(Vec2 top_left, Font f, Color c, Color behind, std::string_view label) {
  for (const Vec2 d : {Vec2{-1, 0}, Vec2{1, 0}, Vec2{0, -1}, Vec2{0, 1}}) {
    text({top_left.x + d.x, top_left.y + d.y}, f, behind, label);
  }
  text(top_left, f, c, label);
}

void clip(const Rect& r) { list().PushClipRect({r.x0, r.y0}, {r.x1, r.y1}, true); }
void unclip() { list().PopClipRect(); }

void glyph(Glyph g, Vec2 m, float size, Color c) {
  const float h = size / 2, stroke = std::max(1.0F, size / 8);
  switch (g) {
    case Glyph::None:
      break;
    case Glyph::Play:
      triangle({m.x - h * 0.7F, m.y - h}, {m.x + h, m.y}, {m.x - h * 0.7F, m.y + h}, c);
      break;
    case Glyph::Pause:
      fill({m.x - h * 0.8F, m.y - h, m.x - h * 0.2F, m.y + h}, c);
      fill({m.x + h * 0.2F, m.y - h, m.x + h * 0.8F, m.y + h}, c);
      break;
    case Glyph::ToStart:
      fill({m.x - h, m.y - h, m.x - h * 0.6F, m.y + h}, c);
      triangle({m.x + h * 0.8F, m.y - h}, {m.x + h * 0.8F, m.y + h}, {m.x - h * 0.5F, m.y}, c);
      break;
    case Glyph::Step:
      triangle({m.x - h, m.y - h}, {m.x + h * 0.3F, m.y}, {m.x - h, m.y + h}, c);
      fill({m.x + h * 0.4F, m.y - h, m.x + h * 0.8F, m.y + h}, c);
      break;
    case Glyph::Day:
      triangle({m.x - h, m.y - h}, {m.x, m.y}, {m.x - h, m.y + h}, c);
      triangle({m.x, m.y - h}, {m.x + h, m.y}, {m.x, m.y + h}, c);
      break;
    case Glyph::Better:
      triangle({m.x - h, m.y + h * 0.7F}, {m.x, m.y - h * 0.8F}, {m.x + h, m.y + h * 0.7F}, c);
      break;
    case Glyph::Worse:
      triangle({m.x - h, m.y - h * 0.7F}, {m.x + h, m.y - h * 0.7F}, {m.x, m.y + h * 0.8F}, c);
      break;
    case Glyph::Same:
      disc(m, h * 0.7F, c);
      break;
    case Glyph::Changed:
      triangle({m.x - h * 0.8F, m.y}, {m.x, m.y - h}, {m.x + h * 0.8F, m.y}, c);
      triangle({m.x - h * 0.8F, m.y}, {m.x + h * 0.8F, m.y}, {m.x, m.y + h}, c);
      break;
    case Glyph::NoData:
      for (int i = 0; i < 8; ++i) {
        const float angle = static_cast<float>(i) * 0.785398F;
        disc({m.x + std::cos(angle) * h * 0.75F, m.y + std::sin(angle) * h * 0.75F}, std::max(0.8F, size / 12), c);
      }
      break;
    case Glyph::Alert: {
      const Vec2 corners[] = {{m.x, m.y - h}, {m.x + h, m.y + h * 0.8F}, {m.x - h, m.y + h * 0.8F}, {m.x, m.y - h}};
      polyline(corners, c, stroke);
      line({m.x, m.y - h * 0.3F}, {m.x, m.y + h * 0.25F}, c, stroke);
      disc({m.x, m.y + h * 0.55F}, stroke * 0.6F, c);
      break;
    }
    case Glyph::Healthy: {
      const Vec2 tick[] = {{m.x - h * 0.8F, m.y}, {m.x - h * 0.2F, m.y + h * 0.6F}, {m.x + h * 0.9F, m.y - h * 0.7F}};
      polyline(tick, c, stroke * 1.2F);
      break;
    }
  }
}

}  // namespace feedloop::paint
