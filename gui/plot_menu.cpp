#include "gui/plot_menu.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gui/export_dialog.hpp"

namespace feedloop {

void draw_plot_menu(AppState& state) {
  PlotMenu& menu = state.plot_menu;
  if (!menu.open) return;
  ui::set_overlay(true);
  const bool log = menu.log.contains(menu.path);
  const std::array<std::pair<std::string_view, ui::ButtonSpec>, 4> entries{
      {{"copy", {.label = "Copy values", .tooltip = "Copy what the plot shows, tab-separated, for a spreadsheet"}},
       {"png", {.label = "Save as PNG…", .tooltip = "Write this chart to a file at twice its size"}},
       {"log",
        {.label = log ? "Linear axis" : "Log axis",
         .enabled = log || menu.can_log,
         .tooltip = log || menu.can_log ? "Of this plot's values" : "Some of its values are not above zero"}},
       {"fit", {.label = "Show all days", .tooltip = "Undo zooming, in all plots over the days"}}}};
  const float line = px(30), height = line * static_cast<float>(entries.size()) + px(40);
  float width = px(150);
  for (const auto& [id, spec] : entries) width = std::max(width, ui::button_width(spec));
  width += px(16);
  const Rect window = ui::window();
  const float x = std::min(menu.at.x, window.x1 - width - 2), y = std::min(menu.at.y, window.y1 - height - 2);
  const Rect box{x, y, x + width, y + height};
  paint::fill(box, colors::kRaised, px(6));
  paint::outline(box, colors::kAxis, px(6));
  ui::mark("plot_menu", ui::Kind::Panel, box, menu.title);
  Rect inner = box.inset(px(8), px(6));
  ui::text("plot_menu/title", inner.cut_top(px(24)), menu.title, {Font::Small, colors::kSecondary});
  std::string_view chosen;
  for (const auto& [id, spec] : entries)
    if (ui::button("plot_menu/" + std::string(id), inner.cut_top(line).inset(0, px(1)), spec)) chosen = id;
  if (chosen == "copy") ui::copy_to_clipboard(menu.values);
  if (chosen == "png") export_chart(state, menu.path);
  if (chosen == "fit") state.day_plots.fit();
  if (chosen == "log" && !menu.log.erase(menu.path)) menu.log.insert(menu.path);
  if (!chosen.empty() || ui::pressed_outside(box)) menu.close();
  ui::set_overlay(false);
}

}  // namespace feedloop
