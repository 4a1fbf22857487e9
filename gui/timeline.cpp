#include "gui/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/format.hpp"
#include "gui/history.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

struct Track {
  Rect box;
  double warmup, days;
  float x(double day) const { return box.x0 + static_cast<float>((day + warmup) / (days + warmup)) * box.width(); }
  double day(float at) const { return (at - box.x0) / box.width() * (days + warmup) - warmup; }
};

void draw_looks(const AppState& state, const Track& track, float y) {
  const std::vector<LookSeen> looks = looks_seen(state);
  const float size = px(4), gap = track.days > 0 ? track.box.width() / static_cast<float>(track.days) : 0;
  const bool crowded = gap < 2 * size;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const LookSeen& look = looks[i];
    const float x = std::round(track.x(look.day));
    if (crowded && !look.stopped_early && !look.asked && i % 7 != 6) continue;
    const Color ink = look.stopped_early ? colors::kWorse : look.asked ? colors::kText : colors::kSecondary;
    paint::triangle({x - size, y - size}, {x + size, y - size}, {x, y + size}, ink);
    const Rect box{x - size, y - size, x + size, y + size};
    ui::mark(fmt::format("timeline/look/{}", i + 1), ui::Kind::Mark, box,
             fmt::format("day {}: {}{}", fixed_text(look.day, look.asked ? 1 : 0), p_is_text(look.naive_p),
                         look.stopped_early ? ", where only a single test would have stopped" : ""));
  }
}

// What happened, on the track: a sign by its kind, and a bar over the time that it took.
void draw_events(const AppState& state, const Snapshot* newest, const Track& track, float y) {
  static constexpr std::array<std::pair<std::string_view, paint::Glyph>, 6> kSigns{
      {{"guardrail stop", paint::Glyph::Worse},
       {"sample ratio mismatch", paint::Glyph::Alert},
       {"outage", paint::Glyph::NoData},
       {"ramp", paint::Glyph::Step},
       {"exposure alarm", paint::Glyph::Changed},
       {"rollback", paint::Glyph::ToStart}}};
  const ExperimentReport* experiment = shown_experiment(state, newest);
  if (experiment == nullptr) return;
  const float size = px(11);
  float free = track.box.x0;  // what happens at once stands side by side
  for (std::size_t i = 0; i < newest->events.size(); ++i) {
    const RunEvent& event = newest->events[i];
    if (!event.layer.empty() && event.layer != experiment->layer) continue;
    if (state.review && event.day > *state.review + 1e-6) continue;
    const bool planned = event.kind == "ramp";
    const Color ink = planned ? colors::kText : colors::kAlert;
    const float from = track.x(std::max(event.day, -track.warmup));
    if (std::isfinite(event.until))
      paint::fill({from, y - px(3), std::max(track.x(std::min(event.until, track.days)), from + px(3)), y + px(3)},
                  ink.fade(0.5), px(2));
    const float x = std::round(std::min(std::max(from, free + size / 2), track.box.x1 - size / 2));
    free = x + size / 2 + px(5);
    const Rect box{x - size / 2 - px(2), y - size / 2 - px(2), x + size / 2 + px(2), y + size / 2 + px(2)};
    paint::fill(box, colors::kPanel, px(3));
    const auto* sign = std::ranges::find(kSigns, event.kind, [](const auto& s) { return s.first; });
    paint::glyph(sign == kSigns.end() ? paint::Glyph::Same : sign->second, {x, y}, size, ink);
    const std::string path = fmt::format("timeline/event/{}", i);
    std::string when = fmt::format("Day {}", fixed_text(event.day, 1));
    if (std::isfinite(event.until)) when += fmt::format(" to {}", fixed_text(event.until, 1));
    ui::mark(path, ui::Kind::Mark, box, fmt::format("{}: {}", when, event.text));
    if (ui::hovered(box)) ui::tooltip_rows(path + "/tooltip", when, {{path + "/tooltip/text", event.text, Color{0, 0, 0, 0}}});
  }
}

void draw_days(const Track& track, float y) {
  const Rect& box = track.box;
  const float start = std::round(track.x(0));
  const float top = y + px(10), bottom = top + font_height(Font::Small);
  const float zero_half = ui::text_width("day 0", Font::Small) / 2 + px(6);
  if (track.warmup > 0 && start - zero_half - box.x0 > ui::text_width("warm-up", Font::Small)) {
    ui::text("timeline/warmup", {box.x0, top, start - zero_half, bottom}, "warm-up", {Font::Small, colors::kSecondary});
  }
  const Ticks ticks = nice_ticks(0, track.days, std::max(2, static_cast<int>((box.x1 - start) / px(80))), 1);
  for (std::size_t i = 0; i < ticks.at.size(); ++i) {
    const float x = std::round(track.x(ticks.at[i]));
    paint::line({x, y - px(5)}, {x, y + px(5)}, i == 0 ? colors::kSecondary : colors::kAxis);
    const std::string text = (i == 0 ? "day " : "") + tick_text(ticks, ticks.at[i]);
    const float half = ui::text_width(text, Font::Small) / 2 + 1;
    const float at = std::clamp(x, box.x0 - px(8) + half, box.x1 + px(8) - half);
    ui::text(fmt::format("timeline/day/{}", i), {at - half, top, at + half, bottom}, text,
             {Font::Small, i == 0 ? colors::kText : colors::kSecondary, ui::Align::Center});
  }
}

}  // namespace

void draw_timeline(AppState& state, const Snapshot* newest, const Rect& box) {
  ui::panel("timeline", box);
  Track track{box.inset(px(20), px(8)), static_cast<double>(newest == nullptr ? state.warmup_days : newest->warmup_days),
              days_of(state, newest)};
  const Rect words = track.box.cut_top(font_height(Font::Small) + px(1));
  const float y = track.box.y0 + px(8), start = std::round(track.x(0));

  const ui::Pull pull = ui::pull("timeline/track", {track.box.x0 - px(8), words.y0, track.box.x1 + px(8), y + px(9)});
  if (pull.held && newest != nullptr) scrub_to(state, track.day(ui::mouse().x));

  paint::fill({track.box.x0, y - px(2), start, y + px(2)}, colors::kGrid, px(2));
  paint::fill({start, y - px(2), track.box.x1, y + px(2)}, colors::kLine, px(2));
  const bool warming = state.run.progress.stage == RunStage::WarmUp || state.run.progress.stage == RunStage::Preparing;
  if (state.run.status != RunStatus::Idle) {
    const double result = newest == nullptr ? -track.warmup : newest->experiment_day;
    const double now = std::clamp(warming ? state.run.progress.day - track.warmup : result, -track.warmup, track.days);
    paint::fill({track.box.x0, y - px(2), std::min(track.x(now), start), y + px(2)}, colors::kAxis, px(2));
    if (now > 0) paint::fill({start, y - px(2), track.x(now), y + px(2)}, colors::kSecondary, px(2));
    draw_events(state, newest, track, y);
    const double at = state.review ? *state.review : now;
    const float x = track.x(at);
    if (state.review) paint::ring({track.x(now), y}, px(5), colors::kSecondary);
    paint::disc({x, y}, px(6), pull.hovered || pull.held ? colors::kSelection : colors::kText);
    ui::mark("timeline/now", ui::Kind::Mark, {x - px(6), y - px(6), x + px(6), y + px(6)}, fixed_text(at, 2));
  }
  draw_looks(state, track, words.y0 + px(5));
  draw_days(track, y);

  const std::vector<LookSeen> looks = looks_seen(state);
  if (std::ranges::any_of(looks, &LookSeen::stopped_early)) {
    const std::string said = peeking_sentence(looks);
    // Beside the looks, where the days have not come yet, or before the experiment when they all have.
    const double done = newest == nullptr ? 0 : newest->experiment_day;
    const Rect ahead{track.x(done) + px(12), words.y0, words.x1, words.y1}, before{words.x0, words.y0, start - px(8), words.y1};
    const Rect& room = ahead.width() >= before.width() ? ahead : before;
    const auto first = std::ranges::find_if(looks, &LookSeen::stopped_early);
    for (const std::string& words_of : {said, fmt::format("day {}: a single test stopped", fixed_text(first->day, 0)),
                                        fmt::format("day {}: stopped", fixed_text(first->day, 0))}) {
      if (ui::text_width(words_of, Font::Small) > room.width()) continue;
      ui::text("timeline/peeking", {room.x0, room.y0 - px(3), room.x1, room.y1 - px(3)}, words_of,
               {Font::Small, colors::kWorse}, said);
      break;
    }
  }
}

}  // namespace feedloop
