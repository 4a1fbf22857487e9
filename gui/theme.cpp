#include "gui/theme.hpp"

#include <imgui.h>
#include <imgui_freetype.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace feedloop {
namespace {

struct Face {
  float size;
  std::array<const char*, 3> files;
};

constexpr const char* kInter = "/usr/share/fonts/opentype/inter/Inter-Regular.otf";
constexpr const char* kInterStrong = "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf";
constexpr const char* kInterTtf = "/usr/share/fonts/truetype/inter/Inter-Regular.ttf";
constexpr const char* kDejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr const char* kDejaVuBold = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

constexpr std::array<Face, 4> kFaces{{{15, {kInter, kInterTtf, kDejaVu}},
                                      {13, {kInter, kInterTtf, kDejaVu}},
                                      {15, {kInterStrong, kDejaVuBold, kDejaVu}},
                                      {19, {kInterStrong, kDejaVuBold, kDejaVu}}}};

// Without a named range ImGui draws '?': Latin, Greek, punctuation, super- and subscripts, arrows, mathematics.
constexpr ImWchar kRanges[] = {0x20, 0xFF, 0x370, 0x3FF, 0x2010, 0x2026, 0x2070, 0x209F, 0x2190, 0x21FF, 0x2200, 0x22FF, 0};

std::array<ImFont*, kFaces.size()> fonts{};
double scale_now = 1;
bool dashes_on = false;

void equal_digits(ImFont& f) {
  float widest = 0;
  for (ImWchar c = '0'; c <= '9'; ++c) widest = std::max(widest, f.FindGlyph(c)->AdvanceX);
  for (ImWchar c = '0'; c <= '9'; ++c) {
    auto* glyph = const_cast<ImFontGlyph*>(f.FindGlyph(c));
    const float shift = std::floor((widest - glyph->AdvanceX) / 2);
    glyph->X0 += shift;
    glyph->X1 += shift;
    glyph->AdvanceX = widest;
    f.IndexAdvanceX[c] = widest;
  }
}

double linear(std::uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Color c) { return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b); }

}  // namespace

void set_palette(const Palette& palette) { detail::palette = palette; }
void set_line_dashes(bool on) { dashes_on = on; }
std::span<const float> dash_of(Color color) {
  // Control stays solid. Each is told apart by its longest stroke and by how many strokes repeat.
  static constexpr float kLong[] = {12, 5}, kShort[] = {5, 4}, kDots[] = {1.5, 4}, kLongShort[] = {12, 4, 3, 4},
                         kLongDots[] = {12, 4, 1.5, 4, 1.5, 4};
  static constexpr std::array<std::span<const float>, kVariantColors> kPatterns{
      std::span<const float>(), kLong, kShort, kLongShort, kLongDots, kDots};
  if (!dashes_on) return {};
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    const Color c = detail::palette.variants[i];
    if (c.r == color.r && c.g == color.g && c.b == color.b) return kPatterns[i];
  }
  return {};
}
Color variant_color(int index) { return detail::palette.variants[static_cast<std::size_t>(index % kVariantColors)]; }
char variant_letter(int index) { return static_cast<char>('A' + index % 26); }

double contrast(Color a, Color b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

void build_fonts(double scale, const std::string& root) {
  scale_now = scale;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  for (std::size_t i = 0; i < kFaces.size(); ++i) {
    ImFontConfig config;
    config.PixelSnapH = true;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    const float size = px(kFaces[i].size);
    fonts[i] = nullptr;
    for (const char* name : kFaces[i].files) {
      const std::string file = root + name;
      // ImGui aborts on a missing file, so ask first.
      if (fonts[i] == nullptr && access(file.c_str(), R_OK) == 0)
        fonts[i] = atlas.AddFontFromFileTTF(file.c_str(), size, &config, kRanges);
    }
    if (fonts[i] == nullptr) {
      config.SizePixels = size;
      fonts[i] = atlas.AddFontDefault(&config);
    }
  }
  atlas.Build();
  for (ImFont* f : fonts) equal_digits(*f);
}

FontState font_state() { return {fonts, scale_now}; }

void set_font_state(const FontState& state) {
  fonts = state.fonts;
  scale_now = state.scale;
}

ImFont* font(Font which) { return fonts[static_cast<std::size_t>(which)]; }
float font_height(Font which) { return font(which)->FontSize; }
double ui_scale() { return scale_now; }
float px(double design_pixels) { return static_cast<float>(std::round(design_pixels * scale_now)); }

double fit_scale(double asked, int width, int height) {
  const double fits = std::min({asked, width / kMinWidth, height / kMinHeight});
  // Steps of a twentieth: resizing a window must not rebuild the fonts on every pixel.
  return std::clamp(std::floor(fits * 20 + 1e-9) / 20, 0.5, 4.0);
}

}  // namespace feedloop
