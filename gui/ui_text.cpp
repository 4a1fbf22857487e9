#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/ui_core.hpp"

namespace feedloop::ui {
namespace detail {

std::string shortened(std::string_view text, Font f, float width) {
  std::string cut(text);
  while (!cut.empty() && paint::measure(f, cut + "…").x > width) {
    // Remove a whole UTF-8 character.
    while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80) cut.pop_back();
    if (!cut.empty()) cut.pop_back();
  }
  return cut + "…";
}

std::string shortened_to(std::string_view text, Font f, float width) {
  return paint::measure(f, text).x <= width + 0.5F ? std::string(text) : shortened(text, f, width);
}

std::vector<std::string> wrapped(std::string_view text, Font f, float width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    const std::string longer = lines.back().empty() ? std::string(word) : fmt::format("{} {}", lines.back(), word);
    if (!lines.back().empty() && paint::measure(f, longer).x > width)
      lines.emplace_back(word);
    else
      lines.back() = longer;
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return lines;
}

}  // namespace detail

using namespace detail;

void panel(std::string_view path, const Rect& box, std::string_view title) {
  paint::fill(box, colors::kPanel, px(6));
  paint::outline(box, colors::kLine, px(6));
  add(path, Kind::Panel, title, box);
  if (!title.empty()) {
    Rect inner = box.inset(px(14), px(10));
    text(fmt::format("{}/title", path), inner.cut_top(px(22)), title, {.font = Font::Strong});
  }
}

Rect sheet(std::string_view path, const Rect& screen, float width, float height, std::string_view title,
           std::string_view hint) {
  paint::fill(screen, colors::kBackground.fade(0.75));
  const float x = std::round(screen.center().x - width / 2), y = std::round(screen.center().y - height / 2);
  const Rect box{x, y, x + width, y + height};
  paint::fill(box, colors::kPanel, px(8));
  paint::outline(box, colors::kAxis, px(8));
  add(path, Kind::Panel, title, box);
  Rect inner = box.inset(px(24), px(14));
  Rect head = inner.cut_top(px(36));
  text(fmt::format("{}/hint", path), head.cut_right(px(150)), hint, {Font::Small, colors::kSecondary, Align::Right});
  text(fmt::format("{}/title", path), head, title, {.font = Font::Title});
  inner.cut_top(px(8));
  return inner;
}

float text_width(std::string_view text, Font f) { return paint::measure(f, text).x; }

Rect text(std::string_view path, const Rect& box, std::string_view text, TextLook look, std::string_view tooltip) {
  const float full = text_width(text, look.font);
  const bool fits = full <= box.width() + 0.5F;
  const std::string shown = fits ? std::string(text) : shortened(text, look.font, box.width());
  const float width = fits ? full : std::min(text_width(shown, look.font), box.width()), height = font_height(look.font);
  const float spare = box.width() - width;
  const float x = box.x0 + (look.align == Align::Left ? 0 : look.align == Align::Right ? spare : spare / 2);
  const float y = std::round(box.center().y - height / 2);
  const Rect drawn{std::floor(x), y, std::floor(x) + width, y + height};
  paint::text({drawn.x0, drawn.y0}, look.font, look.color, shown);
  const std::string tip = tooltip.empty() && !fits ? std::string(text) : std::string(tooltip);
  add(path, Kind::Text, text, drawn, true, fits, tip);
  offer_tooltip(path, drawn, tip);
  return drawn;
}

float paragraph_height(std::string_view text, Font f, float width) {
  const float step = std::round(font_height(f) * 1.3F);
  return step * static_cast<float>(wrapped(text, f, width).size());
}

float paragraph(std::string_view path, const Rect& box, std::string_view text, TextLook look, std::string_view tooltip) {
  const float step = std::round(font_height(look.font) * 1.3F);
  const std::vector<std::string> lines = wrapped(text, look.font, box.width());
  float y = box.y0, widest = 0;
  bool fits = true;
  std::size_t shown = 0;
  for (; shown < lines.size() && y + font_height(look.font) <= box.y1 + 0.5F; ++shown, y += step) {
    const bool last_that_fits = y + step + font_height(look.font) > box.y1 + 0.5F && shown + 1 < lines.size();
    std::string line = lines[shown];
    if (last_that_fits || text_width(line, look.font) > box.width() + 0.5F) {
      line = shortened(line, look.font, box.width());
      fits = false;
    }
    paint::text({box.x0, y}, look.font, look.color, line);
    widest = std::max(widest, text_width(line, look.font));
  }
  const Rect drawn{box.x0, box.y0, box.x0 + std::min(widest, box.width()),
                   shown > 0 ? y - step + font_height(look.font) : box.y0};
  const std::string tip = fits && shown > 0 ? std::string(tooltip) : std::string(text);
  add(path, Kind::Text, text, drawn, true, fits && shown == lines.size(), tip);
  offer_tooltip(path, drawn, tip);
  return y - box.y0;
}

Rect labelled_glyph(std::string_view path, const Rect& box, paint::Glyph glyph, std::string_view symbol, std::string_view word,
                    TextLook look, std::string_view tooltip) {
  Rect rest = box;
  const float size = std::round(font_height(look.font) * 0.66F);
  const Rect icon = rest.cut_left(size + px(7));
  paint::glyph(glyph, {icon.x0 + size / 2, icon.center().y}, size, look.color);
  const bool fits = text_width(word, look.font) <= rest.width() + 0.5F;
  const std::string shown = fits ? std::string(word) : shortened(word, look.font, rest.width());
  const float height = font_height(look.font), y = std::round(box.center().y - height / 2);
  paint::text({rest.x0, y}, look.font, look.color, shown);
  const Rect drawn{box.x0, y, std::min(rest.x0 + text_width(shown, look.font), rest.x1), y + height};
  const std::string tip = tooltip.empty() && !fits ? std::string(word) : std::string(tooltip);
  add(path, Kind::Text, fmt::format("{} {}", symbol, word), drawn, true, fits, tip);
  offer_tooltip(path, drawn, tip);
  return drawn;
}

}  // namespace feedloop::ui
