#include "report/line_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::string_view, 6> kDashes{"none", "7 3", "2 2", "7 3 2 3", "12 3", "1 3"};
constexpr std::array<std::string_view, 6> kPaints{"var(--v0)", "var(--v1)", "var(--v2)", "var(--v3)", "var(--v4)", "var(--v5)"};

// What the lines and their bands need, and a little more. Outer intervals may leave it: early ones are very wide.
Interval y_range(const LineChart& chart) {
  if (std::isfinite(chart.y.low)) return chart.y;
  Interval range{kInfinity, -kInfinity};
  for (const ChartLine& line : chart.lines)
    for (const BandPoint& p : line.points)
      for (const double v : {p.y, p.low, p.high})
        if (std::isfinite(v)) range = {std::min(range.low, v), std::max(range.high, v)};
  const Interval inner = range;
  const double most = (inner.high - inner.low) / 2;
  for (const ChartLine& line : chart.lines)
    for (const BandPoint& p : line.points) {
      if (std::isnan(p.outer.low) || std::isnan(p.outer.high)) continue;
      range.low = std::min(range.low, std::max(p.outer.low, inner.low - most));
      range.high = std::max(range.high, std::min(p.outer.high, inner.high + most));
    }
  const double room = range.high > range.low ? (range.high - range.low) * 0.05 : std::max(1e-9, std::abs(range.low) * 0.05);
  return {range.low - room, range.high + room};
}

// Letters at the ends of the lines, pushed apart where they would overlap.
std::string marks(const std::vector<ChartLine>& lines, const Box& box, const Scale& y) {
  std::vector<std::pair<double, std::size_t>> ends;
  for (const ChartLine& line : lines) ends.emplace_back(y(line.points.back().y), line.variant);
  std::stable_sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out;
  double above = box.bottom() + 12;
  for (const auto& [at, variant] : ends) {
    above = std::min(at, above - 12);
    out += fmt::format("<text x='{:.1f}' y='{:.1f}' class='l' fill='{}'>{}</text>\n", box.right() + 7, above + 4,
                       variant_paint(variant), variant_mark(variant));
  }
  return out;
}

// Letters beside the lines, for lines that all end in one corner; below a line, and each a little further to the left.
std::string marks_beside(const std::vector<ChartLine>& lines, const Scale& x, const Scale& y) {
  std::string out;
  double share = 0.85;
  for (const ChartLine& line : lines) {
    const double from = x.low + share * (x.high - x.low);
    const auto p = std::find_if(line.points.begin(), line.points.end() - 1, [&](const BandPoint& q) { return q.x >= from; });
    out += fmt::format("<text x='{:.1f}' y='{:.1f}' class='l' fill='{}'>{}</text>\n", x(p->x) + 5, y(p->y) + 12,
                       variant_paint(line.variant), variant_mark(line.variant));
    share = share > 0.3 ? share - 0.12 : 0.85;
  }
  return out;
}

}  // namespace

char variant_mark(std::size_t index) { return static_cast<char>('A' + index % 26); }
std::string_view variant_paint(std::size_t index) { return kPaints[index % kPaints.size()]; }
Pen variant_pen(std::size_t index) { return {variant_paint(index), kDashes[index % kDashes.size()]}; }

std::string variant_key(std::size_t index) {
  const Pen pen = variant_pen(index);
  return fmt::format(
      "<svg class='key' viewBox='0 0 30 8' aria-hidden='true'><path d='M0 4H30' fill='none' stroke='{}' stroke-width='2.2' "
      "stroke-dasharray='{}'/></svg>",
      pen.colour, pen.dashes);
}

std::string line_chart(LineChart chart) {
  constexpr double kWidth = 330;
  const Box box{52, 8, 256, chart.diagonal ? 256.0 : 130.0};
  const double height = box.bottom() + 34;
  for (ChartLine& line : chart.lines) std::erase_if(line.points, [](const BandPoint& p) { return !std::isfinite(p.y); });
  std::erase_if(chart.lines, [](const ChartLine& line) { return line.points.empty(); });
  const auto tick_text = [](double v) { return grouped(fmt::format("{:.6g}", v)); };
  const auto middle = [&](double y, std::string_view words) {
    return fmt::format("<text x='{:.0f}' y='{:.0f}' class='m'>{}</text>\n", box.left + box.width / 2, y, escaped(words));
  };
  const Scale x{chart.x.low, chart.x.high, box.left, box.right()};
  std::vector<double> x_ticks = ticks(x);
  if (chart.whole_x) std::erase_if(x_ticks, [](double v) { return v != std::floor(v); });
  std::string content = x_axis(box, x, x_ticks, tick_text) + middle(box.bottom() + 30, chart.x_label);
  const Interval range = y_range(chart);
  if (chart.lines.empty() || !std::isfinite(range.high - range.low))
    return picture(kWidth, height, chart.title, "Not enough data.",
                   content + middle(box.top + box.height / 2, "not enough data"));
  const Scale y{range.low, range.high, box.bottom(), box.top};
  content += y_axis(box, y, ticks(y), tick_text);
  if (chart.diagonal)
    content += fmt::format("<path d='M{:.1f} {:.1f}L{:.1f} {:.1f}' class='z' stroke-dasharray='4 4'/>\n", x(range.low),
                           y(range.low), x(range.high), y(range.high));
  for (const double v : chart.at)
    if (v >= range.low && v <= range.high)
      content += fmt::format("<path d='M{:.1f} {:.1f}H{:.1f}' class='z'/>\n", box.left, y(v), box.right());
  std::string description;
  for (const ChartLine& line : chart.lines) {
    const Pen pen = variant_pen(line.variant);
    const BandPoint& last = line.points.back();
    content += banded_line(line.points, x, y, pen);
    if (!chart.diagonal)
      content += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='2.6' fill='{}'/>\n", x(last.x), y(last.y), pen.colour);
    description += (description.empty() ? "" : "; ") + line.said;
  }
  return picture(kWidth, height, chart.title, description,
                 content + (chart.diagonal ? marks_beside(chart.lines, x, y) : marks(chart.lines, box, y)));
}

}  // namespace feedloop
