#include "gui/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "gui/axes.hpp"
#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

// The first hours of a cumulative curve swing widely; were they to set the range, the rest would be a flat line.
constexpr double kSettledLine = 0.08, kSettledBand = 0.25;

constexpr double kLeastDays = 0.25;  // shown at the deepest zoom

}  // namespace

MetricInfo printed_in(std::string_view unit, double scale, int decimals) {
  MetricInfo m;
  m.unit = unit;
  m.scale = scale;
  m.decimals = decimals;
  return m;
}

void PlotLink::new_frame() { cursor = std::exchange(next_cursor, kNoValue); }

Plot::Plot(PlotSpec spec, const Rect& box)
    : spec_(std::move(spec)), box_(box), full_low_(spec_.x_low), full_high_(spec_.x_high) {
  if (spec_.link == nullptr || !(spec_.link->low < spec_.link->high)) return;
  spec_.x_low = std::max(spec_.link->low, full_low_);
  spec_.x_high = std::min(spec_.link->high, full_high_);
  if (spec_.x_low >= spec_.x_high) spec_.x_low = full_low_, spec_.x_high = full_high_;
}

void Plot::line(PlotLine line) { lines_.push_back(std::move(line)); }
void Plot::hline(double y, std::string label) { hlines_.push_back({y, std::move(label)}); }
void Plot::truth_line(double y, const Interval& ci, std::string label) { hlines_.push_back({y, std::move(label), true, ci}); }

void Plot::fit_y() {
  double low = HUGE_VAL, high = -HUGE_VAL;
  const auto take = [&](double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  };
  for (const PlotLine& l : lines_) {
    if (l.x.empty()) continue;
    const double last = std::min<double>(l.x.back(), spec_.x_high);
    for (std::size_t i = 0; i < l.x.size(); ++i) {
      if (l.x[i] < spec_.x_low || l.x[i] > spec_.x_high) continue;
      if (l.curve && l.x[i] >= last * kSettledLine) take(l.y[i]);
      if (!l.band || l.x[i] < last * kSettledBand) continue;
      take(l.low[i]);
      take(l.high[i]);
    }
  }
  for (const HLine& h : hlines_) take(h.y);
  if (!(low <= high)) return;
  positive_ = low > 0;
  log_ = positive_ && spec_.menu != nullptr && spec_.menu->log.contains(spec_.path);
  if (log_) {
    const double pad = std::max(std::pow(high / low, 0.08), 1.01);
    y_low_ = low / pad;
    y_high_ = high * pad;
    return;
  }
  const double pad = high > low ? (high - low) * 0.08 : std::max(std::abs(high) * 0.05, 1e-9);
  y_low_ = low - pad;
  y_high_ = high + pad;
}

bool Plot::leaves_frame() const {
  for (const PlotLine& l : lines_)
    for (std::size_t i = 0; l.curve && i < l.x.size(); ++i)
      if (l.x[i] >= spec_.x_low && l.x[i] <= spec_.x_high && (l.y[i] < y_low_ || l.y[i] > y_high_)) return true;
  return false;
}

void Plot::draw_line(const Axes& axes, const PlotLine& line) const {
  const auto doubles = [](std::span<const float> v) { return std::vector<double>(v.begin(), v.end()); };
  const std::vector<double> x = doubles(line.x);
  if (line.band) axes.band(x, doubles(line.low), doubles(line.high), line.color.fade(line.band_alpha * line.alpha));
  if (line.curve) axes.curve({x, doubles(line.y), line.color.fade(line.alpha)});
}

void Plot::draw_letters(const Axes& axes) const {
  const Rect& area = axes.area();
  std::vector<Axes::End> ends;
  for (const PlotLine& l : lines_) {
    for (std::size_t i = l.x.size(); l.curve && i-- > 0;) {
      if (!std::isfinite(l.y[i]) || l.x[i] > spec_.x_high || l.x[i] < spec_.x_low) continue;
      const float x = axes.x(l.x[i]);
      if (!l.band && i < l.low.size() && std::isfinite(l.low[i]) && std::isfinite(l.high[i])) {
        const float top = std::max(axes.y(l.high[i]), area.y0), bottom = std::min(axes.y(l.low[i]), area.y1);
        if (top < bottom) paint::line({x, top}, {x, bottom}, l.color.fade(0.5 * l.alpha), px(1.5));
      }
      const Color color = l.color.fade(l.alpha);
      paint::disc({x, std::clamp(axes.y(l.y[i]), area.y0, area.y1)}, px(3), color);
      ends.push_back({l.id, std::string(1, l.letter), l.x[i], l.y[i], color});
      break;
    }
  }
  axes.ends(std::move(ends));
}

std::string Plot::value_of(double value) const { return spec_.lift ? lift_text(value) : value_text(spec_.metric, value); }

// The wheel zooms, dragging moves, a double click shows all days again.
void Plot::steer(const Rect& area) {
  if (spec_.link == nullptr && spec_.menu == nullptr) return;
  const ui::Pull pull = ui::pull(spec_.path + "/area", area);
  if (pull.right_clicked && spec_.menu != nullptr)
    *spec_.menu = {true, ui::mouse(), spec_.path, spec_.title, tab_separated(), positive_, std::move(spec_.menu->log)};
  if (spec_.link == nullptr || (!pull.hovered && !pull.held)) return;
  PlotLink& link = *spec_.link;
  const double width = spec_.x_high - spec_.x_low, per_pixel = width / area.width();
  if (pull.double_clicked) {
    link.fit();
  } else if (pull.wheel != 0) {
    const double at = spec_.x_low + (ui::mouse().x - area.x0) * per_pixel;
    const double wanted = std::clamp(width * std::pow(0.8, pull.wheel), kLeastDays, full_high_ - full_low_);
    link.low = std::clamp(at - (at - spec_.x_low) * wanted / width, full_low_, full_high_ - wanted);
    link.high = link.low + wanted;
  } else if (pull.held && pull.dx != 0 && width < full_high_ - full_low_) {
    link.low = std::clamp(spec_.x_low - pull.dx * per_pixel, full_low_, full_high_ - width);
    link.high = link.low + width;
  }
}

std::string Plot::tab_separated() const {
  std::string text = "line\tday\tvalue\tlow\thigh\n";
  const auto cell = [](std::span<const float> v, std::size_t i) {
    return i < v.size() && std::isfinite(v[i]) ? fmt::format("{}", v[i]) : std::string();
  };
  for (const PlotLine& l : lines_)
    for (std::size_t i = 0; i < l.x.size(); ++i) {
      if (l.x[i] < spec_.x_low || l.x[i] > spec_.x_high) continue;
      text += fmt::format("{}\t{}\t{}\t{}\t{}\n", l.name, l.x[i], l.curve ? cell(l.y, i) : "", cell(l.low, i), cell(l.high, i));
    }
  return text;
}

void Plot::draw_marks(const Axes& axes) const {
  for (const PlotMark& m : spec_.marks) {
    if (m.x < spec_.x_low || m.x > spec_.x_high) continue;
    const float x = std::round(axes.x(m.x)), bottom = axes.area().y1;
    paint::line({x, bottom - px(m.alert ? 9 : 5)}, {x, bottom}, m.alert ? colors::kWorse : colors::kSecondary,
                m.alert ? px(2) : px(1));
  }
}

void Plot::draw_cursor(const Axes& axes) const {
  const Rect& area = axes.area();
  const bool here = ui::hovered(area);
  double day = axes.value_at(ui::mouse().x);
  if (here && spec_.link != nullptr) spec_.link->next_cursor = day;
  if (!here) {
    if (spec_.link == nullptr || std::isnan(spec_.link->cursor)) return;
    day = spec_.link->cursor;
    if (day < spec_.x_low || day > spec_.x_high) return;
  }
  std::vector<ui::TooltipRow> rows;
  double shown_day = kNoValue;
  for (const PlotLine& l : lines_) {
    if (l.x.empty()) continue;
    auto i = static_cast<std::size_t>(std::ranges::lower_bound(l.x, static_cast<float>(day)) - l.x.begin());
    if (i == l.x.size() || (i > 0 && day - l.x[i - 1] < l.x[i] - day)) --i;
    if (l.curve || std::isnan(shown_day)) shown_day = l.x[i];
    const double value = l.y[i];
    const Interval interval{l.low.empty() ? kNoValue : l.low[i], l.high.empty() ? kNoValue : l.high[i]};
    const std::string bounds = spec_.lift ? lift_interval_text(interval) : interval_text(spec_.metric, interval);
    const std::string text = l.curve ? fmt::format("{} {}  {}  {}", l.letter, l.name, value_of(value), bounds)
                                     : fmt::format("{}  {}", l.name, bounds);
    rows.push_back({fmt::format("{}/tooltip/{}", spec_.path, l.id), text, l.color});
    if (l.curve && std::isfinite(value)) paint::disc({axes.x(l.x[i]), axes.y(value)}, px(4), l.color);
  }
  const float x = std::round(axes.x(spec_.link != nullptr || std::isnan(shown_day) ? day : shown_day));
  paint::line({x, area.y0}, {x, area.y1}, colors::kAxis);
  ui::mark(spec_.path + "/area/cursor", ui::Kind::Mark, {x, area.y0, x + 1, area.y1}, fixed_text(day, 4));
  if (here && !rows.empty()) {
    ui::tooltip_rows(spec_.path + "/tooltip", fmt::format("Day {}, 95% interval", fixed_text(shown_day, 2)), std::move(rows));
  }
}

void Plot::end() {
  fit_y();
  const MetricInfo& m = spec_.metric;
  const bool few_days = spec_.x_high - spec_.x_low < 4;
  const Axes axes(spec_.path, spec_.title, spec_.subtitle + (log_ ? ", log axis" : ""),
                  {.low = spec_.x_low, .high = spec_.x_high, .before = "day ", .least_step = few_days ? 0.0 : 1.0},
                  {.low = y_low_,
                   .high = y_high_,
                   .log = log_,
                   .after = m.unit == "%" ? "%" : "",
                   .scale = m.scale == 0 ? 1 : m.scale,
                   .sign = spec_.lift},
                  box_);
  for (const std::string_view beyond : {"early values beyond the frame", "early values cut", "cut"}) {
    if (!leaves_frame()) break;
    if (ui::text_width(beyond, Font::Small) > axes.head().width()) continue;
    ui::text(spec_.path + "/beyond", axes.head(), beyond, {Font::Small, colors::kSecondary, ui::Align::Right},
             "The range is that of the settled curve; a zoom to the first days or the copied values show the rest");
    break;
  }
  if (!axes.drawable()) return;
  steer(axes.area());
  draw_marks(axes);
  for (std::size_t i = 0; i < hlines_.size(); ++i) {
    const HLine& h = hlines_[i];
    const std::array days{spec_.x_low, spec_.x_high}, low{h.ci.low, h.ci.low}, high{h.ci.high, h.ci.high};
    if (h.truth) axes.band(days, low, high, colors::kTruth.fade(0.12));
    axes.hline(h.y, h.truth ? colors::kTruth : colors::kSecondary, std::to_string(i), h.label);
  }
  for (const PlotLine& l : lines_) draw_line(axes, l);
  draw_cursor(axes);
  draw_letters(axes);
  if (!(y_low_ < y_high_) && !spec_.ghost.empty()) axes.ghost(spec_.ghost);
}

}  // namespace feedloop
