// Colours, fonts and scale. Variant colours were chosen by the smallest CIEDE2000 distance over normal, protan, deutan and
// tritan sight (Machado et al. 2009): 21 for two to four variants in the dark, 33 in the light; truth keeps 19 from all of them
// and is used for nothing else. Colour never stands alone: variants carry letters, verdicts carry a glyph and a word.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

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

constexpr int kVariantColors = 6;

struct Palette {
  Color background, panel, raised, hover;
  Color line, grid, axis;
  Color text, secondary;
  Color primary, primary_hover, selection;
  Color better, worse, alert;
  Color error, error_line, notice;
  Color truth;
  std::array<Color, kVariantColors> variants;
};

constexpr Palette kDark{
    rgb(0x0F1216), rgb(0x171B21),
    rgb(0x232A33), rgb(0x2C3540),
    rgb(0x2A313B), rgb(0x20262E),
    rgb(0x4A5462), rgb(0xE6E9EE),
    rgb(0x9AA4B2), rgb(0x3A5A8C),
    rgb(0x456AA3), rgb(0xC9D1DC),
    rgb(0x4CC38A), rgb(0xF08A80),
    rgb(0xE9B949), rgb(0x5A2226),
    rgb(0xB4454C), rgb(0x222C39),
    rgb(0x99FFCC), {rgb(0xB8C0CC), rgb(0x4C8BF5), rgb(0xD55E00), rgb(0xF0E442), rgb(0x009E73), rgb(0xE69F00)}};

constexpr Palette kLight{
    rgb(0xF1F3F6), rgb(0xFFFFFF),
    rgb(0xE7EBF0), rgb(0xDCE2E9),
    rgb(0xD5DBE2), rgb(0xEBEEF2),
    rgb(0xA7B0BB), rgb(0x1B2027),
    rgb(0x56606D), rgb(0xC6D5EC),
    rgb(0xB3C7E6), rgb(0x3B4754),
    rgb(0x177245), rgb(0xB3261E),
    rgb(0x8A6100), rgb(0xFBE3E1),
    rgb(0xD9534F), rgb(0xE6EDF6),
    rgb(0x1802E6), {rgb(0x262644), rgb(0x0084FA), rgb(0x702200), rgb(0xBD8D1C), rgb(0x066B54), rgb(0x8B8797)}};

namespace detail {
inline constinit Palette palette = kDark;
}
void set_palette(const Palette& palette);  // UI thread, between frames

namespace colors {  // of the palette in use
inline const Color &kBackground = detail::palette.background, &kPanel = detail::palette.panel,
                   &kRaised = detail::palette.raised, &kHover = detail::palette.hover;
inline const Color &kLine = detail::palette.line, &kGrid = detail::palette.grid, &kAxis = detail::palette.axis;
inline const Color &kText = detail::palette.text, &kSecondary = detail::palette.secondary;
inline const Color &kPrimary = detail::palette.primary, &kPrimaryHover = detail::palette.primary_hover,
                   &kSelection = detail::palette.selection;
inline const Color &kBetter = detail::palette.better, &kWorse = detail::palette.worse, &kAlert = detail::palette.alert;
inline const Color &kError = detail::palette.error, &kErrorLine = detail::palette.error_line, &kNotice = detail::palette.notice;
inline const Color& kTruth = detail::palette.truth;
}  // namespace colors

// Dash patterns beside colours, for who cannot tell these apart: lengths in design pixels, drawn and left out in turn; empty:
// solid.
void set_line_dashes(bool on);                // UI thread, between frames
std::span<const float> dash_of(Color color);  // of the variant of that colour, whatever its alpha; empty while they are off

Color variant_color(int index);     // control is 0; repeats after kVariantColors
char variant_letter(int index);     // A, B, …; requires 0 <= index < 26
double contrast(Color a, Color b);  // WCAG 2 contrast ratio, 1..21

enum class Font { Body, Small, Strong, Title };

// Rebuilds the font atlas for the current ImGui context. Inter when installed, else DejaVu Sans, else the built-in font;
// all digits get one width, so that changing numbers do not jitter. The backend must upload the new atlas. Fonts are looked for
// below `root`.
void build_fonts(double scale, const std::string& root = "");
ImFont* font(Font which);

// What build_fonts() leaves behind, to put it back after another context was drawn.
struct FontState {
  std::array<ImFont*, 4> fonts{};
  double scale = 1;
};
FontState font_state();
void set_font_state(const FontState& state);
float font_height(Font which);

double ui_scale();               // of the last build_fonts()
float px(double design_pixels);  // design pixels (at scale 1) to whole device pixels

// The layout needs kMinWidth x kMinHeight design pixels; a smaller window gets a smaller scale instead of cut-off text.
constexpr double kMinWidth = 1040, kMinHeight = 640;
double fit_scale(double asked, int width, int height);

}  // namespace feedloop
