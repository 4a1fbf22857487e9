#include "report/validity.hpp"

#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

std::string measured(const ValidityCheck& c) {
  if (std::isnan(c.value)) return "not enough data";
  const auto value = [&](double x) { return c.percent ? fmt::format("{:.2f}", 100 * x) : fmt::format("{:.4g}", x); };
  std::string text = value(c.value);
  if (!std::isnan(c.ci.low)) text += fmt::format(" [{}, {}]", value(c.ci.low), value(c.ci.high));
  return c.percent ? text + " %" : text;
}

std::string_view verdict(const ValidityCheck& c) {
  if (!c.decides) return c.holds ? "shown" : "not shown";
  return c.holds ? "holds" : "FAILS";
}

std::string summary(std::span<const ValiditySection> sections) {
  int held = 0, all = 0;
  for (const ValiditySection& s : sections)
    for (const ValidityCheck& c : s.checks)
      if (c.decides) ++all, held += c.holds;
  return fmt::format("{} of {} checks hold. Each would fail without cause with probability {:g}.", held, all, kFalseAlarm);
}

}  // namespace

std::string validity_text(std::span<const ValiditySection> sections, TextStyle style) {
  Page page(style);
  page.line("Feedloop validity", Ink::Bold);
  page.prose(summary(sections));
  for (const ValiditySection& s : sections) {
    page.blank();
    page.line(s.title, Ink::Bold);
    page.prose(s.how);
    std::vector<Row> rows{{{{"Check"}, {"Expected"}, {"Measured"}, {"Trials"}, {"Verdict"}}}};
    for (const ValidityCheck& c : s.checks)
      rows.push_back({{{c.statement},
                       {c.expected},
                       {measured(c)},
                       {number(c.n)},
                       {std::string(verdict(c)), !c.decides ? Ink::Plain
                                                 : c.holds  ? Ink::Good
                                                            : Ink::Bad}}});
    page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Left}, std::move(rows));
  }
  return page.take();
}

std::string validity_markdown(std::span<const ValiditySection> sections, Tier tier) {
  const std::string flag = tier == Tier::Quick ? " --quick" : tier == Tier::Full ? " --full" : "";
  std::string out = fmt::format(
      "# Validity\n\nWhat the simulator's own statistics should show when the answer is known beforehand, and what they show. "
      "Made by `feedloop validity{} --out docs/VALIDITY.md`, tier {}; the same build gives the same bytes. Intervals are "
      "Monte-Carlo intervals at 95 %. [STATISTICS](STATISTICS.md) says how the numbers come about.\n\n{}\n",
      flag, kTierNames[static_cast<std::size_t>(tier)], summary(sections));
  for (const ValiditySection& s : sections) {
    out += fmt::format(
        "\n## {}\n\n{}\n\n| check | statement | expected | measured | trials | verdict |\n|---|---|---|---|---|---|\n", s.title,
        s.how);
    for (const ValidityCheck& c : s.checks)
      out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", c.id, c.statement, c.expected.empty() ? "–" : c.expected,
                         measured(c), number(c.n), verdict(c));
  }
  return out;
}

}  // namespace feedloop
