#include "gui/expectation_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/setup_view.hpp"

namespace feedloop {
namespace {

constexpr double kLine = 22;

std::string percent(double share, int decimals) { return fixed_text(100 * share, decimals) + "%"; }

struct Lines {
  Rect rest;
  void gap(double pixels) { rest.cut_top(px(pixels)); }
  void fact(const std::string& id, std::string_view name, const std::string& value, const std::string& doc = {}) {
    Rect line = rest.cut_top(px(kLine));
    const Rect right = line.cut_right(std::round(line.width() * 0.62F));
    ui::text("setup/expect/" + id + "/name", line, name, {.color = colors::kSecondary});
    ui::text("setup/expect/" + id, right, value, {}, doc);
  }
  void say(const std::string& id, const std::string& text, Color color = colors::kText, Font f = Font::Body) {
    rest.cut_top(ui::paragraph("setup/expect/" + id, rest, text, {f, color}) + px(4));
  }
};

void draw_power(AppState& state, const Expectation& e, Lines& lines) {
  lines.gap(8);
  if (std::isnan(e.smallest)) {
    lines.say("smallest", "Not enough data in the pilot to say how small a lift can be seen", colors::kSecondary);
    return;
  }
  ui::text("setup/expect/smallest/name", lines.rest.cut_top(px(kLine)), "Smallest lift of CTR you can see",
           {.color = colors::kSecondary});
  ui::text("setup/expect/smallest", lines.rest.cut_top(px(30)), "±" + percent(e.smallest, 1), {.font = Font::Title},
           fmt::format("The lift that is found with a chance of {} at the planned end, with about {} units in control",
                       percent(e.power_wanted, 0), count_text(std::llround(e.units))));
  lines.gap(6);
  if (e.null) {
    lines.say("null", "The variants do not differ: whatever a test finds here, it finds by chance", colors::kSecondary);
    return;
  }
  const std::string lift = percent(e.lift, e.lift < 0.01 ? 1 : 0);
  if (std::isnan(e.power)) return;
  const bool enough = e.power >= e.power_wanted;
  const std::string sentence = fmt::format("Power for a lift of {}: {}", lift, percent(e.power, 0));
  Rect line = lines.rest.cut_top(px(kLine));
  ui::labelled_glyph("setup/expect/power", line, enough ? paint::Glyph::Healthy : paint::Glyph::Alert, enough ? "✓" : "⚠",
                     sentence, {Font::Body, enough ? colors::kBetter : colors::kAlert},
                     "The chance that a test at the planned end finds a lift of that size, which is the one that the scenario "
                     "is after (analysis.tau_lift)");
  if (enough) return;
  if (e.users_needed == 0 || e.users_needed > 5'000'000) {
    lines.say("remedy_none", "No population that can be simulated would find it: look for a larger effect", colors::kSecondary);
    return;
  }
  lines.gap(2);
  lines.say("warning", "Expect no clear answer on an effect of that size", colors::kSecondary);
  const std::string label = fmt::format("Use {} per variant", count_text(e.per_variant));
  const double factor = static_cast<double>(e.users_needed) / static_cast<double>(std::max<std::int64_t>(e.users, 1));
  const ui::ButtonSpec spec{.label = label,
                            .tooltip = fmt::format("Sets the users to {}, which takes {}", count_text(e.users_needed),
                                                   duration_text(e.seconds * factor))};
  if (ui::button("setup/expect/remedy", lines.rest.cut_top(px(32)).cut_left(ui::button_width(spec)), spec))
    ask(state, {RunRequest::Kind::Set, 0, fmt::format("world.population.users={}", e.users_needed)});
}

void draw_start(AppState& state, Rect& bottom) {
  const Command& c = command("start");
  const bool forgets = state.setup.confirm;
  ui::ButtonSpec spec{.label = forgets ? "Forget the run and start" : "Start simulation   Enter",
                      .glyph = paint::Glyph::Play,
                      .look = ui::Look::Primary,
                      .enabled = c.enabled(state),
                      .tooltip = tooltip(c, state)};
  Rect box = bottom.cut_bottom(px(44));
  if (forgets) {
    const ui::ButtonSpec keep{.label = "Keep it", .tooltip = "Go on with the run on the screen"};
    if (ui::button("setup/expect/keep", box.cut_right(ui::button_width(keep)), keep)) state.setup.confirm = false;
    box.cut_right(px(8));
  }
  if (ui::button("setup/expect/start", box, spec)) invoke(c, state);
  bottom.cut_bottom(px(8));
  std::string note;
  if (forgets)
    note = "The run on the screen is not over. Starting forgets it.";
  else if (!state.work.refusal.empty())
    note = c.why_not(state);
  else if (state.work.pending())
    note = "Changed since the run on the screen was started. Applies after reset.";
  if (note.empty()) return;
  const Rect line = bottom.cut_bottom(px(40));
  ui::paragraph("setup/expect/pending", line, note, {Font::Body, colors::kAlert});
  bottom.cut_bottom(px(4));
}

// What is compared: each variant with what it sets apart from the rest.
void draw_variants(const Scenario& chosen, Lines& lines) {
  const float line = px(20);
  lines.gap(8);
  if (lines.rest.height() < 3 * line) return;
  const Experiment& e = chosen.experiments[0];
  ui::text("setup/expect/variants", lines.rest.cut_top(px(kLine)), "Variants", {.color = colors::kSecondary});
  struct Entry {
    std::size_t variant;
    const std::pair<std::string, Value>* difference;  // null: the variant itself
  };
  std::vector<Entry> all;
  for (std::size_t v = 0; v < e.variants.size(); ++v) {
    all.push_back({v, nullptr});
    for (const auto& o : e.variants[v].overrides) all.push_back({v, &o});
  }
  auto fits = static_cast<std::size_t>(std::floor(lines.rest.height() / line));
  if (fits < all.size() && fits > 0) --fits;
  for (std::size_t i = 0; i < std::min(fits, all.size()); ++i) {
    const char letter = variant_letter(static_cast<int>(all[i].variant));
    const std::string path = fmt::format("setup/expect/variant/{}", letter);
    Rect row = lines.rest.cut_top(line);
    const Rect indent = row.cut_left(px(20));
    if (all[i].difference == nullptr) {
      ui::text(path + "/letter", indent, std::string(1, letter),
               {Font::Strong, variant_color(static_cast<int>(all[i].variant))});
      ui::text(path, row, e.variants[all[i].variant].name);
      continue;
    }
    const auto& [key, value] = *all[i].difference;
    ui::text(fmt::format("{}/{}", path, key), row, fmt::format("{} = {}", key, to_text(value)),
             {Font::Small, colors::kSecondary}, schema().find(key) == nullptr ? "" : schema().find(key)->doc);
  }
  if (fits < all.size() && lines.rest.height() >= line)
    ui::text("setup/expect/variants/more", lines.rest.cut_top(line), fmt::format("+{} more", all.size() - fits),
             {Font::Small, colors::kSecondary}, "A taller window shows all that the variants differ in");
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "–";
  if (seconds < 1) return "under a second";
  if (seconds < 90) return fmt::format("about {:.0f} s", seconds < 10 ? std::ceil(seconds) : std::round(seconds / 5) * 5);
  if (seconds < 5400) return fmt::format("about {:.0f} min", std::round(seconds / 60));
  return fmt::format("about {:.1f} h", seconds / 3600);
}

std::string about_text(double count) {
  if (!std::isfinite(count)) return "–";
  if (count < 1000) return fmt::format("about {:.0f}", count);
  if (count < 1e6) return fmt::format("about {:.0f},000", std::round(count / 1000));
  return fmt::format("about {:.1f} M", count / 1e6);
}

void draw_expectation_panel(AppState& state, const Rect& box) {
  ui::panel("setup/expect", box, "3  What to expect");
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(34));
  draw_start(state, inner);
  Lines lines{inner};
  const Forecast& f = state.work.forecast;
  if (state.work.chosen == nullptr) {
    lines.say("none", "Choose a scenario on the left", colors::kSecondary);
    return;
  }
  const auto params = state.work.chosen->settings.read<ScenarioParams>("");
  lines.fact("days", "Simulated", fmt::format("{} days, warm-up {}", params.days, params.warmup_days));
  if (f.expectation != nullptr) {
    const Expectation& e = *f.expectation;
    lines.fact("requests", "Pages served", about_text(e.requests), "Recommendations over all days, the warm-up's included");
    lines.fact("impressions", "Items shown", about_text(e.impressions));
    if (!state.fixed_dt) lines.fact("seconds", "Run time", duration_text(e.seconds));
    draw_power(state, e, lines);
    lines.gap(8);
  }
  std::string source;
  if (!f.error.empty())
    source = fmt::format("No pilot: {}", f.error);
  else if (f.busy && state.fixed_dt)
    source = "Running a small pilot of it";
  else if (f.busy)
    source = fmt::format("Running a small pilot of it: {:.0f}%", 100 * f.done);
  else if (f.expectation == nullptr)
    source = "A pilot runs when the run in motion pauses";
  else
    source = fmt::format("Judged from a pilot with {} users{}{}", count_text(f.pilot_users),
                         f.fresh ? "" : ", before the last change",
                         f.timed ? "; time from your last whole run on this machine" : ", time included");
  lines.say("source", source, f.error.empty() ? colors::kSecondary : colors::kAlert, Font::Small);
  draw_variants(*state.work.chosen, lines);
}

}  // namespace feedloop
