#include "gui/cohort_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/format.hpp"

namespace feedloop {
namespace {

std::string share_text(double share) { return fixed_text(100 * share, share < 0.0995 ? 1 : 0) + "%"; }

void draw_scale(const Rect& box, double most) {
  Rect rest = box;
  const std::string high = "≥ " + share_text(most);
  ui::text("retention/cohorts/scale/low", rest.cut_left(ui::text_width("0%", Font::Small) + px(6)), "0%",
           {Font::Small, colors::kSecondary});
  ui::text("retention/cohorts/scale/high", rest.cut_right(ui::text_width(high, Font::Small) + px(6)), high,
           {Font::Small, colors::kSecondary, ui::Align::Right});
  constexpr int kSteps = 24;
  for (int i = 0; i < kSteps; ++i) {
    const float a = rest.x0 + rest.width() * static_cast<float>(i) / kSteps,
                b = rest.x0 + rest.width() * static_cast<float>(i + 1) / kSteps;
    paint::fill({a, rest.center().y - px(4), b + 0.5F, rest.center().y + px(4)}, sequential_color((i + 0.5) / kSteps));
  }
}

}  // namespace

Color sequential_color(double share) {
  constexpr std::array<std::array<double, 3>, 5> kStops{
      {{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}}};
  if (std::isnan(share)) return colors::kRaised;
  const double at = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(at), kStops.size() - 2);
  const double part = at - static_cast<double>(i);
  const auto mix = [&](std::size_t c) {
    return static_cast<std::uint8_t>(std::lround(kStops[i][c] + part * (kStops[i + 1][c] - kStops[i][c])));
  };
  return {mix(0), mix(1), mix(2)};
}

void draw_cohort_panel(AppState& state, const ExperimentReport* experiment, std::string_view empty, const Rect& box) {
  ui::panel("retention/cohorts", box);
  Rect inner = box.inset(px(14), px(10));
  Rect head = inner.cut_top(px(24));
  const int cohorts = experiment == nullptr ? 0 : static_cast<int>(experiment->cohorts.size());
  int& shown = state.retention.cohorts_of;
  shown = std::clamp(shown, 0, std::max(cohorts - 1, 0));
  for (int i = cohorts - 1; i >= 0; --i) {
    const std::string label(1, variant_letter(i));
    const ui::ButtonSpec spec{
        .label = label,
        .look = ui::Look::Quiet,
        .selected = i == shown,
        .tooltip = fmt::format("Cohorts of {} {}", label, experiment->cohorts[static_cast<std::size_t>(i)].variant)};
    const float wide = std::min(ui::button_width(spec), px(26));
    if (ui::button("retention/cohorts/variant/" + label, head.cut_right(wide).inset(px(1), 0), spec)) shown = i;
  }
  head.cut_right(px(6));
  ui::text("retention/cohorts/title", head, "Cohorts", {.font = Font::Strong});
  ui::text("retention/cohorts/subtitle", inner.cut_top(px(18)), "by day of first visit, % active days later",
           {Font::Small, colors::kSecondary});
  inner.cut_top(px(4));
  if (cohorts == 0) {
    ui::paragraph("retention/cohorts/ghost", inner, empty, {Font::Body, colors::kSecondary});
    return;
  }
  const CohortReport& c = experiment->cohorts[static_cast<std::size_t>(shown)];
  int rows = 0;
  double most = 0;  // beyond the first day, on which everybody is active
  for (std::size_t i = 0; i < c.entered.size(); ++i) {
    if (c.units[i] > 0) rows = std::max(rows, static_cast<int>(c.entered[i]) + 1);
    if (c.since[i] > 0 && std::isfinite(c.value[i])) most = std::max(most, c.value[i]);
  }
  int columns = 0;
  for (std::size_t i = 0; i < c.since.size(); ++i)
    if (c.units[i] > 0) columns = std::max(columns, static_cast<int>(c.since[i]) + 1);
  if (rows == 0 || columns == 0) {
    ui::paragraph("retention/cohorts/ghost", inner, "Nobody has been followed for a whole day yet",
                  {Font::Body, colors::kSecondary});
    return;
  }
  if (!(most > 0)) most = 1;
  const Rect foot = inner.cut_bottom(font_height(Font::Small) + px(2));
  inner.cut_bottom(px(2));
  const Rect axis = inner.cut_bottom(font_height(Font::Small));
  const Rect labels = inner.cut_left(px(92));
  const float wide = inner.width() / static_cast<float>(columns),
              tall = std::min(inner.height() / static_cast<float>(rows), px(26));
  const Rect grid{inner.x0, inner.y0, inner.x1, inner.y0 + tall * static_cast<float>(rows)};
  ui::mark("retention/cohorts/grid", ui::Kind::Plot, grid, fmt::format("{} cohorts, {} days", rows, columns));
  const bool words = wide >= px(34), digits = wide >= ui::text_width("88", Font::Small) + px(3);
  const bool high_enough = tall >= font_height(Font::Small) + px(2);
  const float gap = wide > px(6) && tall > px(6) ? 1.0F : 0.0F;
  for (std::size_t i = 0; i < c.entered.size(); ++i) {
    const auto row = static_cast<int>(c.entered[i]), column = static_cast<int>(c.since[i]);
    if (row >= rows || column >= columns) continue;
    const Rect cell{grid.x0 + wide * static_cast<float>(column), grid.y0 + tall * static_cast<float>(row),
                    grid.x0 + wide * static_cast<float>(column + 1) - gap, grid.y0 + tall * static_cast<float>(row + 1) - gap};
    const std::string path = fmt::format("retention/cohorts/grid/{}/{}", row, column);
    const bool known = std::isfinite(c.value[i]);
    if (known) {
      const Color ink = sequential_color(c.value[i] / most);
      paint::fill(cell, ink);
      if (digits && high_enough) {
        const Color on = contrast(ink, colors::kText) >= 4.5 ? colors::kText : colors::kBackground;
        const std::string said = words ? share_text(c.value[i]) : fixed_text(100 * c.value[i], 0);
        if (ui::text_width(said, Font::Small) <= cell.width()) ui::text(path, cell, said, {Font::Small, on, ui::Align::Center});
      }
    } else if (c.units[i] > 0) {  // too few to say: a stroke instead of a colour
      paint::fill(cell, colors::kRaised);
      paint::line({cell.x0, cell.y1}, {cell.x1, cell.y0}, colors::kAxis);
    }
    if (ui::hovered(cell) && c.units[i] > 0) {
      paint::outline(cell, colors::kText);
      ui::tooltip_rows(
          "retention/cohorts/tooltip", fmt::format("First visit on day {}, {} days later", row, column),
          {{"retention/cohorts/tooltip/value",
            known ? fmt::format("{} active [{}, {}]", share_text(c.value[i]), share_text(c.low[i]), share_text(c.high[i]))
                  : std::string("not enough data"),
            known ? sequential_color(c.value[i] / most) : colors::kAxis},
           {"retention/cohorts/tooltip/n",
            fmt::format("n = {}", count_text(static_cast<std::int64_t>(c.units[i]))),
            {0, 0, 0, 0}}});
    }
  }
  // Days of entry with their sizes, as many as there is room for.
  const float line = font_height(Font::Small) + px(2);
  const int every = std::max(1, static_cast<int>(std::ceil(line / tall)));
  for (std::size_t i = 0; i < c.entered.size(); ++i) {
    const auto row = static_cast<int>(c.entered[i]);
    if (c.since[i] != 0 || row >= rows || row % every != 0) continue;
    const float middle = grid.y0 + tall * (static_cast<float>(row) + 0.5F);
    const Rect at{labels.x0, middle - line / 2, labels.x1 - px(6), middle + line / 2};
    if (at.y1 > axis.y0 + 1) continue;
    ui::text(fmt::format("retention/cohorts/entered/{}", row), at,
             fmt::format("day {}  n {}", row, count_text(static_cast<std::int64_t>(c.units[i]))),
             {Font::Small, colors::kSecondary});
  }
  const int step = std::max(1, static_cast<int>(std::ceil(px(30) / wide)));
  for (int column = 0; column < columns; column += step) {
    const float middle = grid.x0 + wide * (static_cast<float>(column) + 0.5F);
    const Rect at{middle - px(14), grid.y1 + px(1), middle + px(14), grid.y1 + px(1) + axis.height()};
    if (at.x1 > box.x1 - px(4)) break;
    ui::text(fmt::format("retention/cohorts/since/{}", column), at, fmt::format("+{}", column),
             {Font::Small, colors::kSecondary, ui::Align::Center});
  }
  draw_scale({foot.x0, foot.y0, std::min(foot.x1, foot.x0 + px(200)), foot.y1}, most);
}

}  // namespace feedloop
