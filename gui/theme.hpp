// Colours, fonts and scale. Variant colours were chosen by the smallest CIEDE2000 distance over normal, protan, deutan and
// tritan sight (21 for two to four variants); truth keeps 19 from all of them and is used for nothing else.
// Colour never stands alone: variants carry letters, verdicts carry a glyph and a word.
#pragma once

#include <cstdint>

struct ImFont;

namespace feedloop {

struct Color {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  friend constexpr bool operator==(Color, Color) = default;
  constexpr Color fade(double alpha) const { return {r, g, b, static_cast<std::uint8_t>(a * alpha + 0.5)}; }
};

constexpr Color rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8), static_cast<std::uint8_t>(hex)};
}

namespace colors {
constexpr Color kBackground = rgb(0x0F1216), kPanel = rgb(0x171B21), kRaised = rgb(0x232A33), kHover = rgb(0x2C3540);
constexpr Color kLine = rgb(0x2A313B), kGrid = rgb(0x20262E), kAxis = rgb(0x4A5462);
constexpr Color kText = rgb(0xE6E9EE), kSecondary = rgb(0x9AA4B2);
constexpr Color kPrimary = rgb(0x3A5A8C), kPrimaryHover = rgb(0x456AA3), kSelection = rgb(0xC9D1DC);
constexpr Color kBetter = rgb(0x4CC38A), kWorse = rgb(0xF08A80), kAlert = rgb(0xE9B949);
constexpr Color kError = rgb(0x5A2226), kErrorLine = rgb(0xB4454C), kNotice = rgb(0x222C39);
constexpr Color kTruth = rgb(0x99FFCC);
}  // namespace colors

constexpr int kVariantColors = 6;
Color variant_color(int index);     // control is 0; repeats after kVariantColors
char variant_letter(int index);     // A, B, …; requires 0 <= index < 26
double contrast(Color a, Color b);  // WCAG 2 contrast ratio, 1..21

enum class Font { Body, Small, Strong, Title };

// Rebuilds the font atlas for the current ImGui context. Inter when installed, else DejaVu Sans, else the built-in font;
// all digits get one width, so that changing numbers do not jitter. The backend must upload the new atlas.
void build_fonts(double scale);
ImFont* font(Font which);
float font_height(Font which);

double ui_scale();               // of the last build_fonts()
float px(double design_pixels);  // design pixels (at scale 1) to whole device pixels

// The layout needs kMinWidth x kMinHeight design pixels; a smaller window gets a smaller scale instead of cut-off text.
constexpr double kMinWidth = 1040, kMinHeight = 640;
double fit_scale(double asked, int width, int height);

}  // namespace feedloop
