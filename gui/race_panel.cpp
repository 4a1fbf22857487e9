#include "gui/race_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "experiment/analysis/stopping.hpp"
#include "gui/format.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

constexpr double kTitle = 54, kRow = 42, kAxis = 22;
// The careless first, then those that allow for looking, then the one that waits.
constexpr std::array<std::string_view, 5> kRules{"daily_peeking", "always_valid", "obrien_fleming", "pocock", "fixed_horizon"};

struct Said {
  paint::Glyph glyph = paint::Glyph::NoData;
  std::string symbol = "◌", word = "Not enough data";
  Color color = colors::kSecondary;
};

Said said_by(const StoppingReport* r) {
  if (r == nullptr || r->state == "not enough data") return {};
  if (r->state == "stopped") {
    const VerdictLook look = verdict_look(r->verdict);
    return {look.glyph, std::string(look.symbol), fmt::format("{}, day {}", look.word, fixed_text(r->day, 0)), look.color};
  }
  if (r->state == "no difference") return {paint::Glyph::Same, "●", "No clear difference", colors::kSecondary};
  return {paint::Glyph::NoData, "◌", r->rule == "fixed_horizon" ? "Waits for the end" : "Not yet", colors::kSecondary};
}

struct Judged {
  paint::Glyph glyph;
  std::string_view symbol, word;
};
Judged judged_look(std::string_view judged) {
  if (judged == "right") return {paint::Glyph::Healthy, "✓", "Right"};
  if (judged == "false alarm") return {paint::Glyph::Alert, "⚠", "False alarm"};
  if (judged == "wrong direction") return {paint::Glyph::Alert, "⚠", "Wrong way"};
  if (judged == "missed") return {paint::Glyph::Alert, "⚠", "Missed it"};
  return {paint::Glyph::NoData, "◌", "Open"};
}

void draw_rule(const std::string& path, const LabSubject& subject, std::string_view rule, Rect row, double days, double now,
               double truth, bool known) {
  const StoppingReport* r = subject.mismatch ? nullptr : stopping_of(subject, rule);
  Said said = said_by(r);
  if (subject.mismatch) said = {paint::Glyph::Alert, "⚠", "Do not trust", colors::kAlert};
  const float words = px(20);
  Rect head = row.cut_top(words);
  const Rect track = row.cut_top(px(14));
  if (known) {
    const Judged judged = judged_look(r == nullptr ? "" : judge(*r, truth));
    ui::labelled_glyph(path + "/truth", head.cut_right(px(104)), judged.glyph, judged.symbol, judged.word,
                       {Font::Small, colors::kTruth}, "By the true effect of a launch to everybody");
  }
  std::string about(rule_doc(rule));
  if (r != nullptr && r->state == "stopped" && std::isfinite(r->effect))
    about += fmt::format(". It would have reported {}", value_text(*subject.metric, r->effect));
  ui::labelled_glyph(path + "/said", head.cut_right(px(156)), said.glyph, said.symbol, said.word, {Font::Body, said.color},
                     about);
  ui::text(path + "/name", head, rule_name(rule), {.color = colors::kText}, rule_doc(rule));
  // The track: as far as the rule looked, and where it stopped.
  const auto to_x = [&](double day) { return track.x0 + static_cast<float>(std::clamp(day / days, 0.0, 1.0)) * track.width(); };
  const float y = track.center().y;
  paint::fill({track.x0, y - px(1.5), track.x1, y + px(1.5)}, colors::kGrid, px(1));
  if (r == nullptr || r->state == "not enough data") return;
  const double until = r->state == "stopped" ? r->day : std::max(now, r->day);
  paint::fill({track.x0, y - px(1.5), to_x(until), y + px(1.5)}, said.color.fade(0.6), px(1));
  if (r->state == "stopped")
    paint::disc({to_x(until), y}, px(5), rule == "daily_peeking" ? colors::kWorse : said.color);
  else
    paint::ring({to_x(until), y}, px(4), said.color, std::max(1.0F, px(1.5)));
}

}  // namespace

std::string_view rule_name(std::string_view rule) {
  if (rule == "daily_peeking") return "Peeking daily";
  if (rule == "always_valid") return "Always-valid";
  if (rule == "obrien_fleming") return "O'Brien-Fleming";
  if (rule == "pocock") return "Pocock";
  return "Fixed horizon";
}

std::string_view rule_doc(std::string_view rule) {
  if (rule == "daily_peeking") return "Stops at the first look whose p is below the threshold: what one must not do";
  if (rule == "always_valid") return "mSPRT: its p holds however often one looks, and for however long";
  if (rule == "obrien_fleming") return "Spends the error over planned looks: strict early, nearly the plain test at the end";
  if (rule == "pocock") return "Spends the error over planned looks about evenly, so that it can stop early";
  return "One test, at the planned end, and no look before";
}

float race_panel_height() { return px(kTitle) + 5 * px(kRow) + px(kAxis) + px(8); }

void draw_race_panel(const AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box) {
  ui::panel("stats/race", box, "Stopping-rule race");
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(22));
  const double truth = known_truth(state, subject);
  const bool known = !std::isnan(truth) && !subject.mismatch;
  ui::text(
      "stats/race/subtitle", inner.cut_top(px(18)),
      known ? "what each rule decided, when, and whether it was right" : "what each rule decided from the same looks, and when",
      {Font::Small, colors::kSecondary});
  inner.cut_top(px(2));
  const double days = days_of(state, snapshot);
  const double now = snapshot == nullptr ? 0 : snapshot->experiment_day;
  const float row = std::min(px(kRow), std::floor((inner.height() - px(kAxis)) / 5));
  if (row < px(34)) return;
  for (const std::string_view rule : kRules)
    draw_rule(fmt::format("stats/race/{}", rule), subject, rule, inner.cut_top(row), days, now, truth, known);
  const Rect axis{inner.x0, inner.y0 + px(2), inner.x1, inner.y0 + px(2) + font_height(Font::Small)};
  ui::text("stats/race/axis/start", axis, "day 0", {Font::Small, colors::kSecondary});
  ui::text("stats/race/axis/end", {axis.center().x, axis.y0, axis.x1, axis.y1}, fmt::format("day {}", fixed_text(days, 0)),
           {Font::Small, colors::kSecondary, ui::Align::Right});
}

}  // namespace feedloop
