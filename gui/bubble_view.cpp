#include "gui/bubble_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "gui/bubble_colors.hpp"
#include "gui/bubble_text.hpp"
#include "gui/history.hpp"
#include "gui/plot.hpp"
#include "gui/plot_lorenz.hpp"
#include "gui/taste_map.hpp"
#include "gui/truth.hpp"
#include "gui/user_inspector.hpp"

namespace feedloop {
namespace {

constexpr double kLine = 20, kControls = 34;

const BubbleReport* record_of(const AppState& state) { return state.truth.twins.bubble.get(); }

// The pair of worlds shown, and when.
struct Shown {
  const BubbleReport& report;
  const BubbleExperiment& experiment;
  std::size_t treatment;
  double day;            // of the maps, between days while it is replayed
  std::size_t full_day;  // of everything else
  const BubbleWorld& a() const { return experiment.worlds[0]; }
  const BubbleWorld& b() const { return experiment.worlds[treatment]; }
  char letter() const { return variant_letter(static_cast<int>(treatment)); }
};

Shown shown_of(const AppState& state, const BubbleReport& report) {
  const BubbleExperiment& e = report.experiments[std::min(state.experiment, report.experiments.size() - 1)];
  const auto treatment = static_cast<std::size_t>(std::clamp(state.focus, 1, static_cast<int>(e.worlds.size()) - 1));
  // Whoever looks back sees the maps of the moment they look at, like every other screen.
  const double chosen = state.review ? *state.review : state.bubble.day < 0 ? report.days : state.bubble.day;
  const double day = std::min(chosen, static_cast<double>(report.days));
  return {report, e, treatment, day, static_cast<std::size_t>(day)};
}

std::string no_twins_reason(const AppState& state) { return record_of(state) == nullptr ? "Run the twin worlds first." : ""; }

void pick_user(AppState& s, int by) {
  const int n = static_cast<int>(record_of(s)->users.size());
  s.bubble.user_unknown = false;
  if (n > 0) s.bubble.user = s.bubble.user < 0 ? (by > 0 ? 0 : n - 1) : (s.bubble.user + by + n) % n;
}

void toggle_replay(AppState& s) {
  BubbleState& b = s.bubble;
  b.replaying = !b.replaying;
  if (b.replaying && s.review) b.day = *std::exchange(s.review, std::nullopt);
  if (b.replaying && (b.day < 0 || b.day >= record_of(s)->days)) b.day = 0;
}

void advance_replay(AppState& state, const BubbleReport& report) {
  BubbleState& b = state.bubble;
  if (state.review) b.replaying = false;
  if (!b.replaying) return;
  b.day += report.days * std::min(ui::frame_seconds(), 0.1) / kReplaySeconds;
  state.animating = true;
  if (b.day < report.days) return;
  b.day = -1;
  b.replaying = false;
}

// The frames of what the twins will show.
void draw_preview(Rect box) {
  if (box.height() < px(160)) return;
  const float gap = px(10), third = std::round((box.width() - 2 * gap) / 3);
  struct Frame {
    std::string_view id, title, text;
  };
  for (const Frame& f :
       {Frame{"a", "Everybody in A", "Where tastes went in a world of A alone, among the items that it showed"},
        Frame{"b", "Everybody in a treatment", "The same people with the same luck, on the same map"},
        Frame{"verdict", "Is there a bubble?",
              "Personalised or collapsed: spread, drift, distances and the Gini of both, day by day"}}) {
    const Rect frame = box.cut_left(third);
    box.cut_left(gap);
    const std::string path = fmt::format("bubble/offer/preview/{}", f.id);
    ui::panel(path, frame, f.title);
    const Rect inside{frame.x0 + px(14), frame.y0 + px(44), frame.x1 - px(14), frame.y1 - px(14)};
    if (f.id != "verdict") {
      paint::line({inside.x0, inside.center().y}, {inside.x1, inside.center().y}, colors::kGrid);
      paint::line({inside.center().x, inside.y0 + px(44)}, {inside.center().x, inside.y1}, colors::kGrid);
    }
    ui::paragraph(path + "/text", inside, f.text, {Font::Small, colors::kSecondary});
  }
}

// What to say and offer while there are no twin worlds.
void draw_offer(AppState& state, const Rect& area) {
  const TwinState& twins = state.truth.twins;
  ui::panel("bubble/offer", area);
  const float width = std::min(px(620), area.width() - px(40));
  const float x = std::round(area.center().x - width / 2), y = area.y0 + px(36);
  Rect box{x, y, x + width, area.y1 - px(10)};
  ui::text("bubble/offer/title", box.cut_top(px(32)), "Does a variant close people into a bubble?", {.font = Font::Title});
  box.cut_top(px(8));
  const float used = ui::paragraph("bubble/offer/why", box,
                                   "This run mixes its variants: all users meet the same items, and models learn from "
                                   "everybody, so a map of it would not show "
                                   "what one variant does alone. Twin worlds do: everybody in A, and everybody in a treatment, "
                                   "from the same start and with the "
                                   "same luck.",
                                   {.color = colors::kSecondary});
  box.cut_top(used + px(14));
  const bool running = twins.status == RunStatus::Running;
  if (running) {
    const auto done = static_cast<float>(std::clamp(twins.progress.done, 0.0, 1.0));
    const Rect bar = box.cut_top(px(10));
    paint::fill(bar, colors::kLine, px(4));
    if (done > 0) paint::fill({bar.x0, bar.y0, bar.x0 + std::max(px(8), bar.width() * done), bar.y1}, colors::kTruth, px(4));
    ui::mark("bubble/offer/done", ui::Kind::Mark, bar, fmt::format("{:.0f}%", 100 * done));
    box.cut_top(px(8));
    ui::text("bubble/offer/progress", box.cut_top(px(24)), "Running the twin worlds: " + twins_progress_text(state));
    box.cut_top(px(10));
  }
  if (twins.status == RunStatus::Failed) {
    Rect line = box.cut_top(px(48));
    const Rect icon = line.cut_left(px(24));
    paint::glyph(paint::Glyph::Alert, {icon.x0 + px(7), icon.y0 + px(9)}, px(14), colors::kAlert);
    ui::paragraph("bubble/offer/error", line, "The twin worlds failed: " + twins.error, {.color = colors::kAlert}, twins.error);
    box.cut_top(px(6));
  }
  if (twins.status == RunStatus::Stopped) {
    ui::text("bubble/offer/cancelled", box.cut_top(px(24)), "Cancelled. Nothing of it was kept but the warm-up",
             {.color = colors::kSecondary});
    box.cut_top(px(6));
  }
  const Command& c = command(running ? "cancel_twins" : "run_twins");
  Rect row = box.cut_top(px(34));
  const ui::ButtonSpec spec{
      .label = c.title, .look = running ? ui::Look::Normal : ui::Look::Primary, .tooltip = tooltip(c, state)};
  if (ui::button("bubble/offer/run", row.cut_left(ui::button_width(spec) + px(8)), spec)) invoke(c, state);
  row.cut_left(px(14));
  if (!running)
    ui::text("bubble/offer/cost", row, "Takes " + twins_cost_text(state) + ", beside the run", {.color = colors::kSecondary});
  draw_preview({area.x0 + px(14), std::max(box.y0 + px(24), area.y0 + std::round(area.height() * 0.36F)), area.x1 - px(14),
                area.y1 - px(14)});
}

void draw_map(AppState& state, const Shown& s, bool treatment, const Rect& box) {
  const BubbleWorld& world = treatment ? s.b() : s.a();
  const int variant = treatment ? static_cast<int>(s.treatment) : 0;
  const std::string path = fmt::format("bubble/map/{}", variant_letter(variant));
  const bool difference = state.bubble.difference && treatment;
  ui::panel(path, box);
  Rect inner = box.inset(px(12), px(8));
  Rect head = inner.cut_top(px(22));
  const BubbleSeries& spread = world[BubbleMeasure::Spread];
  const MetricInfo& info = bubble_measures()[static_cast<std::size_t>(BubbleMeasure::Spread)];
  const bool started = s.full_day >= 1 && spread.value.size() > 1;
  const std::string numbers =
      started ? fmt::format("spread {} → {}", value_text(info, spread.at(1)), value_text(info, spread.at(s.full_day)))
              : "spread: from day 1 on";
  const float room = ui::text_width(numbers, Font::Small) + px(4);
  ui::text(path + "/spread", head.cut_right(room), numbers, {Font::Small, colors::kSecondary, ui::Align::Right},
           fmt::format("{} On day 1 and on day {}.", info.doc, s.full_day));
  const Rect letter = head.cut_left(px(18));
  ui::text(path + "/letter", letter, std::string(1, variant_letter(variant)), {Font::Strong, variant_color(variant)});
  const std::string title =
      difference ? fmt::format("{} − A: where more and less is shown", s.letter()) : "all in " + world.variant;
  ui::text(path + "/title", head, title, {.font = Font::Strong}, title);
  draw_taste_map({.path = path + "/area",
                  .report = &s.report,
                  .world = &world,
                  .other = treatment ? &s.a() : &s.b(),
                  .variant = variant,
                  .day = s.day,
                  .difference = difference},
                 state.bubble, inner);
}

void draw_legend(const AppState& state, const Shown& s, Rect box) {
  const float y = box.center().y;
  const Color ink = colors::kSecondary;
  const auto entry = [&](const std::string& id, const std::string& text, float icon, auto&& draw) {
    const float width = icon + ui::text_width(text, Font::Small) + px(14);
    if (box.width() < width) return;
    Rect part = box.cut_left(width);
    draw(part.cut_left(icon));
    ui::text("bubble/legend/" + id, part, text, {Font::Small, ink});
  };
  entry("start", "taste, day 0", px(14), [&](const Rect& r) { paint::ring({r.x0 + px(5), y}, px(3.5), ink, px(1.25)); });
  entry("now", fmt::format("day {}", fixed_text(s.day, state.bubble.replaying ? 1 : 0)), px(14), [&](const Rect& r) {
    paint::disc({r.x0 + px(5), y}, px(4), ink);
  });
  const auto scale = [&](auto&& color) {
    return [y, color](const Rect& r) {
      constexpr int kSteps = 12;
      for (int i = 0; i < kSteps; ++i) {
        const float x = r.x0 + static_cast<float>(i) * px(4);
        paint::fill({x, y - px(4), x + px(4), y + px(4)}, color(static_cast<double>(i) / (kSteps - 1)));
      }
    };
  };
  if (state.bubble.heat) {
    float most = 0;
    for (const BubbleWorld* w : {&s.a(), &s.b()}) most = std::max(most, std::ranges::max(w->heat[s.full_day]));
    entry("heat", fmt::format("0 to {:.1f}% of impressions, root scale", 100 * most), px(54), scale(heat_color));
  }
  if (state.bubble.difference)
    entry("difference", fmt::format("less, more in {}", s.letter()), px(54),
          scale([](double t) { return difference_color(2 * t - 1); }));
  entry("item", "item, by category; size: how often shown", px(12), [&](const Rect& r) {
    paint::fill({r.x0 + px(3), y - px(2), r.x0 + px(7), y + px(2)}, ink);
  });
  if (state.bubble.user >= 0)
    entry("unseen", "hatched: unseen", px(18), [&](const Rect& r) {
      paint::line({r.x0 + px(2), y + px(5)}, {r.x0 + px(12), y - px(5)}, ink.fade(0.7));
      paint::line({r.x0 + px(7), y + px(5)}, {r.x0 + px(14), y - px(2)}, ink.fade(0.7));
    });
  const std::string axes = fmt::format("plane holds {:.0f}% of the items' variance", 100 * s.report.explained);
  if (!std::isnan(s.report.explained) && box.width() > ui::text_width(axes, Font::Small) + px(6))
    ui::text("bubble/legend/axes", box, axes, {Font::Small, ink, ui::Align::Right},
             "The first two principal components of all items' vectors, the same on every day and in every world");
}

void toggle_button(AppState& state, std::string_view id, bool on, Rect& row) {
  const Command& c = command(id);
  const ui::ButtonSpec spec{.label = c.title, .look = ui::Look::Quiet, .selected = on, .tooltip = tooltip(c, state)};
  const Rect box = row.cut_right(ui::button_width(spec));
  row.cut_right(px(4));
  if (ui::button(fmt::format("bubble/controls/{}", id), box, spec)) invoke(c, state);
}

// A user by number. What is typed stands until it is entered; then it is one of the map's users, or said to be none.
void draw_user_field(BubbleState& b, const BubbleReport& report, const Rect& box) {
  const bool picked = b.user >= 0 && static_cast<std::size_t>(b.user) < report.users.size();
  if (!b.user_typing && !b.user_unknown)
    b.user_typed = picked ? fmt::format("user {}", report.users[static_cast<std::size_t>(b.user)]) : "";
  const std::string tip =
      report.users.empty() ? "No user is on the map"
                           : fmt::format("{}Number of a user on the map, from {} to {}; or click one",
                                         b.user_unknown ? "Not on the map. " : "", report.users.front(), report.users.back());
  const ui::Field field =
      ui::field("bubble/controls/user", box, b.user_typed, {.hint = "pick a user", .invalid = b.user_unknown, .tooltip = tip});
  b.user_typing = field.focused;
  if (field.changed) b.user_unknown = false;
  if (!field.committed) return;
  const auto digits = b.user_typed.find_first_of("0123456789");
  std::uint32_t number = 0;
  const char* const end = b.user_typed.data() + b.user_typed.size();
  const bool read = digits != std::string::npos && std::from_chars(b.user_typed.data() + digits, end, number).ptr == end;
  const auto found = std::ranges::find(report.users, number);
  b.user_unknown = !b.user_typed.empty() && (!read || found == report.users.end());
  if (!b.user_unknown) b.user = b.user_typed.empty() ? -1 : static_cast<int>(found - report.users.begin());
}

void draw_controls(AppState& state, const Shown& s, const Rect& box) {
  BubbleState& b = state.bubble;
  Rect row = box.inset(0, px(3));
  const Command& replay = command("replay");
  const std::string label =
      fmt::format("{}{} days in {:.0f} s", row.width() > px(780) ? "Replay " : "", s.report.days, kReplaySeconds);
  const ui::ButtonSpec play{.label = label,
                            .glyph = b.replaying ? paint::Glyph::Pause : paint::Glyph::Play,
                            .look = ui::Look::Primary,
                            .tooltip = tooltip(replay, state)};
  if (ui::button("bubble/controls/replay", row.cut_left(ui::button_width(play) + px(4)), play)) invoke(replay, state);
  row.cut_left(px(10));

  const Command &next = command("next_user"), &previous = command("previous_user");
  const ui::ButtonSpec after{.label = ">", .tooltip = tooltip(next, state)},
      before{.label = "<", .tooltip = tooltip(previous, state)};
  if (ui::button("bubble/controls/next", row.cut_right(ui::button_width(after)), after)) invoke(next, state);
  draw_user_field(b, s.report, row.cut_right(ui::text_width("pick a user") + px(26)).inset(px(4), 0));
  if (ui::button("bubble/controls/previous", row.cut_right(ui::button_width(before)), before)) invoke(previous, state);
  row.cut_right(px(10));
  toggle_button(state, "toggle_difference", b.difference, row);
  toggle_button(state, "toggle_heat", b.heat, row);
  toggle_button(state, "toggle_items", b.items, row);
  toggle_button(state, "toggle_trails", b.trails, row);
  row.cut_right(px(6));

  const float words = ui::text_width("day 888.8");
  ui::text("bubble/controls/day_value", row.cut_right(words), fmt::format("day {}", fixed_text(s.day, 1)),
           {.color = colors::kSecondary});
  row.cut_right(px(6));
  if (row.width() < px(40)) return;
  double position = s.report.days > 0 ? s.day / s.report.days : 1;
  if (ui::slider("bubble/controls/day", row, position, fmt::format("day {}", fixed_text(s.day, 1)), "Day that the maps show")) {
    b.day = std::round(position * s.report.days);
    b.replaying = false;
    if (state.review) scrub_to(state, b.day);
  }
}

// A line at the day that the maps show.
void draw_day_cursor(const AppState& state, const std::string& plot, const Shown& s) {
  const ui::Element* area = state.registry.find(plot + "/area");
  if (area == nullptr || s.report.days == 0) return;
  const float x = std::round(area->rect.x0 + static_cast<float>(s.day / s.report.days) * area->rect.width());
  paint::line({x, area->rect.y0}, {x, area->rect.y1}, colors::kSelection.fade(0.7));
}

void draw_strip(AppState& state, const Shown& s, const Rect& box) {
  Rect rest = box;
  const auto place = static_cast<std::size_t>(std::max(state.bubble.user, 0));
  const bool picked = state.bubble.user >= 0 && place < s.report.users.size();
  const auto world_line = [&](const BubbleWorld& w, int variant, std::span<const float> y, std::span<const float> low,
                              std::span<const float> high) {
    return PlotLine{.id = std::string(1, variant_letter(variant)),
                    .name = w.variant,
                    .letter = variant_letter(variant),
                    .color = variant_color(variant),
                    .band = !low.empty(),
                    .x = s.report.day,
                    .y = y,
                    .low = low,
                    .high = high};
  };
  if (picked) {
    const Rect right = rest.cut_right(std::round(rest.width() * 0.42F));
    rest.cut_right(px(10));
    PlotSpec spec{.path = "bubble/area",
                  .title = fmt::format("Circle of user {}", s.report.users[place]),
                  .subtitle = "area on the map, of 90% of their last 200 exposures",
                  .metric = {},
                  .x_low = 0,
                  .x_high = static_cast<double>(std::max(s.report.days, 1)),
                  .ghost = "Nothing was shown to them yet"};
    spec.metric.name = "area";
    Plot plot(std::move(spec), right);
    plot.line(world_line(s.a(), 0, s.a().users[place].area, {}, {}));
    plot.line(world_line(s.b(), static_cast<int>(s.treatment), s.b().users[place].area, {}, {}));
    plot.end();
    draw_day_cursor(state, "bubble/area", s);
  }
  const MetricInfo& info = bubble_measures()[static_cast<std::size_t>(BubbleMeasure::Spread)];
  Plot plot({.path = "bubble/strip",
             .title = "Taste spread over time",
             .subtitle = "distance of what a user is shown from their taste; falling: a bubble closes",
             .metric = info,
             .x_low = 0,
             .x_high = static_cast<double>(std::max(s.report.days, 1)),
             .ghost = "Nothing was shown yet"},
            rest);
  const auto add = [&](const BubbleWorld& w, int variant) {
    const BubbleSeries& series = w[BubbleMeasure::Spread];
    plot.line(world_line(w, variant, series.value, series.low, series.high));
  };
  add(s.a(), 0);
  add(s.b(), static_cast<int>(s.treatment));
  plot.end();
  draw_day_cursor(state, "bubble/strip", s);
}

float draw_verdict(const Shown& s, const Rect& box) {
  const BubbleVerdict verdict = bubble_verdict(s.experiment, s.treatment, s.full_day);
  Rect inner = box.inset(px(14), px(10));
  const float top = inner.y0;
  ui::text("bubble/verdict/title", inner.cut_top(px(20)), fmt::format("Is there a bubble on day {}?", s.full_day),
           {Font::Small, colors::kSecondary});
  ui::labelled_glyph("bubble/verdict/word", inner.cut_top(px(26)), verdict.look.glyph, verdict.look.symbol, verdict.headline,
                     {Font::Strong, verdict.look.color}, verdict.look.word);
  inner.cut_top(px(4));
  inner.cut_top(ui::paragraph("bubble/verdict/evidence", inner, verdict.evidence, {Font::Small, colors::kText}));
  inner.cut_top(px(5));
  if (!verdict.reason.empty())
    inner.cut_top(ui::paragraph("bubble/verdict/reason", inner, verdict.reason, {Font::Small, colors::kText}));
  return inner.y0 - top + px(18);
}

// Height of its panel, before anything is drawn.
float verdict_height(const Shown& s, float width) {
  const BubbleVerdict verdict = bubble_verdict(s.experiment, s.treatment, s.full_day);
  const auto lines = [&](const std::string& text) {
    return text.empty() ? 0.0F : ui::paragraph_height(text, Font::Small, width - px(28));
  };
  return px(10) + px(20) + px(26) + px(4) + lines(verdict.evidence) + px(5) + lines(verdict.reason) + px(10);
}

constexpr double kHead = 26, kTall = 35, kShort = 20;

float table_height(bool tall, std::size_t rows) {
  return px(8 + kHead + 6) + px(tall ? kTall : kShort) * static_cast<float>(rows);
}

void draw_table(const Shown& s, bool tall, std::size_t rows, const Rect& box) {
  ui::panel("bubble/table", box);
  Rect inner = box.inset(px(14), px(4));
  const float name = std::round(inner.width() * (tall ? 0.44F : 0.52F)), cell = std::floor((inner.width() - name) / 2);
  const auto column = [&](const Rect& line, std::size_t k) {
    const float x = line.x0 + name + cell * static_cast<float>(k);
    return Rect{x + px(6), line.y0, x + cell, line.y1};
  };
  const Rect head = inner.cut_top(px(kHead));
  ui::text("bubble/table/title", {head.x0, head.y0, head.x0 + name, head.y1}, fmt::format("week to day {}", s.full_day),
           {Font::Small, colors::kSecondary}, "What was shown in the last 7 days, and tastes now; 95% intervals over users");
  for (std::size_t k = 0; k < 2; ++k) {
    const int variant = k == 0 ? 0 : static_cast<int>(s.treatment);
    ui::text(fmt::format("bubble/table/{}", variant_letter(variant)), column(head, k), std::string(1, variant_letter(variant)),
             {Font::Strong, variant_color(variant), ui::Align::Right});
  }
  paint::line({inner.x0, inner.y0}, {inner.x1, inner.y0}, colors::kLine);
  for (std::size_t m = 0; m < rows && inner.height() >= px(tall ? kTall : kShort) - 1; ++m) {
    const MetricInfo& info = bubble_measures()[m];
    const std::string path = "bubble/table/" + info.name;
    const Rect line = inner.cut_top(px(tall ? kTall : kShort));
    const BubbleSeries& d = s.experiment.differences[s.treatment - 1][m];
    const std::string difference = fmt::format("{} {} − A: {} {}", info.doc, s.letter(), value_text(info, d.at(s.full_day)),
                                               interval_text(info, d.interval(s.full_day)));
    ui::text(path, {line.x0, line.y0, line.x0 + name, line.y1}, info.title, {Font::Small, colors::kText}, difference);
    for (std::size_t k = 0; k < 2; ++k) {
      const BubbleSeries& series = s.experiment.worlds[k == 0 ? 0 : s.treatment].measures[m];
      const char letter = k == 0 ? 'A' : s.letter();
      Rect at = column(line, k);
      const std::string interval = interval_text(info, series.interval(s.full_day));
      const std::string cell_path = fmt::format("{}/{}", path, letter);
      const Rect value = tall ? Rect{at.x0, at.y0 + px(2), at.x1, at.y0 + px(18)} : at;
      ui::text(cell_path, value, value_text(info, series.at(s.full_day)), {Font::Small, colors::kText, ui::Align::Right},
               interval.empty() ? "Not enough data" : interval);
      if (tall && !interval.empty())
        ui::text(cell_path + "/interval", {at.x0, at.y0 + px(18), at.x1, at.y1}, interval,
                 {Font::Small, colors::kSecondary, ui::Align::Right}, interval);
    }
  }
}

void draw_side(AppState& state, const Shown& s, const Rect& box) {
  Rect rest = box;
  const float gap = px(10);
  const bool tall = box.height() > px(680);
  const Rect verdict = rest.cut_top(verdict_height(s, box.width()));
  ui::panel("bubble/verdict", verdict);
  draw_verdict(s, verdict);
  rest.cut_top(gap);
  const bool picked = state.bubble.user >= 0 && static_cast<std::size_t>(state.bubble.user) < s.report.users.size();
  // A user's own page needs room: the first measures are about users, the others about the catalogue.
  const std::size_t rows =
      picked && box.height() < px(640) ? static_cast<std::size_t>(BubbleMeasure::IntraList) : kBubbleMeasures;
  draw_table(s, tall && !picked, rows, rest.cut_top(table_height(tall && !picked, rows)));
  rest.cut_top(gap);
  if (picked)
    draw_user_inspector(s.report, s.experiment, s.treatment, s.full_day, state.bubble, rest);
  else
    draw_lorenz("bubble/lorenz", rest,
                {{'A', variant_color(0), &s.a().lorenz[s.full_day]},
                 {s.letter(), variant_color(static_cast<int>(s.treatment)), &s.b().lorenz[s.full_day]}});
}

}  // namespace

void BubbleView::draw(AppState& state, const Snapshot*, const Rect& area) {
  const BubbleReport* report = record_of(state);
  if (report == nullptr || report->experiments.empty()) {
    state.bubble = {};
    draw_offer(state, area);
    return;
  }
  if (state.bubble.user >= static_cast<int>(report->users.size())) state.bubble.user = -1;
  advance_replay(state, *report);
  const Shown s = shown_of(state, *report);
  const float gap = px(10);
  Rect rest = area;
  const Rect side = rest.cut_right(std::clamp(std::round(area.width() * 0.26F), px(292), px(380)));
  rest.cut_right(gap);
  const Rect strip = rest.cut_bottom(std::clamp(std::round(area.height() * 0.27F), px(150), px(250)));
  rest.cut_bottom(px(6));
  const Rect controls = rest.cut_bottom(px(kControls));
  const Rect legend = rest.cut_bottom(px(kLine));
  rest.cut_bottom(px(2));
  const Rect left = rest.cut_left(std::floor((rest.width() - gap) / 2));
  rest.cut_left(gap);
  draw_map(state, s, false, left);
  draw_map(state, s, true, rest);
  draw_legend(state, s, legend);
  draw_controls(state, s, controls);
  draw_strip(state, s, strip);
  draw_side(state, s, side);
}

void add_bubble_commands(std::vector<Command>& table) {
  table.push_back({"replay", "Replay", "Replay the recorded days of the maps", {'V'}, no_twins_reason, toggle_replay});
  table.push_back(
      {"next_user", "Next user", "Look closer at the next user of the maps", {'N'}, no_twins_reason, [](AppState& s) {
         pick_user(s, 1);
       }});
  table.push_back({"previous_user",
                   "Previous user",
                   "Look closer at the user before",
                   {'N', false, true},
                   no_twins_reason,
                   [](AppState& s) { pick_user(s, -1); }});
  const auto toggle = [&](std::string id, std::string title, std::string help, KeyPress key, bool BubbleState::*flag) {
    table.push_back({std::move(id), std::move(title), std::move(help), key, no_twins_reason,
                     [flag](AppState& s) { s.bubble.*flag = !(s.bubble.*flag); }});
  };
  toggle("toggle_trails", "Paths", "Show or hide the paths of tastes", {'V', false, true}, &BubbleState::trails);
  toggle("toggle_items", "Items", "Show or hide the items", {'I', false, true}, &BubbleState::items);
  toggle("toggle_heat", "Heat", "Show or hide where exposure falls", {'H', false, true}, &BubbleState::heat);
  toggle("toggle_difference", "B − A", "Show or hide the difference of exposure", {'D', false, true}, &BubbleState::difference);
}

}  // namespace feedloop
