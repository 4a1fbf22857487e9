#include "gui/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

// The first hours of a cumulative curve swing widely; were they to set the range, the rest would be a flat line.
constexpr double kSettledLine = 0.08, kSettledBand = 0.25;

}  // namespace

Plot::Plot(PlotSpec spec, const Rect& box) : spec_(std::move(spec)), box_(box) {}

void Plot::line(PlotLine line) { lines_.push_back(std::move(line)); }
void Plot::hline(double y, std::string label) { hlines_.push_back({y, std::move(label)}); }

float Plot::to_x(double day) const {
  return area_.x0 + static_cast<float>((day - spec_.x_low) / (spec_.x_high - spec_.x_low)) * area_.width();
}

float Plot::to_y(double value) const {
  return area_.y1 - static_cast<float>((value - y_low_) / (y_high_ - y_low_)) * area_.height();
}

void Plot::fit_y() {
  double low = HUGE_VAL, high = -HUGE_VAL;
  const auto take = [&](double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  };
  for (const PlotLine& l : lines_) {
    if (l.x.empty()) continue;
    const double last = l.x.back();
    for (std::size_t i = 0; i < l.x.size(); ++i) {
      if (l.x[i] >= last * kSettledLine) take(l.y[i]);
      if (!l.band || l.x[i] < last * kSettledBand) continue;
      take(l.low[i]);
      take(l.high[i]);
    }
  }
  for (const HLine& h : hlines_) take(h.y);
  empty_ = !(low <= high);
  if (empty_) return;
  const double pad = high > low ? (high - low) * 0.08 : std::max(std::abs(high) * 0.05, 1e-9);
  y_low_ = low - pad;
  y_high_ = high + pad;
}

void Plot::draw_axes() {
  const MetricInfo& m = spec_.metric;
  const float height = font_height(Font::Small);
  const int rows = std::max(2, static_cast<int>(area_.height() / px(36)));
  const double scale = m.scale == 0 ? 1 : m.scale;
  const Ticks y = empty_ ? Ticks{} : nice_ticks(y_low_ * scale, y_high_ * scale, rows);
  for (std::size_t i = 0; i < y.at.size(); ++i) {
    const float at = std::round(to_y(y.at[i] / scale));
    paint::line({area_.x0, at}, {area_.x1, at}, colors::kGrid);
    const Rect label{box_.x0 + px(10), at - height / 2, area_.x0 - px(8), at + height / 2};
    if (label.y0 < area_.y0 - height / 2 || label.y1 > area_.y1 + height / 2) continue;
    ui::text(fmt::format("{}/y/{}", spec_.path, i), label, tick_text(y, y.at[i]) + (m.unit == "%" ? "%" : ""),
             {Font::Small, colors::kSecondary, ui::Align::Right});
  }
  for (int i = 0; empty_ && i < 4; ++i) {
    const float at = std::round(area_.y0 + area_.height() * static_cast<float>(i) / 4);
    paint::line({area_.x0, at}, {area_.x1, at}, colors::kGrid);
  }
  paint::line({area_.x0, area_.y1}, {area_.x1, area_.y1}, colors::kAxis);
  const int columns = std::max(2, static_cast<int>(area_.width() / px(44)));
  const Ticks x = nice_ticks(spec_.x_low, spec_.x_high, columns, 1);
  for (std::size_t i = 0; i < x.at.size(); ++i) {
    const float at = std::round(to_x(x.at[i]));
    paint::line({at, area_.y1}, {at, area_.y1 + px(4)}, colors::kAxis);
    const Rect label{at - px(21), area_.y1 + px(6), at + px(21), area_.y1 + px(6) + height};
    ui::text(fmt::format("{}/x/{}", spec_.path, i), label, (i == 0 ? "day " : "") + tick_text(x, x.at[i]),
             {Font::Small, colors::kSecondary, ui::Align::Center});
  }
}

void Plot::draw_line(const PlotLine& line) const {
  std::vector<Vec2> run;
  std::vector<float> bx, blow, bhigh;
  const auto flush_band = [&] {
    paint::band(bx, blow, bhigh, line.color.fade(0.16 * line.alpha));
    bx.clear();
    blow.clear();
    bhigh.clear();
  };
  if (line.band) {
    // Far outside the plot a coordinate loses its fraction, so bands are cut a little beyond the edge.
    const float above = area_.y0 - px(20), below = area_.y1 + px(20);
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      if (!std::isfinite(line.low[i]) || !std::isfinite(line.high[i])) {
        flush_band();
        continue;
      }
      bx.push_back(to_x(line.x[i]));
      blow.push_back(std::clamp(to_y(line.low[i]), above, below));
      bhigh.push_back(std::clamp(to_y(line.high[i]), above, below));
    }
    flush_band();
  }
  const auto flush = [&] {
    paint::polyline(decimate(run), line.color.fade(line.alpha), std::max(1.5F, px(1.75)));
    run.clear();
  };
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (std::isfinite(line.y[i]))
      run.push_back({to_x(line.x[i]), to_y(line.y[i])});
    else
      flush();
  }
  flush();
}

void Plot::draw_letters() const {
  struct End {
    const PlotLine* line;
    Vec2 at;
  };
  std::vector<End> ends;
  for (const PlotLine& l : lines_) {
    for (std::size_t i = l.x.size(); i-- > 0;) {
      if (!std::isfinite(l.y[i])) continue;
      ends.push_back({&l, {to_x(l.x[i]), std::clamp(to_y(l.y[i]), area_.y0, area_.y1)}});
      break;
    }
  }
  std::ranges::stable_sort(ends, {}, [](const End& e) { return e.at.y; });
  std::vector<float> wanted;
  for (const End& e : ends) wanted.push_back(e.at.y);
  const float height = font_height(Font::Strong);
  const std::vector<float> placed = spread_labels(wanted, height, area_.y0, area_.y1);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const PlotLine& l = *ends[i].line;
    const Color color = l.color.fade(l.alpha);
    paint::disc(ends[i].at, px(3), color);
    const Rect box{ends[i].at.x + px(8), placed[i] - height / 2, ends[i].at.x + px(24), placed[i] + height / 2};
    ui::text(fmt::format("{}/area/end/{}", spec_.path, l.id), box, std::string(1, l.letter), {Font::Strong, color});
  }
}

void Plot::draw_hover() const {
  if (!ui::hovered(area_)) return;
  const double day = spec_.x_low + (ui::mouse().x - area_.x0) / area_.width() * (spec_.x_high - spec_.x_low);
  std::vector<ui::TooltipRow> rows;
  double shown_day = kNoValue;
  for (const PlotLine& l : lines_) {
    if (l.x.empty()) continue;
    auto i = static_cast<std::size_t>(std::ranges::lower_bound(l.x, static_cast<float>(day)) - l.x.begin());
    if (i == l.x.size() || (i > 0 && day - l.x[i - 1] < l.x[i] - day)) --i;
    shown_day = l.x[i];
    const double value = l.y[i];
    const Interval interval{l.low.empty() ? kNoValue : l.low[i], l.high.empty() ? kNoValue : l.high[i]};
    rows.push_back(
        {fmt::format("{}/tooltip/{}", spec_.path, l.id),
         fmt::format("{} {}  {}  {}", l.letter, l.name, value_text(spec_.metric, value), interval_text(spec_.metric, interval)),
         l.color});
    if (std::isfinite(value)) paint::disc({to_x(l.x[i]), to_y(value)}, px(4), l.color);
  }
  if (rows.empty()) return;
  const float x = std::round(to_x(shown_day));
  paint::line({x, area_.y0}, {x, area_.y1}, colors::kAxis);
  ui::tooltip_rows(spec_.path + "/tooltip", fmt::format("Day {}, 95% interval", fixed_text(shown_day, 2)), std::move(rows));
}

void Plot::end() {
  ui::panel(spec_.path, box_, spec_.title);
  Rect inner = box_.inset(px(14), px(10));
  inner.cut_top(px(22));
  ui::text(spec_.path + "/subtitle", inner.cut_top(px(18)), spec_.subtitle, {Font::Small, colors::kSecondary});
  area_ = {inner.x0 + px(46), inner.y0 + px(12), inner.x1 - px(26), inner.y1 - px(22)};
  if (area_.width() < px(40) || area_.height() < px(30)) return;
  fit_y();
  draw_axes();
  ui::mark(spec_.path + "/area", ui::Kind::Plot, area_, fmt::format("{} lines", lines_.size()));
  paint::clip({area_.x0, area_.y0, area_.x1 + 1, area_.y1});
  for (const HLine& h : hlines_) paint::line({area_.x0, to_y(h.y)}, {area_.x1, to_y(h.y)}, colors::kAxis);
  for (const PlotLine& l : lines_) draw_line(l);
  draw_hover();
  paint::unclip();
  draw_letters();
  for (std::size_t i = 0; i < hlines_.size(); ++i) {
    const float y = to_y(hlines_[i].y), height = font_height(Font::Small);
    ui::text(fmt::format("{}/area/hline/{}", spec_.path, i), {area_.x0 + px(4), y - height - px(2), area_.x1, y - px(2)},
             hlines_[i].label, {Font::Small, colors::kSecondary});
  }
  if (!empty_ || spec_.ghost.empty()) return;
  const float middle = area_.y0 + area_.height() * 3 / 8;  // between two grid lines
  ui::text(spec_.path + "/area/ghost", {area_.x0, middle - px(14), area_.x1, middle + px(14)}, spec_.ghost,
           {Font::Body, colors::kSecondary, ui::Align::Center});
}

std::vector<float> spread_labels(const std::vector<float>& wanted, float height, float low, float high) {
  // Downwards so that each clears the one above, then upwards from the bottom edge.
  std::vector<float> at(wanted.size());
  float free = low;
  for (std::size_t i = 0; i < at.size(); ++i) {
    at[i] = std::max(wanted[i], free + (i > 0 ? height : 0));
    free = at[i];
  }
  float limit = high;
  for (std::size_t i = at.size(); i-- > 0;) {
    at[i] = std::min(at[i], limit);
    limit = at[i] - height;
  }
  return at;
}

std::vector<Vec2> decimate(std::span<const Vec2> points) {
  std::vector<Vec2> kept;
  for (std::size_t i = 0; i < points.size();) {
    const float column = std::floor(points[i].x);
    std::size_t low = i, high = i, end = i;
    for (; end < points.size() && std::floor(points[end].x) == column; ++end) {
      if (points[end].y < points[low].y) low = end;
      if (points[end].y > points[high].y) high = end;
    }
    kept.push_back(points[std::min(low, high)]);
    if (low != high) kept.push_back(points[std::max(low, high)]);
    i = end;
  }
  return kept;
}

}  // namespace feedloop
