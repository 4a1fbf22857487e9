#include "gui/plot_lorenz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/axes.hpp"
#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

// Linear between the curve's points.
double at(const LorenzCurve& curve, double items) {
  const auto next = std::ranges::lower_bound(curve.items, items);
  if (next == curve.items.begin()) return curve.impressions.front();
  if (next == curve.items.end()) return curve.impressions.back();
  const auto i = static_cast<std::size_t>(next - curve.items.begin());
  const double t = (items - curve.items[i - 1]) / (curve.items[i] - curve.items[i - 1]);
  return curve.impressions[i - 1] + t * (curve.impressions[i] - curve.impressions[i - 1]);
}

}  // namespace

void draw_lorenz(const std::string& path, const Rect& box, const std::vector<LorenzLine>& lines) {
  ui::panel(path, box, "Lorenz curve");
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(22));
  ui::text(path + "/subtitle", inner.cut_top(px(18)), "share of impressions by share of items",
           {Font::Small, colors::kSecondary});
  Rect area{inner.x0 + px(36), inner.y0 + px(8), inner.x1 - px(20), inner.y1 - px(20)};
  if (area.width() < px(40) || area.height() < px(30)) return;
  const auto to = [&](double x, double y) {
    return Vec2{area.x0 + static_cast<float>(x) * area.width(), area.y1 - static_cast<float>(y) * area.height()};
  };
  const float height = font_height(Font::Small);
  const int steps = area.height() > px(110) ? 4 : 2;
  for (int k = 0; k <= steps; ++k) {
    const double share = static_cast<double>(k) / steps;
    const float y = std::round(to(0, share).y), x = std::round(to(share, 0).x);
    const std::string label = fmt::format("{:.0f}%", 100 * share);
    paint::line({area.x0, y}, {area.x1, y}, colors::kGrid);
    ui::text(fmt::format("{}/y/{}", path, k), {inner.x0, y - height / 2, area.x0 - px(6), y + height / 2}, label,
             {Font::Small, colors::kSecondary, ui::Align::Right});
    const float half = ui::text_width(label, Font::Small) / 2;
    const float middle = std::clamp(x, area.x0 + half, inner.x1 - half);
    if (k % 2 == 0)
      ui::text(fmt::format("{}/x/{}", path, k),
               {middle - half - 1, area.y1 + px(4), middle + half + 1, area.y1 + px(4) + height}, label,
               {Font::Small, colors::kSecondary, ui::Align::Center});
  }
  ui::mark(path + "/area", ui::Kind::Plot, area, fmt::format("{} curves", lines.size()));
  paint::dashes(to(0, 0), to(1, 1), colors::kAxis, px(4));

  const bool hover = ui::hovered(area);
  const double share = std::clamp(static_cast<double>((ui::mouse().x - area.x0) / area.width()), 0.0, 1.0);
  std::vector<ui::TooltipRow> rows;
  std::vector<float> wanted;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LorenzLine& line = lines[i];
    if (line.curve == nullptr || line.curve->items.empty()) continue;
    std::vector<Vec2> points;
    for (std::size_t k = 0; k < line.curve->items.size(); ++k)
      points.push_back(to(line.curve->items[k], line.curve->impressions[k]));
    paint::curve(points, line.color, std::max(1.5F, px(1.75)));
    order.push_back(i);
    if (hover) {
      const double value = at(*line.curve, share);
      paint::disc(to(share, value), px(3.5), line.color);
      rows.push_back({fmt::format("{}/tooltip/{}", path, line.letter),
                      fmt::format("{}  {} of impressions", line.letter, fixed_text(100 * value, 1) + "%"), line.color});
    }
  }
  // Letters where the curves differ most to the eye: three quarters of the way.
  std::ranges::sort(order, {}, [&](std::size_t i) { return to(0, at(*lines[i].curve, 0.75)).y; });
  for (const std::size_t i : order) wanted.push_back(to(0, at(*lines[i].curve, 0.75)).y);
  const float letter = font_height(Font::Strong);
  const std::vector<float> placed = spread_labels(wanted, letter, area.y0, area.y1);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const LorenzLine& line = lines[order[k]];
    const float x = to(0.75, 0).x - px(16);
    ui::text(fmt::format("{}/area/end/{}", path, line.letter), {x, placed[k] - letter / 2, x + px(14), placed[k] + letter / 2},
             std::string(1, line.letter), {Font::Strong, line.color});
  }
  if (!rows.empty()) {
    paint::line(to(share, 0), to(share, 1), colors::kAxis);
    ui::tooltip_rows(path + "/tooltip", fmt::format("The least shown {:.0f}% of items take", 100 * share), std::move(rows));
  }
}

}  // namespace feedloop
