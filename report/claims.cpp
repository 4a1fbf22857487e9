#include "report/claims.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "report/page.hpp"
#include "report/svg.hpp"
#include "report/world_page.hpp"

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
  if (std::isnan(m.centre)) return "no value";
  if (m.ci.low == m.ci.high) return number(m.centre);
  return fmt::format("{} [{}, {}]", number(m.centre), number(m.ci.low), number(m.ci.high));
}

std::string_view word(Verdict v) { return kVerdictNames[static_cast<std::size_t>(v)]; }

// Not reproduced, and not contradicted either: some of the interval is in the band.
bool is_open(const ClaimResult& r) {
  const Interval &ci = r.measured.ci, &band = r.claim->band;
  return r.verdict == Verdict::Not && ci.high >= band.low && ci.low <= band.high;
}

std::string verdict(const ClaimResult& r) { return std::string(word(r.verdict)) + (is_open(r) ? " (open)" : ""); }

// Where an id like "B10a" stands: by letter, number, and small letter.
std::tuple<std::string, std::size_t, std::string> place_of(const std::string& id) {
  const std::size_t number = std::min(id.find_first_of("0123456789"), id.size());
  const std::size_t rest = std::min(id.find_first_not_of("0123456789", number), id.size());
  return {id.substr(0, number), rest - number, id.substr(number)};
}

// Claims of one id but for its small letter, in order of that.
struct Group {
  std::string id;
  std::vector<const ClaimResult*> claims;
};

// Those with a note, in order of their letters and numbers.
std::vector<Group> noted_groups(std::span<const ClaimResult> results) {
  std::vector<Group> groups;
  for (const ClaimResult& r : results) {
    std::string id = r.claim->id;
    while (!id.empty() && std::islower(static_cast<unsigned char>(id.back())) != 0) id.pop_back();
    const auto at = std::ranges::find(groups, id, &Group::id);
    (at != groups.end() ? *at : groups.emplace_back(Group{id, {}})).claims.push_back(&r);
  }
  std::erase_if(groups, [](const Group& g) {
    return std::ranges::all_of(g.claims, [](const ClaimResult* r) { return r->claim->note.empty(); });
  });
  std::ranges::stable_sort(groups, {}, [](const Group& g) { return place_of(g.id); });
  for (Group& g : groups) std::ranges::stable_sort(g.claims, {}, [](const ClaimResult* r) { return r->claim->id; });
  return groups;
}

constexpr double kWidth = 640, kPanel = 78, kLeft = 20;
constexpr std::size_t kTitle = 92;  // letters that fit

// The words that fit; the table has them all.
std::string shortened(const std::string& text) {
  return text.size() <= kTitle ? text : fmt::format("{} …", std::string_view(text).substr(0, text.rfind(' ', kTitle - 1)));
}

// One claim: its words, then the band, the seeds' values and the interval on a scale that holds them all.
std::string panel(const ClaimResult& r, double top) {
  const auto [low, high] = r.claim->band;
  std::vector<double> sight;
  for (const double x : r.measured.values) sight.push_back(x);
  for (const double x : {low, high, r.measured.ci.low, r.measured.ci.high, r.claim->from.value_or(kNaN)}) sight.push_back(x);
  std::erase_if(sight, [](double x) { return !std::isfinite(x); });
  const std::string title = fmt::format("<text x='{}' y='{:.1f}' class='l'>{}</text>\n", kLeft, top + 12,
                                        escaped(shortened(clean(fmt::format("{}: {}", r.claim->id, r.claim->text)))));
  const auto [least, most] = std::ranges::minmax(sight);  // the band has a finite end
  const double margin = most > least ? 0.06 * (most - least) : std::max(0.5, 0.1 * std::fabs(most));
  const Box box{kLeft, top + 20, kWidth - 2 * kLeft - 110, 28};
  const Scale x{least - margin, most + margin, box.left, box.right()};
  const double from = std::max(low, x.low), to = std::min(high, x.high), middle = box.top + box.height / 2;
  std::string out = title + fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='#cfe6d8'/>\n",
                                        x(from), box.top, std::max(2.0, x(to) - x(from)), box.height);
  out += x_axis(box, x, ticks(x), number);
  for (const double value : r.measured.values)
    if (std::isfinite(value))
      out += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='2.5' fill='var(--dim)'/>\n", x(value), box.bottom() - 4);
  out += forest_row({r.measured.centre, {}, r.measured.ci}, x, middle - 3, "var(--v1)");
  return out + fmt::format("<text x='{:.1f}' y='{:.1f}'>{}</text>\n", box.right() + 12, middle + 4, word(r.verdict));
}

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

std::string claims_markdown(std::span<const ClaimResult> results, std::string_view folder) {
  std::string out = "| claim | source | scenario | expected | measured | seeds | verdict |\n|---|---|---|---:|---:|---:|---|\n";
  std::vector<const ClaimResult*> rows;
  for (const ClaimResult& r : results) rows.push_back(&r);
  std::ranges::stable_sort(rows, {}, [](const ClaimResult* r) { return place_of(r->claim->id); });
  for (const ClaimResult* row : rows) {
    const ClaimResult& r = *row;
    out += fmt::format("| {}: {} | {} | {} | {} | {} | {} | {} |\n", r.claim->id, r.claim->text, r.claim->source,
                       r.scenario->name, band(*r.claim), measured(r.measured), r.measured.values.size(), verdict(r));
  }
  for (const Group& group : noted_groups(results)) {
    std::string verdicts;
    for (const ClaimResult* r : group.claims)
      verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", r->claim->id, verdict(*r));
    out += fmt::format("\n## {}\n\n", group.id);
    const auto notes = std::ranges::count_if(group.claims, [](const ClaimResult* r) { return !r->claim->note.empty(); });
    for (const ClaimResult* r : group.claims)
      if (!r->claim->note.empty()) out += (notes > 1 ? fmt::format("**{}.** ", r->claim->id) : "") + r->claim->note + "\n\n";
    out += fmt::format("{}: {}.\n\n![{}]({}/{}.svg)\n", group.claims.size() > 1 ? "Verdicts" : "Verdict", verdicts, group.id,
                       folder, group.id);
  }
  return out;
}

std::string claims_page(std::span<const ClaimResult> results, Tier tier, std::string_view date, std::string_view folder) {
  const auto count = [&](Verdict v) { return std::ranges::count(results, v, &ClaimResult::verdict); };
  const auto changed = std::ranges::count_if(results, [](const ClaimResult& r) { return r.verdict != r.recorded; });
  return fmt::format(R"(# Claims

What is said of recommenders, put to the test. A claim is a block of a scenario (`experiment/claims/claim.hpp`: keys, and when a
verdict is *reproduced*, *partly* or *not*), in folders by its letter; `feedloop verify scenarios` runs them and exits 1 when a
verdict is not the recorded one, so that an honest *not* keeps the build green and a change of behaviour does not pass unseen.
No world is tuned for a claim. Sources are names of the texts that the claims were taken from, or papers
([PUBLISHED](PUBLISHED.md)).

`--quick` runs the small claims on their fewest seeds (part of `./check`), the default three seeds of most, `--full` ten. With
`--cache DIR` a stopped run goes on. `--seed N` puts the same claims to worlds that nobody has looked at.

Intervals are 95 % over seeds, Student's of a mean or of order statistics of a median: with three seeds 4.3 standard errors of a
mean to each side, with ten 2.3. *not (open)* says that the interval reaches into the band: the seeds leave the claim open, where
a plain *not* contradicts it. One seed gives no interval: its verdict is of a point. Values by seed in the paragraphs are of the
first three seeds where no more are named; all are in the pictures. In a picture a green bar is where the claim says that the
value lies, the blue dot the measured value with its interval, small dots the seeds.

This page is what `feedloop verify` printed with `--markdown --pictures docs/pictures/claims`, in the {} tier on {}:
{} claims, {} reproduced, {} partly, {} not, {} of which are open; {} of all not as recorded.

)",
                     kTierNames[static_cast<std::size_t>(tier)], date, results.size(), count(Verdict::Reproduced),
                     count(Verdict::Partly), count(Verdict::Not), std::ranges::count_if(results, is_open), changed) +
         claims_markdown(results, folder);
}

std::vector<std::pair<std::string, std::string>> claims_pictures(std::span<const ClaimResult> results) {
  std::vector<std::pair<std::string, std::string>> pictures;
  for (const Group& group : noted_groups(results)) {
    std::string content, said;
    double top = 6;
    for (const ClaimResult* r : group.claims) {
      content += panel(*r, top);
      said += fmt::format("{}: {}, expected {}. ", r->claim->id, measured(r->measured), band(*r->claim));
      top += kPanel;
    }
    pictures.emplace_back(group.id + ".svg",
                          standalone(picture(kWidth, top, "Claims " + group.id + ", measured", said, content)));
  }
  return pictures;
}

}  // namespace feedloop
