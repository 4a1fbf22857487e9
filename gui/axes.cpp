#include "gui/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/format.hpp"

namespace feedloop {
namespace {

double place(const AxisRange& axis, double value) {
  if (!axis.log) return (value - axis.low) / (axis.high - axis.low);
  return std::log(std::max(value, 1e-300) / axis.low) / std::log(axis.high / axis.low);
}

struct Labels {
  std::vector<double> at;
  std::vector<std::string> text;
};

Labels labels_of(const AxisRange& axis, int most) {
  Labels labels;
  if (!(axis.low < axis.high)) return labels;
  const double low = axis.low * axis.scale, high = axis.high * axis.scale;
  const std::string plus = axis.sign ? "+" : "";
  const auto add = [&](double v, const std::string& text) {
    labels.at.push_back(v / axis.scale);
    labels.text.push_back((v > 0 ? plus : "") + text + axis.after);
  };
  if (axis.log)
    for (const double v : log_ticks(low, high, most)) add(v, log_tick_text(v));
  if (labels.at.size() > 1) return labels;
  labels = {};
  const Ticks ticks = nice_ticks(low, high, most, axis.least_step);
  for (const double v : ticks.at) add(v, tick_text(ticks, v));
  return labels;
}

}  // namespace

std::vector<double> log_ticks(double low, double high, int most) {
  std::vector<double> ticks;
  if (!(low > 0) || !(high > low) || most < 1) return ticks;
  const int first = static_cast<int>(std::floor(std::log10(low))), last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  const auto inside = [&](double v) { return v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9); };
  for (int k = first; k <= last && static_cast<int>(ticks.size()) <= most; ++k)
    for (const double factor : {1.0, 2.0, 5.0})
      if (const double v = factor * std::pow(10.0, k); inside(v)) ticks.push_back(v);
  if (static_cast<int>(ticks.size()) <= most) return ticks;
  ticks.clear();
  const int step = std::max(1, (last - first + most) / most);
  for (int k = last; k >= first; k -= step)
    if (const double v = std::pow(10.0, k); inside(v)) ticks.push_back(v);
  std::ranges::reverse(ticks);
  return ticks;
}

std::string log_tick_text(double value) {
  if (value >= 0.0099 && value < 1001) return fmt::format("{:g}", value);
  const int power = static_cast<int>(std::floor(std::log10(value) + 1e-9));
  return fmt::format("{:.0f}e{}", value / std::pow(10.0, power), power);
}

Axes::Axes(std::string path, std::string_view title, std::string_view subtitle, AxisRange x, AxisRange y, const Rect& box,
           double right)
    : path_(std::move(path)), x_(std::move(x)), y_(std::move(y)), box_(box) {
  ui::panel(path_, box_);
  Rect inner = box_.inset(px(14), px(10));
  head_ = inner.cut_top(px(22));
  const Rect drawn = ui::text(path_ + "/title", head_, title, {.font = Font::Strong});
  head_.x0 = std::min(drawn.x1 + px(10), head_.x1);
  ui::text(path_ + "/subtitle", inner.cut_top(px(18)), subtitle, {Font::Small, colors::kSecondary});
  area_ = {inner.x0 + px(46), inner.y0 + px(12), inner.x1 - px(right), inner.y1 - px(22)};
  drawable_ = area_.width() >= px(40) && area_.height() >= px(30);
  if (drawable_) draw_grid(x_, y_);
}

float Axes::x(double value) const { return area_.x0 + static_cast<float>(place(x_, value)) * area_.width(); }

float Axes::y(double value) const {
  const double at = std::clamp(place(y_, value), -0.2, 1.2);
  return area_.y1 - static_cast<float>(at) * area_.height();
}

double Axes::value_at(float pixel) const {
  const double at = static_cast<double>((pixel - area_.x0) / area_.width());
  return x_.log ? x_.low * std::pow(x_.high / x_.low, at) : x_.low + at * (x_.high - x_.low);
}

void Axes::draw_grid(const AxisRange& x, const AxisRange& y) const {
  const float height = font_height(Font::Small);
  const int rows = std::max(2, static_cast<int>(area_.height() / px(30)));
  const Labels rungs = labels_of(y, rows);
  for (std::size_t i = 0; i < rungs.at.size(); ++i) {
    const float line = std::round(this->y(rungs.at[i]));
    paint::line({area_.x0, line}, {area_.x1, line}, colors::kGrid);
    if (line > area_.y1 - px(3) || line < area_.y0) continue;  // beside the first label of x; beyond the frame
    ui::text(fmt::format("{}/y/{}", path_, i), {box_.x0 + px(8), line - height / 2, area_.x0 - px(8), line + height / 2},
             rungs.text[i], {Font::Small, colors::kSecondary, ui::Align::Right});
  }
  for (int i = 0; rungs.at.empty() && i < 4; ++i) {
    const float line = std::round(area_.y0 + area_.height() * static_cast<float>(i) / 4);
    paint::line({area_.x0, line}, {area_.x1, line}, colors::kGrid);
  }
  paint::line({area_.x0, area_.y1}, {area_.x1, area_.y1}, colors::kAxis);
  const int columns = std::max(2, static_cast<int>(area_.width() / px(56)));
  const Labels marks = labels_of(x, columns);
  for (std::size_t i = 0; i < marks.at.size(); ++i) {
    const float line = std::round(this->x(marks.at[i]));
    paint::line({line, area_.y1}, {line, area_.y1 + px(4)}, colors::kAxis);
    const std::string label = (i == 0 ? x.before : "") + marks.text[i];
    const float half = ui::text_width(label, Font::Small) / 2 + 1;
    const float middle = std::clamp(line, box_.x0 + px(6) + half, box_.x1 - px(6) - half);
    ui::text(fmt::format("{}/x/{}", path_, i), {middle - half, area_.y1 + px(6), middle + half, area_.y1 + px(6) + height},
             label, {Font::Small, colors::kSecondary, ui::Align::Center});
  }
  ui::mark(path_ + "/area", ui::Kind::Plot, area_, "plot");
}

void Axes::curve(const Curve& c) const {
  std::vector<Vec2> run;
  const auto flush = [&] {
    if (run.size() > 1) paint::curve(decimate(run), c.color, std::max(1.25F, px(1) * c.width));
    run.clear();
  };
  paint::clip({area_.x0, area_.y0 - px(2), area_.x1 + px(2), area_.y1 + px(2)});
  for (std::size_t i = 0; i < c.x.size(); ++i) {
    if (!std::isfinite(c.y[i])) {
      flush();
      continue;
    }
    const Vec2 at{x(c.x[i]), y(c.y[i])};
    if (c.steps && !run.empty()) run.push_back({at.x, run.back().y});
    run.push_back(at);
  }
  flush();
  paint::unclip();
}

void Axes::band(std::span<const double> xs, std::span<const double> low, std::span<const double> high, Color color,
                bool steps) const {
  std::vector<float> at, bottom, top;
  const auto flush = [&] {
    if (at.size() > 1) paint::band(at, bottom, top, color);
    at.clear();
    bottom.clear();
    top.clear();
  };
  paint::clip({area_.x0, area_.y0, area_.x1 + 1, area_.y1});
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (std::isnan(low[i]) || std::isnan(high[i])) {
      flush();
      continue;
    }
    const float here = x(xs[i]);
    if (steps && !at.empty()) {
      at.push_back(here);
      bottom.push_back(bottom.back());
      top.push_back(top.back());
    }
    at.push_back(here);
    bottom.push_back(y(low[i]));
    top.push_back(y(high[i]));
  }
  flush();
  paint::unclip();
}

void Axes::hline(double value, Color color, std::string_view id, std::string_view label, ui::Align align) const {
  const float line = std::round(y(value)), height = font_height(Font::Small);
  if (line < area_.y0 || line > area_.y1) return;
  paint::dashes({area_.x0, line}, {area_.x1, line}, color, px(5), std::max(1.0F, px(1)));
  if (label.empty()) return;
  const bool above = line - height - px(3) > area_.y0;
  const float top = above ? line - height - px(2) : line + px(2);
  const float wide = ui::text_width(label, Font::Small);
  const float left = align == ui::Align::Right ? area_.x1 - px(4) - wide : area_.x0 + px(4);
  paint::fill({left - px(2), top, left + wide + px(2), top + height}, colors::kPanel.fade(0.85));  // curves run below it
  ui::text(fmt::format("{}/area/hline/{}", path_, id), {area_.x0 + px(4), top, area_.x1 - px(4), top + height}, label,
           {Font::Small, color, align});
}

void Axes::ghost(std::string_view text) const {
  if (!drawable_) return;
  const float middle = area_.y0 + area_.height() * 3 / 8;  // between two of the lines that stand without numbers
  const Rect box{area_.x0 + px(8), middle - px(14), area_.x1 - px(8), area_.y1};
  if (ui::text_width(text) <= box.width())
    ui::text(path_ + "/area/ghost", {box.x0, box.y0, box.x1, middle + px(14)}, text,
             {Font::Body, colors::kSecondary, ui::Align::Center});
  else
    ui::paragraph(path_ + "/area/ghost", box, text, {Font::Body, colors::kSecondary});
}

void Axes::ends(std::vector<End> ends) const {
  std::ranges::stable_sort(ends, [&](const End& a, const End& b) { return y(a.y) < y(b.y); });
  const float room = area_.height() + px(8);
  const Font face = font_height(Font::Strong) * static_cast<float>(ends.size()) <= room ? Font::Strong : Font::Small;
  const float height = font_height(face);
  std::vector<float> wanted;
  for (const End& e : ends) wanted.push_back(std::clamp(y(e.y), area_.y0, area_.y1));
  const std::vector<float> placed = spread_labels(wanted, height, area_.y0 - px(6) + height / 2, area_.y1 + px(2) - height / 2);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const float left = std::min(x(ends[i].x), area_.x1) + px(8);
    ui::text(fmt::format("{}/area/end/{}", path_, ends[i].id),
             {left, placed[i] - height / 2, box_.x1 - px(6), placed[i] + height / 2}, ends[i].text, {face, ends[i].color});
  }
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
