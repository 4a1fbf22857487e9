#include "report/bandit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"

namespace feedloop {
namespace {

std::string interval(const Interval& ci, int decimals) {
  return std::isnan(ci.low) ? "" : fmt::format("{:.{}f} to {:.{}f}", ci.low, decimals, ci.high, decimals);
}

std::string number(double x, int decimals) { return std::isnan(x) ? "–" : fmt::format("{:.{}f}", x, decimals); }

// The curves of one case stand together.
std::vector<std::span<const RegretCurve>> cases_of(const BanditReport& report) {
  std::vector<std::span<const RegretCurve>> cases;
  for (std::size_t first = 0, i = 1; i <= report.curves.size(); ++i)
    if (i == report.curves.size() || report.curves[i].policy == report.curves[0].policy) {
      cases.emplace_back(report.curves.data() + first, i - first);
      first = i;
    }
  return cases;
}

std::string title_of(const RegretCurve& c) {
  std::string title =
      fmt::format("{} actions, {}", c.actions, c.delay == 1 ? "no delay" : fmt::format("{} rounds' delay", c.delay));
  if (c.feedback_share < 1) title += fmt::format(", {:.4g} % of feedback", 100 * c.feedback_share);
  return title;
}

std::string escaped(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

// Distinguishable without colour vision: Okabe & Ito 2008.
constexpr std::array kColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933"};

struct Axis {
  double low, high, from, to;  // decades, pixels
  double at(double x) const { return from + (std::log10(x) - low) / (high - low) * (to - from); }
};

std::string panel(std::span<const RegretCurve> curves, double left, double top) {
  constexpr double kWidth = 330, kHeight = 220;
  double least = 1e300, most = 0;
  for (const RegretCurve& c : curves)
    for (const RegretPoint& p : c.points) {
      if (p.mean > 0) least = std::min(least, p.mean);
      most = std::max({most, p.mean, std::isnan(p.ci.high) ? 0 : p.ci.high});
    }
  std::string out =
      fmt::format("<text x='{:.0f}' y='{:.0f}' class='t'>{}</text>\n", left, top - 8, escaped(title_of(curves[0])));
  if (most <= 0) return out;
  const double floor = std::max(least, most * 1e-4);
  const Axis x{0, std::max(1.0, std::log10(static_cast<double>(curves[0].points.back().round))), left, left + kWidth};
  const Axis y{std::floor(std::log10(floor)), std::max(std::ceil(std::log10(most)), std::floor(std::log10(floor)) + 1),
               top + kHeight, top};
  for (int d = 0; d <= static_cast<int>(x.high); ++d) {
    const double px = x.at(std::pow(10.0, d));
    out += fmt::format("<path d='M{0:.1f} {1:.1f}V{2:.1f}' class='g'/><text x='{0:.1f}' y='{3:.1f}' class='m'>{4:g}</text>\n",
                       px, top, top + kHeight, top + kHeight + 14, std::pow(10.0, d));
  }
  for (int d = static_cast<int>(y.low); d <= static_cast<int>(y.high); ++d) {
    const double py = y.at(std::pow(10.0, d));
    out += fmt::format("<path d='M{0:.1f} {1:.1f}H{2:.1f}' class='g'/><text x='{3:.1f}' y='{4:.1f}' class='e'>{5:g}</text>\n",
                       left, py, left + kWidth, left - 5, py + 4, std::pow(10.0, d));
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const char* colour = kColours[i % kColours.size()];
    std::string line, up, down;
    for (const RegretPoint& p : curves[i].points) {
      const double px = x.at(static_cast<double>(p.round)), py = y.at(std::max(p.mean, floor));
      line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", px, py);
      const double low = std::isnan(p.ci.low) ? p.mean : p.ci.low, high = std::isnan(p.ci.high) ? p.mean : p.ci.high;
      up += fmt::format("{}{:.1f} {:.1f}", up.empty() ? "M" : "L", px, y.at(std::max(high, floor)));
      down = fmt::format("L{:.1f} {:.1f}", px, y.at(std::max(low, floor))) + down;
    }
    out += fmt::format("<path d='{}{}Z' fill='{}' fill-opacity='0.15'/>\n", up, down, colour);
    out += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.6'/>\n", line, colour);
  }
  return out;
}

}  // namespace

std::string bandit_text(const BanditReport& report, TextStyle style) {
  Page page(style);
  page.line(fmt::format("Feedloop bandit: {}", clean(report.scenario)), Ink::Bold);
  if (!report.question.empty()) page.prose(clean(report.question));
  page.prose(fmt::format("{} world, {} rounds, {} seeds from {}.", report.params.world.kind, report.params.rounds,
                         report.params.seeds, report.seed),
             0, 0, Ink::Dim);
  page.blank();
  for (const auto curves : cases_of(report)) {
    page.line(title_of(curves[0]), Ink::Bold);
    std::vector<Row> rows(1);
    for (const char* head : {"policy", "regret", "95 %", "slope", "click rate", "of the first's", "95 %"})
      rows[0].cells.push_back({head, Ink::Dim});
    for (const RegretCurve& c : curves) {
      double clicks = 0;
      for (const double share : c.clicks) clicks += share / static_cast<double>(c.clicks.size());
      rows.emplace_back();
      for (std::string text :
           {clean(c.policy), number(c.points.back().mean, 1), interval(c.points.back().ci, 1), number(c.slope, 2),
            fmt::format("{:.2f} %", 100 * clicks), number(c.ratio, 2), interval(c.ratio_ci, 2)})
        rows.back().cells.push_back({std::move(text)});
    }
    page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right},
               std::move(rows));
    page.blank();
  }
  page.prose(
      "Regret: expected clicks lost against always taking the best action, summed over all rounds. Slope: of log regret over "
      "log "
      "rounds in the last tenfold of rounds; 1 is linear, a policy that learns stays below.",
      0, 0, Ink::Dim);
  return page.take();
}

std::string bandit_csv(const BanditReport& report) {
  std::string out = "actions,delay,feedback_share,policy,round,regret,low,high\n";
  for (const RegretCurve& c : report.curves) {
    std::string name;
    for (const char ch : c.policy) name += ch == '"' ? std::string("\"\"") : std::string(1, ch);
    if (name.find_first_of(",\"\n\r") != std::string::npos) name = "\"" + name + "\"";
    for (const RegretPoint& p : c.points) {
      out += fmt::format("{},{},{},{},{},{:.9g},", c.actions, c.delay, c.feedback_share, name, p.round, p.mean);
      out += std::isnan(p.ci.low) ? ",\n" : fmt::format("{:.9g},{:.9g}\n", p.ci.low, p.ci.high);
    }
  }
  return out;
}

std::string bandit_svg(const BanditReport& report) {
  const auto cases = cases_of(report);
  const std::size_t columns = std::min<std::size_t>(3, std::max<std::size_t>(1, cases.size())),
                    rows = (cases.size() + columns - 1) / columns;
  const std::size_t legend = cases.empty() ? 0 : cases[0].size();
  const double width = 60 + 400.0 * static_cast<double>(columns), top = 60 + 18 * std::ceil(static_cast<double>(legend) / 3.0);
  const double height = top + 290.0 * static_cast<double>(rows);
  std::string out = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
      "font-family='sans-serif' "
      "font-size='11'>\n<style>.g{{stroke:#ddd;fill:none}}.m{{text-anchor:middle}}.e{{text-anchor:end}}.t{{font-weight:bold}}</"
      "style>\n"
      "<rect width='100%' height='100%' fill='white'/>\n<text x='20' y='24' font-size='15'>Cumulative regret over rounds: "
      "{2}</text>\n",
      width, height, escaped(report.scenario));
  for (std::size_t i = 0; i < legend; ++i) {
    const double x = 20 + 150.0 * static_cast<double>(i % 3), y = 44 + 18.0 * static_cast<double>(i / 3);
    out += fmt::format("<path d='M{:.0f} {:.0f}h22' stroke='{}' stroke-width='3'/><text x='{:.0f}' y='{:.0f}'>{}</text>\n", x,
                       y - 4, kColours[i % kColours.size()], x + 28, y, escaped(cases[0][i].policy));
  }
  for (std::size_t i = 0; i < cases.size(); ++i)
    out += panel(cases[i], 60 + 400.0 * static_cast<double>(i % columns), top + 290.0 * static_cast<double>(i / columns));
  return out + "</svg>\n";
}

}  // namespace feedloop
