#include "report/claims.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"

namespace feedloop {
namespace {

std::string number(double x) {
  if (std::isinf(x)) return x > 0 ? "∞" : "-∞";
  return fmt::format("{:.4g}", x);
}

std::string band(const Claim& claim) {
  const auto [low, high] = claim.band;
  const std::string text = low == high        ? number(low)
                           : std::isinf(low)  ? "≤ " + number(high)
                           : std::isinf(high) ? "≥ " + number(low)
                                              : fmt::format("{} … {}", number(low), number(high));
  return claim.overlap ? text + " (meets)" : text;
}

std::string measured(const Measurement& m) {
  if (std::isnan(m.mean)) return "no value";
  if (m.ci.low == m.ci.high) return number(m.mean);
  return fmt::format("{} [{}, {}]", number(m.mean), number(m.ci.low), number(m.ci.high));
}

std::string_view word(Verdict v) { return kVerdictNames[static_cast<std::size_t>(v)]; }

}  // namespace

std::string claims_text(std::span<const ClaimResult> results, TextStyle style) {
  Page page(style);
  std::vector<Row> rows{{{{"Claim"}, {"Source"}, {"Expected"}, {"Measured"}, {"Seeds"}, {"Verdict"}}}};
  std::size_t changed = 0;
  const Scenario* scenario = nullptr;
  for (const ClaimResult& r : results) {
    if (r.scenario != scenario) rows.push_back({{{clean(r.scenario->name), Ink::Bold}}, true});
    scenario = r.scenario;
    const bool held = r.verdict == r.recorded;
    changed += !held;
    rows.push_back({{{fmt::format("  {}: {}", clean(r.claim->id), clean(r.claim->text))}}, true});
    rows.push_back({{{fmt::format("    {}", r.claim->quantity)},
                     {clean(r.claim->source)},
                     {band(*r.claim)},
                     {measured(r.measured)},
                     {fmt::format("{}", r.measured.values.size())},
                     {held ? std::string(word(r.verdict)) : fmt::format("{}, recorded: {}", word(r.verdict), word(r.recorded)),
                      held ? (r.verdict == Verdict::Reproduced ? Ink::Good : Ink::Plain) : Ink::Bad}}});
  }
  page.table({Align::Left, Align::Left, Align::Right, Align::Right, Align::Right, Align::Left}, std::move(rows));
  page.blank();
  const auto count = [&](Verdict v) {
    return std::count_if(results.begin(), results.end(), [&](const ClaimResult& r) { return r.verdict == v; });
  };
  page.prose(fmt::format("{} reproduced, {} partly, {} not; {} not as recorded.", count(Verdict::Reproduced),
                         count(Verdict::Partly), count(Verdict::Not), changed));
  return page.take();
}

std::string claims_markdown(std::span<const ClaimResult> results) {
  std::string out = "| claim | source | scenario | expected | measured | seeds | verdict |\n|---|---|---|---:|---:|---:|---|\n";
  for (const ClaimResult& r : results)
    out += fmt::format("| {}: {} | {} | {} | {} | {} | {} | {} |\n", r.claim->id, r.claim->text, r.claim->source,
                       r.scenario->name, band(*r.claim), measured(r.measured), r.measured.values.size(), word(r.verdict));
  return out;
}

}  // namespace feedloop
