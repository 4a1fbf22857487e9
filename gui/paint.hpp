// Drawing primitives over ImGui's draw lists, so that views need no ImGui. Only between begin and end of a frame.
// Nothing drawn here is registered: whatever a person can read or press goes through ui.hpp.
#pragma once

#include <span>
#include <string_view>

#include "gui/geometry.hpp"
#include "gui/theme.hpp"

namespace feedloop::paint {

enum class Layer { Main, Overlay };  // the overlay covers everything: tooltips, help
void layer(Layer which);

void fill(const Rect& r, Color c, float rounding = 0);
void outline(const Rect& r, Color c, float rounding = 0, float width = 1);
void line(Vec2 a, Vec2 b, Color c, float width = 1);
void dashes(Vec2 a, Vec2 b, Color c, float dash, float width = 1);
void polyline(std::span<const Vec2> points, Color c, float width);  // requires fewer than 30,000 points
void curve(std::span<const Vec2> points, Color c, float width);  // of data: likewise, in its variant's dashes where they are on
void disc(Vec2 center, float radius, Color c);
void ring(Vec2 center, float radius, Color c, float width = 1);
void triangle(Vec2 a, Vec2 b, Vec2 c, Color color);
// The area between two curves over the same x. Spans of equal length.
void band(std::span<const float> x, std::span<const float> low, std::span<const float> high, Color c);

Vec2 measure(Font f, std::string_view text);
void text(Vec2 top_left, Font f, Color c, std::string_view text);
void text_outlined(Vec2 top_left, Font f, Color c, Color behind, std::string_view text);

void clip(const Rect& r);
void unclip();

// Symbols drawn as shapes: text fonts lack or misplace them.
enum class Glyph { None, Play, Pause, ToStart, Step, Day, Better, Worse, Same, Changed, NoData, Alert, Healthy };
void glyph(Glyph g, Vec2 center, float size, Color c);

}  // namespace feedloop::paint
