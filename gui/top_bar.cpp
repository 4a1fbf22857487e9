#include "gui/top_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/knobs.hpp"

namespace feedloop {
namespace {

constexpr double kMaxZone = 0.97;  // of the slider, beyond which the speed is "max"

bool command_button(AppState& state, std::string_view id, const std::string& path, Rect& from, ui::ButtonSpec spec) {
  const Command& c = command(id);
  spec.enabled = c.enabled(state);
  spec.tooltip = tooltip(c, state);
  const Rect box = from.cut_left(ui::button_width(spec));
  from.cut_left(px(6));
  const bool pressed = ui::button(path, box, spec);
  if (pressed) invoke(c, state);
  return pressed;
}

std::string position_text(const AppState& state, const Snapshot* snapshot) {
  const RunState& run = state.run;
  if (run.progress.stage == RunStage::WarmUp) {
    return fmt::format("warm-up {} / {}", fixed_text(run.progress.day, 1),
                       snapshot != nullptr ? snapshot->warmup_days : state.warmup_days);
  }
  if (snapshot == nullptr) return fmt::format("day 0.0 / {}", state.days);
  return fmt::format("day {} / {}", fixed_text(snapshot->experiment_day, 1), snapshot->days);
}

struct Fact {
  std::string id, text, widest, doc;
  int priority;
};

std::vector<Fact> facts(const AppState& state, const Snapshot* snapshot) {
  const RunState& run = state.run;
  std::vector<Fact> all{
      {"day", position_text(state, snapshot), "warm-up 88.8 / 88", "Simulated days since the experiment began", 0}};
  all.push_back({"requests", count_text(run.progress.requests) + " requests", "888,888,888 requests",
                 "Recommendations served so far", 2});
  if (!state.fixed_dt) {
    const double rate = run.report != nullptr ? run.report->run.requests_per_s : run.requests_per_s;
    all.push_back({"rate", rate_text(rate) + " req/s", "888.8k req/s", "Recommendations served per second of wall time", 1});
  }
  const std::string seed = fmt::format("seed {}", snapshot != nullptr ? snapshot->seed : state.seed);
  all.push_back({"seed", seed, seed, "The same scenario and seed give the same result", 3});
  return all;
}

void draw_facts(const AppState& state, const Snapshot* snapshot, Rect& rest) {
  std::vector<Fact> shown = facts(state, snapshot);
  const auto width = [](const Fact& f) { return std::max(ui::text_width(f.widest), ui::text_width(f.text)) + px(14); };
  const auto total = [&] {
    float sum = 0;
    for (const Fact& f : shown) sum += width(f);
    return sum;
  };
  while (!shown.empty() && total() > rest.width()) shown.erase(std::ranges::max_element(shown, {}, &Fact::priority));
  for (const Fact& f : shown) {
    const Color ink = f.id == "day" ? colors::kText : colors::kSecondary;
    ui::text("top/" + f.id, rest.cut_left(width(f)), f.text, {.color = ink}, f.doc);
  }
}

}  // namespace

double speed_at(double position) {
  return position >= kMaxZone ? 0 : kSlowest * std::pow(kFastest / kSlowest, std::max(position, 0.0) / kMaxZone);
}

double position_of(double speed) {
  return speed <= 0 ? 1 : std::clamp(std::log(speed / kSlowest) / std::log(kFastest / kSlowest), 0.0, 1.0) * (kMaxZone - 0.005);
}

void draw_top_bar(AppState& state, const Snapshot* snapshot, const Rect& box) {
  Rect bar = box.inset(0, px(8));
  const std::string name = title_of(snapshot != nullptr ? snapshot->scenario : state.scenario);
  const float name_room = std::clamp(ui::text_width(name, Font::Strong), px(60), std::max(px(90), box.width() * 0.16F));
  ui::text("top/scenario", bar.cut_left(name_room), name, {.font = Font::Strong}, state.question);
  bar.cut_left(px(18));

  const ui::ButtonSpec help{.label = "?", .look = ui::Look::Quiet, .tooltip = tooltip(command("help"), state)};
  if (ui::button("top/help", bar.cut_right(ui::button_width(help)), help)) invoke(command("help"), state);
  bar.cut_right(px(4));
  const Command& out = command("export");
  const ui::ButtonSpec write{.label = out.title, .enabled = out.enabled(state), .tooltip = tooltip(out, state)};
  if (ui::button("top/export", bar.cut_right(ui::button_width(write)), write)) invoke(out, state);
  bar.cut_right(px(8));

  command_button(state, "reset", "top/reset", bar, {.glyph = paint::Glyph::ToStart});
  // One width for both words, so that the neighbours stay put.
  const bool playing = state.run.playing;
  ui::ButtonSpec play{.label = playing ? "Pause" : "Play",
                      .glyph = playing ? paint::Glyph::Pause : paint::Glyph::Play,
                      .look = ui::Look::Primary};
  const Command& c = command("play");
  play.enabled = c.enabled(state);
  play.tooltip = tooltip(c, state);
  const Rect play_box = bar.cut_left(ui::button_width({.label = "Pause", .glyph = paint::Glyph::Pause}) + px(8));
  bar.cut_left(px(6));
  if (ui::button("top/play", play_box, play)) invoke(c, state);
  command_button(state, "step", "top/step", bar, {.label = "Step", .glyph = paint::Glyph::Step});
  command_button(state, "day", "top/plus_day", bar, {.label = "+1 day", .glyph = paint::Glyph::Day});
  bar.cut_left(px(12));

  double position = position_of(state.run.speed);
  const std::string speed = speed_text(state.run.speed);
  const Rect track = bar.cut_left(std::clamp(box.width() * 0.09F, px(84), px(160)));
  const std::string about =
      fmt::format("Simulated hours per second of wall time, {} to {}, then as fast as possible   [ ]",
                  count_text(static_cast<std::int64_t>(kSlowest)), count_text(static_cast<std::int64_t>(kFastest)));
  if (ui::slider("top/speed", track, position, speed, about)) ask(state, {RunRequest::Kind::Speed, speed_at(position)});
  bar.cut_left(px(8));
  ui::text("top/speed_value", bar.cut_left(ui::text_width("10000 h/s")), speed, {.color = colors::kSecondary});
  bar.cut_left(px(14));
  draw_facts(state, snapshot, bar);
}

}  // namespace feedloop
