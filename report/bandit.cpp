#include "report/bandit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"
#include "report/svg.hpp"

namespace feedloop {
namespace {

std::string number(double x, int decimals) {
  return std::isnan(x) ? "–" : grouped(fmt::format("{:.{}f}", x == 0 ? 0 : x, decimals));
}

std::string interval(const Interval& ci, int decimals) {
  return std::isnan(ci.low) ? "" : number(ci.low, decimals) + " to " + number(ci.high, decimals);
}

std::string count(std::int64_t n) { return grouped(fmt::format("{}", n)); }

// The curves of one case, and those who know its truth: the best fixed action and, where it is another, the best of each round.
struct CaseView {
  std::span<const RegretCurve> policies, truth;
};
std::vector<CaseView> cases_of(const BanditReport& report) {
  std::vector<CaseView> cases;
  const std::size_t policies = report.truth.empty() ? 0 : 2 * report.curves.size() / report.truth.size();
  for (std::size_t c = 0; 2 * c < report.truth.size(); ++c)
    cases.push_back({std::span(report.curves).subspan(c * policies, policies), std::span(report.truth).subspan(2 * c, 2)});
  return cases;
}

// Whether the best action is the same one throughout.
bool settled(const CaseView& one) { return one.truth[0].points.back().mean <= 0; }

std::string title_of(const RegretCurve& c, const BanditParams& params) {
  std::string title = count(static_cast<std::int64_t>(c.actions)) + " actions, ";
  title += c.delay == 1                  ? "clicks learned of at once"
           : params.arrival == "batches" ? "batches of " + count(c.delay) + " rounds"
                                         : "delay of " + count(c.delay) + " rounds";
  if (c.feedback_share < 1) title += fmt::format(", {:.4g} % of feedback", 100 * c.feedback_share);
  return title;
}

// Distinguishable without colour vision (Okabe & Ito 2008), and without colour by their dashes.
constexpr std::array kPens{Pen{"#0072b2", "none"},    Pen{"#d55e00", "7 3"}, Pen{"#009e73", "2 2"},  Pen{"#cc79a7", "none"},
                           Pen{"#b07800", "7 3 2 3"}, Pen{"#56b4e9", "7 3"}, Pen{"#666666", "none"}, Pen{"#7a7a00", "2 2"}};
constexpr Pen kTruthPen{"#000000", "1 3"};

constexpr double kWidth = 300, kHeight = 220, kLeft = 70, kRight = 165, kTop = 34, kBottom = 56;  // of a panel

struct Line {
  const RegretCurve* curve;
  Pen pen;
  double label_y = 0;
};

std::string panel(const CaseView& one, const BanditParams& params, double left, double top, double most) {
  const auto rounds = static_cast<double>(one.policies[0].points.back().round);
  const Box box{left, top, kWidth, kHeight};
  const double bottom = box.bottom(), right = box.right();
  const Scale x{0, rounds, left, right}, y{0, most, bottom, top};
  std::string out = fmt::format("<text x='{:.0f}' y='{:.0f}' class='t'>{}</text>\n", left, top - 10,
                                escaped(title_of(one.policies[0], params)));
  out += x_axis(box, x, ticks(x), [](double r) { return grouped(fmt::format("{:.15g}", r)); });
  out += y_axis(box, y, ticks(y), [](double v) { return grouped(fmt::format("{:.6g}", v)); });
  out += fmt::format("<text x='{:.0f}' y='{:.0f}' class='m'>rounds</text>\n", left + kWidth / 2, bottom + 32);
  out += fmt::format("<text transform='translate({:.0f} {:.0f}) rotate(-90)' class='m'>regret, clicks</text>\n", left - 52,
                     top + kHeight / 2);

  std::vector<Line> lines;
  for (std::size_t i = 0; i < one.policies.size(); ++i) lines.push_back({&one.policies[i], kPens[i % kPens.size()]});
  if (!settled(one)) lines.push_back({&one.truth[0], kTruthPen});
  for (Line& line : lines) {
    std::vector<BandPoint> points{{0, 0, 0, 0}};
    for (const RegretPoint& p : line.curve->points) {
      const Interval ci = std::isnan(p.ci.low) ? Interval{p.mean, p.mean} : p.ci;
      points.push_back({static_cast<double>(p.round), p.mean, ci.low, ci.high});
    }
    out += banded_line(points, x, y, line.pen);
    line.label_y = y(line.curve->points.back().mean);
  }
  // Names at the ends of the lines, pushed apart where they would overlap, beside the interval of the last round.
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.label_y > b.label_y; });
  double above = bottom + 16;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const Interval& ci = line.curve->points.back().ci;
    above = std::min(line.label_y, above - 13);
    const double at = right + 5 + 5 * static_cast<double>(i);
    if (!std::isnan(ci.low))
      out += fmt::format("<path d='M{0:.1f} {1:.1f}V{2:.1f}' stroke='{3}' stroke-width='2'/>\n", at, y(ci.low), y(ci.high),
                         line.pen.colour);
    out += fmt::format("<text x='{:.1f}' y='{:.1f}' fill='{}'>{}</text>\n", right + 10 + 5 * static_cast<double>(lines.size()),
                       above + 4, line.pen.colour, escaped(line.curve->policy));
  }
  return out;
}

std::vector<std::string> row_of(const RegretCurve& c, bool is_settled) {
  double clicks = 0;
  for (const double share : c.clicks) clicks += share / static_cast<double>(c.clicks.size());
  const RegretPoint& last = c.points.back();
  std::vector<std::string> cells{clean(c.policy),
                                 number(last.mean, 1),
                                 interval(last.ci, 1),
                                 number(c.slope, 2),
                                 fmt::format("{:.2f} %", 100 * clicks),
                                 number(c.ratio, 2),
                                 interval(c.ratio_ci, 2)};
  if (!is_settled)
    for (std::string cell : {number(c.over_fixed, 1), interval(c.over_fixed_ci, 1)}) cells.push_back(std::move(cell));
  return cells;
}

}  // namespace

std::string bandit_text(const BanditReport& report, TextStyle style) {
  Page page(style);
  const BanditParams& params = report.params;
  page.line(fmt::format("Feedloop bandit: {}", clean(report.scenario)), Ink::Bold);
  if (!report.question.empty()) page.prose(clean(report.question));
  page.prose(fmt::format("A {} world, {} rounds, {} seeds from {}.", params.world.kind, count(params.rounds),
                         count(params.seeds), report.seed),
             0, 0, Ink::Dim);
  page.blank();
  bool all_settled = true;
  for (const CaseView& one : cases_of(report)) {
    page.line(title_of(one.policies[0], params), Ink::Bold);
    const bool is_settled = settled(one);
    all_settled = all_settled && is_settled;
    std::vector<Row> rows(1);
    const std::string ratio = "× " + clean(one.policies[0].policy);
    for (const std::string& head : {std::string("policy"), std::string("regret"), std::string("95 %"), std::string("slope"),
                                    std::string("click rate"), ratio, std::string("95 %")})
      rows[0].cells.push_back({head, Ink::Dim});
    if (!is_settled)
      for (const char* head : {"over the best\nfixed action", "95 %"}) rows[0].cells.push_back({head, Ink::Dim});
    const auto add = [&](const RegretCurve& c, Ink ink) {
      rows.emplace_back();
      for (std::string& cell : row_of(c, is_settled)) rows.back().cells.push_back({std::move(cell), ink});
    };
    for (const RegretCurve& c : one.policies) add(c, Ink::Plain);
    if (!is_settled) add(one.truth[0], Ink::Truth);
    add(one.truth[1], Ink::Truth);
    std::vector<Align> align(rows[0].cells.size(), Align::Right);
    align[0] = Align::Left;
    page.table(align, std::move(rows));
    page.blank();
  }
  page.prose(
      "Regret: expected clicks lost against the best action of each round, summed over all rounds; mean over seeds with "
      "Student's 95 % interval. Slope: of log regret over log rounds in the last tenfold of rounds; 1 is linear, a policy that "
      "learns stays below. ×: regret as a multiple of the first policy's.",
      0, 0, Ink::Dim);
  if (!all_settled)
    page.prose(
        "Over the best fixed action: regret less that of the one action that was the best over the whole run; negative where "
        "following contexts or changes was worth more.",
        0, 0, Ink::Dim);
  return page.take();
}

std::string bandit_csv(const BanditReport& report) {
  std::string out = "actions,delay,feedback_share,policy,round,regret,low,high\n";
  const auto add = [&](const RegretCurve& c) {
    std::string name;
    for (const char ch : c.policy) name += ch == '"' ? std::string("\"\"") : std::string(1, ch);
    if (name.find_first_of(",\"\n\r") != std::string::npos) name = "\"" + name + "\"";
    for (const RegretPoint& p : c.points) {
      out += fmt::format("{},{},{},{},{},{:.9g},", c.actions, c.delay, c.feedback_share, name, p.round, p.mean);
      out += std::isnan(p.ci.low) ? ",\n" : fmt::format("{:.9g},{:.9g}\n", p.ci.low, p.ci.high);
    }
  };
  for (const CaseView& one : cases_of(report)) {
    for (const RegretCurve& c : one.policies) add(c);
    add(one.truth[0]);
  }
  return out;
}

std::string bandit_svg(const BanditReport& report) {
  const auto cases = cases_of(report);
  const std::size_t columns = cases.size() > 1 ? 2 : 1, rows = (cases.size() + columns - 1) / columns;
  const double across = kLeft + kWidth + kRight, down = kTop + kHeight + kBottom;
  const double width = across * static_cast<double>(columns), head = 56, height = head + down * static_cast<double>(rows);
  double most = 0;
  for (const RegretCurve& c : report.curves)
    for (const RegretPoint& p : c.points) most = std::max({most, p.mean, std::isnan(p.ci.high) ? 0 : p.ci.high});
  most = most > 0 ? most * 1.02 : 1;
  std::string out = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
      "font-family='sans-serif' font-size='12'>\n"
      "<style>.g{{stroke:#ddd;fill:none}}.m{{text-anchor:middle}}.e{{text-anchor:end}}.t{{font-weight:bold}}</style>\n"
      "<rect width='100%' height='100%' fill='white'/>\n"
      "<text x='{2:.0f}' y='24' font-size='16'>Cumulative regret: {3}</text>\n"
      "<text x='{2:.0f}' y='43' fill='#555'>{4} world, mean of {5} seeds; bands and bars: 95 % intervals</text>\n",
      width, height, kLeft, escaped(report.scenario), escaped(report.params.world.kind), count(report.params.seeds));
  for (std::size_t i = 0; i < cases.size(); ++i)
    out += panel(cases[i], report.params, kLeft + across * static_cast<double>(i % columns),
                 head + kTop + down * static_cast<double>(i / columns), most);
  return out + "</svg>\n";
}

}  // namespace feedloop
