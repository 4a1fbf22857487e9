#include "gui/palette.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gui/format.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kRows = 10;

bool holds_words(const std::string& said, std::string_view words) {
  while (!words.empty()) {
    const std::size_t space = words.find(' ');
    if (said.find(words.substr(0, space)) == std::string::npos) return false;
    words = space == std::string_view::npos ? std::string_view{} : words.substr(space + 1);
  }
  return true;
}

void carry_out(AppState& state, const Command& c) {
  state.palette = {};
  invoke(c, state);
}

}  // namespace

std::vector<const Command*> matching_commands(const AppState& state, std::string_view text) {
  const std::string words = lower_case(text);
  std::vector<const Command*> found;
  for (const Command& c : commands())
    if (holds_words(lower_case(c.title + " " + c.help), words)) found.push_back(&c);
  std::ranges::stable_partition(found, [&](const Command* c) { return c->enabled(state); });
  return found;
}

void open_palette(AppState& state) { state.palette = {.open = true, .focus = true}; }

void palette_key(AppState& state, const KeyPress& key) {
  PaletteState& p = state.palette;
  const std::vector<const Command*> found = matching_commands(state, p.text);
  const std::size_t last = std::min(found.size(), kRows) - (found.empty() ? 0 : 1);
  if (key.key == keys::kEscape) p = {};
  if (key.key == keys::kDown) p.selected = std::min(p.selected + 1, last);
  if (key.key == keys::kUp) p.selected -= p.selected > 0 ? 1 : 0;
  if (key.key == keys::kEnter) p.entered = true;
}

void draw_palette(AppState& state, const Rect& screen) {
  PaletteState& p = state.palette;
  if (!p.open) return;
  std::vector<const Command*> found = matching_commands(state, p.text);
  std::size_t rows = std::min(found.size(), kRows);
  ui::set_dialog(true);
  const float line = px(28), width = std::min(px(620), screen.width() - px(40));
  const float height = px(58) + line * static_cast<float>(std::max<std::size_t>(rows, 1)) + px(10);
  const float x = std::round(screen.center().x - width / 2), y = screen.y0 + px(70);
  const Rect box{x, y, x + width, y + height};
  paint::fill(box, colors::kPanel, px(8));
  paint::outline(box, colors::kAxis, px(8));
  ui::mark("palette", ui::Kind::Panel, box, "Commands");
  Rect inner = box.inset(px(12), px(12));
  const ui::Field field =
      ui::field("palette/text", inner.cut_top(px(34)), p.text, {.hint = "What do you want to do?", .focus = p.focus});
  if (field.changed) {
    p.selected = 0;
    found = matching_commands(state, p.text);
    rows = std::min(found.size(), rows);  // the box has its height until the next frame
  }
  p.selected = rows == 0 ? 0 : std::min(p.selected, rows - 1);
  p.focus = false;
  inner.cut_top(px(8));
  if (rows == 0) ui::text("palette/none", inner.cut_top(line), "No command of that name", {.color = colors::kSecondary});
  const bool entered = std::exchange(p.entered, false);
  const Command* chosen = entered && p.selected < rows && found[p.selected]->enabled(state) ? found[p.selected] : nullptr;
  for (std::size_t i = 0; i < rows; ++i) {
    const Command& c = *found[i];
    Rect row = inner.cut_top(line);
    const bool enabled = c.enabled(state);
    if (i == p.selected) paint::fill(row, colors::kRaised, px(4));
    if (ui::row("palette/" + c.id, row, c.title, tooltip(c, state)).clicked && enabled) chosen = &c;
    row = row.inset(px(8), 0);
    ui::text("palette/" + c.id + "/key", row.cut_right(px(110)), key_text(c.key),
             {Font::Small, colors::kSecondary, ui::Align::Right});
    const Color ink = enabled ? colors::kText : colors::kSecondary;
    const Rect title = ui::text("palette/" + c.id + "/title", row, c.title, {.color = ink});
    row.x0 = title.x1 + px(12);
    const std::string about = enabled ? c.help : c.why_not(state);
    ui::text("palette/" + c.id + "/help", row, about, {Font::Small, colors::kSecondary}, about);
  }
  const bool left = ui::pressed_outside(box);
  ui::set_dialog(false);
  if (chosen != nullptr)
    carry_out(state, *chosen);
  else if (left)
    p = {};
}

}  // namespace feedloop
