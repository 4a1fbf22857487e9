#include "report/svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"

namespace feedloop {
namespace {

std::string replaced(std::string_view s, bool quotes) {
  std::string out;
  for (const char c : s) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (quotes && c == '"')
      out += "&quot;";
    else if (quotes && c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

std::string band(std::span<const BandPoint> points, const Scale& x, const Scale& y, Pen pen) {
  std::string up, down;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const BandPoint& p = points[i];
    up += fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', x(p.x), y(p.high));
    // A band that begins in one point closes there.
    if (i > 0 || p.low != p.high) down = fmt::format("L{:.1f} {:.1f}", x(p.x), y(p.low)) + down;
  }
  return fmt::format("<path d='{}{}Z' fill='{}' fill-opacity='0.12'/>\n", up, down, pen.colour);
}

std::string segment(double from, double to, double y, std::string_view colour, double width) {
  return fmt::format("<path d='M{:.1f} {:.1f}H{:.1f}' stroke='{}' stroke-width='{}'/>\n", from, y, to, colour, width);
}

// One end of an interval: a stop, or an arrow where the scale ends before it.
std::string end_mark(double value, const Scale& x, double y, double half, std::string_view colour) {
  const bool beyond = value < x.low || value > x.high;
  const double at = x(value), inwards = value < x.low ? 5 : -5;
  return beyond ? fmt::format("<path d='M{0:.1f} {1:.1f}L{2:.1f} {3:.1f}L{0:.1f} {4:.1f}' fill='none' stroke='{5}'/>\n",
                              at + inwards, y - 4, at, y, y + 4, colour)
                : fmt::format("<path d='M{:.1f} {:.1f}V{:.1f}' stroke='{}'/>\n", at, y - half, y + half, colour);
}

}  // namespace

std::string escaped(std::string_view s) { return replaced(s, false); }
std::string escaped_attribute(std::string_view s) { return replaced(s, true); }

std::string picture(double width, double height, std::string_view title, std::string_view description,
                    std::string_view content) {
  return fmt::format("<svg viewBox='0 0 {:.0f} {:.0f}' role='img'>\n<title>{}</title>\n<desc>{}</desc>\n{}</svg>\n", width,
                     height, escaped(clean(title)), escaped(clean(description)), content);
}

double Scale::operator()(double value) const {
  const auto bent = [&](double v) { return bend > 0 ? std::asinh(v / bend) : v; };
  const double share = (bent(value) - bent(low)) / (bent(high) - bent(low));
  return from + std::clamp(share, 0.0, 1.0) * (to - from);
}

double nice_step(double most) {
  double step = std::pow(10.0, std::floor(std::log10(most / 6)));
  for (const double times : {1.0, 2.0, 5.0, 10.0})
    if (most / (step * times) <= 6) return step * times;
  return step * 10;
}

std::vector<double> ticks(const Scale& scale, double apart) {
  std::vector<double> at;
  if (scale.bend <= 0) {
    const double step = nice_step(scale.high - scale.low);
    const double first = std::ceil(scale.low / step - 1e-9);
    for (int k = 0; k <= 6 && (first + k) * step <= scale.high + 1e-9 * step; ++k) at.push_back((first + k) * step + 0.0);
    return at;
  }
  if (scale.low <= 0 && scale.high >= 0) at.push_back(0);
  const double far = std::max(-scale.low, scale.high);
  for (double power = std::pow(10.0, std::floor(std::log10(scale.bend))); power <= far; power *= 10)
    for (const double times : {1.0, 2.0, 5.0})
      for (const double v : {-times * power, times * power}) {
        const auto near = [&](double other) { return std::abs(scale(other) - scale(v)) < apart; };
        if (v >= scale.low && v <= scale.high && std::none_of(at.begin(), at.end(), near)) at.push_back(v);
      }
  std::sort(at.begin(), at.end());
  return at;
}

std::string x_axis(const Box& box, const Scale& x, std::span<const double> at, const TickLabel& label) {
  std::string out;
  for (const double v : at)
    out += fmt::format("<path d='M{0:.1f} {1:.1f}V{2:.1f}' class='g'/><text x='{0:.1f}' y='{3:.1f}' class='m'>{4}</text>\n",
                       x(v), box.top, box.bottom(), box.bottom() + 15, label(v));
  return out;
}

std::string y_axis(const Box& box, const Scale& y, std::span<const double> at, const TickLabel& label) {
  std::string out;
  for (const double v : at)
    out += fmt::format("<path d='M{0:.1f} {1:.1f}H{2:.1f}' class='g'/><text x='{3:.1f}' y='{4:.1f}' class='e'>{5}</text>\n",
                       box.left, y(v), box.right(), box.left - 6, y(v) + 4, label(v));
  return out;
}

std::string banded_line(std::span<const BandPoint> points, const Scale& x, const Scale& y, Pen pen) {
  std::string out, line;
  // A band for every run of points that have an interval; a point alone has a bar.
  const auto has_band = [](const BandPoint& p) { return !std::isnan(p.low) && !std::isnan(p.high); };
  for (auto first = points.begin(); first != points.end();) {
    first = std::find_if(first, points.end(), has_band);
    const auto last = std::find_if_not(first, points.end(), has_band);
    if (last - first > 1) out += band({first, last}, x, y, pen);
    if (last - first == 1)
      out += fmt::format("<path d='M{:.1f} {:.1f}V{:.1f}' stroke='{}' stroke-width='5' stroke-opacity='0.25'/>\n", x(first->x),
                         y(first->low), y(first->high), pen.colour);
    first = last;
  }
  for (const auto end : {&Interval::low, &Interval::high}) {
    std::string limit;
    bool drawn = false;
    for (const BandPoint& p : points) {
      const double at = p.outer.*end;
      const bool inside = at >= y.low && at <= y.high;  // drawn along the edge, it would look like a limit there
      if (inside) limit += fmt::format("{}{:.1f} {:.1f}", drawn ? 'L' : 'M', x(p.x), y(at));
      drawn = inside;
    }
    if (!limit.empty())
      out += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.2' stroke-dasharray='1.5 2.5'/>\n", limit,
                         pen.colour);
  }
  for (std::size_t i = 0; i < points.size(); ++i)
    line += fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', x(points[i].x), y(points[i].y));
  return out + fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.8' stroke-dasharray='{}'/>\n", line,
                           pen.colour, pen.dashes);
}

std::string forest_row(const ForestRow& row, const Scale& x, double y, std::string_view colour) {
  std::string out;
  const auto known = [](const Interval& ci) { return !std::isnan(ci.low) && !std::isnan(ci.high); };
  // Thick first: where it is the longer of the two, the thin one's stops stand on it.
  if (known(row.thick)) {
    out += segment(x(row.thick.low), x(row.thick.high), y, colour, 4);
    for (const double end : {row.thick.low, row.thick.high})
      if (end < x.low || end > x.high) out += end_mark(end, x, y, 4, colour);
  }
  if (known(row.thin)) {
    out += segment(x(row.thin.low), x(row.thin.high), y, colour, 1.2);
    for (const double end : {row.thin.low, row.thin.high}) out += end_mark(end, x, y, 4.5, colour);
  }
  if (row.estimate >= x.low && row.estimate <= x.high)
    out += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='4.5' fill='{}' class='dot'/>\n", x(row.estimate), y, colour);
  return out;
}

std::string bar(const Scale& x, double value, double y, double height, std::string_view colour) {
  return fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='{}'/>\n", x.from, y, x(value) - x.from,
                     height, colour);
}

}  // namespace feedloop
