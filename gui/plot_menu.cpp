#include "gui/plot_menu.hpp"

#include <algorithm>

namespace feedloop {

void draw_plot_menu(AppState& state) {
  PlotMenu& menu = state.plot_menu;
  if (!menu.open) return;
  ui::set_overlay(true);
  const ui::ButtonSpec copy{.label = "Copy values", .tooltip = "Copy what the plot shows, tab-separated, for a spreadsheet"};
  const ui::ButtonSpec fit{.label = "Show all days", .tooltip = "Undo zooming, in all plots over the days"};
  const float width = std::max({ui::button_width(copy), ui::button_width(fit), px(150)}) + px(16), line = px(30);
  const Rect window = ui::window();
  const float x = std::min(menu.at.x, window.x1 - width - 2), y = std::min(menu.at.y, window.y1 - 2 * line - px(40) - 2);
  const Rect box{x, y, x + width, y + 2 * line + px(40)};
  paint::fill(box, colors::kRaised, px(6));
  paint::outline(box, colors::kAxis, px(6));
  ui::mark("plot_menu", ui::Kind::Panel, box, menu.title);
  Rect inner = box.inset(px(8), px(6));
  ui::text("plot_menu/title", inner.cut_top(px(24)), menu.title, {Font::Small, colors::kSecondary});
  bool done = ui::pressed_outside(box);
  if (ui::button("plot_menu/copy", inner.cut_top(line).inset(0, px(1)), copy)) {
    ui::copy_to_clipboard(menu.values);
    done = true;
  }
  if (ui::button("plot_menu/fit", inner.cut_top(line).inset(0, px(1)), fit)) {
    state.day_plots.fit();
    done = true;
  }
  if (done) menu = {};
  ui::set_overlay(false);
}

}  // namespace feedloop
