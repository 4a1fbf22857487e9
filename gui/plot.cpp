#include "gui/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

// The first hours of a cumulative curve swing widely; were they to set the range, the rest would be a flat line.
constexpr double kSettledLine = 0.08, kSettledBand = 0.25;

constexpr double kLeastDays = 0.25;  // shown at the deepest zoom

// 1, 2 and 5 times powers of ten, or round steps where the range holds too few of those.
Ticks log_spaced_ticks(double low, double high, int most) {
  Ticks ticks;
  for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if (factor * power >= low && factor * power <= high) ticks.at.push_back(factor * power);
  if (ticks.at.size() < 3) return nice_ticks(low, high, most);
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(ticks.at.front()) + 1e-9)));
  return ticks;
}

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

float Plot::to_x(double day) const {
  return area_.x0 + static_cast<float>((day - spec_.x_low) / (spec_.x_high - spec_.x_low)) * area_.width();
}

float Plot::to_y(double value) const {
  if (log_) {
    const double share = std::log(std::max(value, y_low_ / 10) / y_low_) / std::log(y_high_ / y_low_);
    return area_.y1 - static_cast<float>(share) * area_.height();
  }
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
  empty_ = !(low <= high);
  if (empty_) return;
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

void Plot::draw_axes() {
  const MetricInfo& m = spec_.metric;
  const float height = font_height(Font::Small);
  const int rows = std::max(2, static_cast<int>(area_.height() / px(28)));
  const double scale = m.scale == 0 ? 1 : m.scale;
  const Ticks y = empty_ ? Ticks{}
                  : log_ ? log_spaced_ticks(y_low_ * scale, y_high_ * scale, rows)
                         : nice_ticks(y_low_ * scale, y_high_ * scale, rows);
  for (std::size_t i = 0; i < y.at.size(); ++i) {
    const float at = std::round(to_y(y.at[i] / scale));
    paint::line({area_.x0, at}, {area_.x1, at}, colors::kGrid);
    const Rect label{box_.x0 + px(10), at - height / 2, area_.x0 - px(8), at + height / 2};
    if (label.y0 < area_.y0 - height / 2 || label.y1 > area_.y1 + std::min(height / 2, px(6))) continue;
    ui::text(fmt::format("{}/y/{}", spec_.path, i), label,
             (spec_.lift && y.at[i] > 0 ? "+" : "") + tick_text(y, y.at[i]) + (m.unit == "%" ? "%" : ""),
             {Font::Small, colors::kSecondary, ui::Align::Right});
  }
  for (int i = 0; empty_ && i < 4; ++i) {
    const float at = std::round(area_.y0 + area_.height() * static_cast<float>(i) / 4);
    paint::line({area_.x0, at}, {area_.x1, at}, colors::kGrid);
  }
  paint::line({area_.x0, area_.y1}, {area_.x1, area_.y1}, colors::kAxis);
  const int columns = std::max(2, static_cast<int>(area_.width() / px(44)));
  const Ticks x = nice_ticks(spec_.x_low, spec_.x_high, columns, spec_.x_high - spec_.x_low < 4 ? 0 : 1);
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
    paint::band(bx, blow, bhigh, line.color.fade(line.band_alpha * line.alpha));
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
  if (!line.curve) return;
  const auto flush = [&] {
    paint::curve(decimate(run), line.color.fade(line.alpha), std::max(1.5F, px(1.75)));
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
    for (std::size_t i = l.x.size(); l.curve && i-- > 0;) {
      if (!std::isfinite(l.y[i]) || l.x[i] > spec_.x_high || l.x[i] < spec_.x_low) continue;
      if (!l.band && i < l.low.size() && std::isfinite(l.low[i]) && std::isfinite(l.high[i])) {
        const float x = to_x(l.x[i]), top = std::max(to_y(l.high[i]), area_.y0), bottom = std::min(to_y(l.low[i]), area_.y1);
        if (top < bottom) paint::line({x, top}, {x, bottom}, l.color.fade(0.5 * l.alpha), px(1.5));
      }
      ends.push_back({&l, {to_x(l.x[i]), std::clamp(to_y(l.y[i]), area_.y0, area_.y1)}});
      break;
    }
  }
  std::ranges::stable_sort(ends, {}, [](const End& e) { return e.at.y; });
  std::vector<float> wanted;
  for (const End& e : ends) wanted.push_back(e.at.y);
  const float room = area_.height() + px(8);
  const Font face = font_height(Font::Strong) * static_cast<float>(ends.size()) <= room ? Font::Strong : Font::Small;
  const float height = font_height(face);
  const std::vector<float> placed = spread_labels(wanted, height, area_.y0 - px(6) + height / 2, area_.y1 + px(2) - height / 2);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const PlotLine& l = *ends[i].line;
    const Color color = l.color.fade(l.alpha);
    paint::disc(ends[i].at, px(3), color);
    const Rect box{ends[i].at.x + px(8), placed[i] - height / 2, ends[i].at.x + px(24), placed[i] + height / 2};
    ui::text(fmt::format("{}/area/end/{}", spec_.path, l.id), box, std::string(1, l.letter), {face, color});
  }
}

std::string Plot::value_of(double value) const { return spec_.lift ? lift_text(value) : value_text(spec_.metric, value); }

// The wheel zooms, dragging moves, a double click shows all days again.
void Plot::steer() {
  if (spec_.link == nullptr && spec_.menu == nullptr) return;
  const ui::Pull pull = ui::pull(spec_.path + "/area", area_);
  if (pull.right_clicked && spec_.menu != nullptr)
    *spec_.menu = {true, ui::mouse(), spec_.path, spec_.title, tab_separated(), positive_, std::move(spec_.menu->log)};
  if (spec_.link == nullptr || (!pull.hovered && !pull.held)) return;
  PlotLink& link = *spec_.link;
  const double width = spec_.x_high - spec_.x_low, per_pixel = width / area_.width();
  if (pull.double_clicked) {
    link.fit();
  } else if (pull.wheel != 0) {
    const double at = spec_.x_low + (ui::mouse().x - area_.x0) * per_pixel;
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

void Plot::draw_marks() const {
  for (const PlotMark& m : spec_.marks) {
    if (m.x < spec_.x_low || m.x > spec_.x_high) continue;
    const float x = std::round(to_x(m.x));
    paint::line({x, area_.y1 - px(m.alert ? 9 : 5)}, {x, area_.y1}, m.alert ? colors::kWorse : colors::kSecondary,
                m.alert ? px(2) : px(1));
  }
}

void Plot::draw_cursor() const {
  const bool here = ui::hovered(area_);
  double day = spec_.x_low + (ui::mouse().x - area_.x0) / area_.width() * (spec_.x_high - spec_.x_low);
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
    if (l.curve && std::isfinite(value)) paint::disc({to_x(l.x[i]), to_y(value)}, px(4), l.color);
  }
  const float x = std::round(spec_.link != nullptr ? to_x(day) : to_x(std::isnan(shown_day) ? day : shown_day));
  paint::line({x, area_.y0}, {x, area_.y1}, colors::kAxis);
  ui::mark(spec_.path + "/area/cursor", ui::Kind::Mark, {x, area_.y0, x + 1, area_.y1}, fixed_text(day, 4));
  if (here && !rows.empty()) {
    ui::tooltip_rows(spec_.path + "/tooltip", fmt::format("Day {}, 95% interval", fixed_text(shown_day, 2)), std::move(rows));
  }
}

void Plot::end() {
  ui::panel(spec_.path, box_, spec_.title);
  Rect inner = box_.inset(px(14), px(10));
  inner.cut_top(px(22));
  Rect subtitle = inner.cut_top(px(18));
  area_ = {inner.x0 + px(46), inner.y0 + px(12), inner.x1 - px(26), inner.y1 - px(22)};
  fit_y();
  std::string about = spec_.subtitle;
  if (log_) about += ", log axis";
  const auto words = [](std::string_view text) { return ui::text_width(text, Font::Small); };
  for (const std::string_view beyond : {"early values beyond the frame", "early values cut", "cut"}) {
    if (!leaves_frame()) break;
    if (words(about) + words(beyond) + px(12) > subtitle.width()) continue;
    ui::text(spec_.path + "/beyond", subtitle.cut_right(words(beyond) + 1), beyond, {Font::Small, colors::kSecondary},
             "The range is that of the settled curve; a zoom to the first days or the copied values show the rest");
    break;
  }
  ui::text(spec_.path + "/subtitle", subtitle, about, {Font::Small, colors::kSecondary});
  if (area_.width() < px(40) || area_.height() < px(30)) return;
  steer();
  draw_axes();
  draw_marks();
  ui::mark(spec_.path + "/area", ui::Kind::Plot, area_, fmt::format("{} lines", lines_.size()));
  paint::clip({area_.x0, area_.y0, area_.x1 + 1, area_.y1});
  for (const HLine& h : hlines_) {
    const Vec2 from{area_.x0, to_y(h.y)}, to{area_.x1, to_y(h.y)};
    if (h.truth) {
      if (std::isfinite(h.ci.low) && std::isfinite(h.ci.high))
        paint::fill({area_.x0, to_y(h.ci.high), area_.x1, to_y(h.ci.low)}, colors::kTruth.fade(0.12));
      paint::dashes(from, to, colors::kTruth, px(6), std::max(1.5F, px(1.75)));
    } else {
      paint::line(from, to, colors::kAxis);
    }
  }
  for (const PlotLine& l : lines_) draw_line(l);
  draw_cursor();
  paint::unclip();
  draw_letters();
  for (std::size_t i = 0; i < hlines_.size(); ++i) {
    const float y = to_y(hlines_[i].y), height = font_height(Font::Small);
    const float wide = ui::text_width(hlines_[i].label, Font::Small);
    if (wide > 0)  // lines run below it
      paint::fill({area_.x0 + px(2), y - height - px(2), area_.x0 + px(6) + wide, y - px(2)}, colors::kPanel.fade(0.8));
    ui::text(fmt::format("{}/area/hline/{}", spec_.path, i), {area_.x0 + px(4), y - height - px(2), area_.x1, y - px(2)},
             hlines_[i].label, {Font::Small, hlines_[i].truth ? colors::kTruth : colors::kSecondary});
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
