#include "gui/health_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/format.hpp"
#include "gui/history.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

constexpr double kTitle = 42, kLine = 22;

float assignment_height(const ExperimentReport* experiment) {
  if (experiment == nullptr) return px(kTitle + kLine + 12);
  const auto variants = static_cast<double>(experiment->variants.size());
  const bool sick = !experiment->srm.empty() && experiment->srm.front().state == "unhealthy";
  return px(kTitle + 2 * kLine + (sick ? 44 : 0) + 8 + variants * kLine + kLine + 12);
}

Rect content(const Rect& box) {
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(kTitle - 12));
  return inner;
}

void draw_bars(const ExperimentReport& experiment, Rect& inner) {
  std::int64_t most = 1, total = 0;
  double share = 0;
  for (const VariantReport& v : experiment.variants) {
    most = std::max(most, v.units);
    total += v.units;
    share = std::max(share, v.share);
  }
  // The axis is the share of all units, so that the planned share is a fixed mark on it.
  const double reach = std::max(share, total > 0 ? static_cast<double>(most) / static_cast<double>(total) : 0.0) * 1.08;
  for (std::size_t i = 0; i < experiment.variants.size() && inner.height() >= px(kLine); ++i) {
    const VariantReport& v = experiment.variants[i];
    const std::string path = fmt::format("live/assignment/{}", variant_letter(static_cast<int>(i)));
    Rect line = inner.cut_top(px(kLine));
    ui::text(path + "/letter", line.cut_left(px(20)), std::string(1, variant_letter(static_cast<int>(i))),
             {.font = Font::Strong});
    ui::text(path + "/units", line.cut_right(px(62)), count_text(v.units), {Font::Small, colors::kText, ui::Align::Right});
    const Rect track = line.inset(px(2), px(6));
    const double part = total > 0 ? static_cast<double>(v.units) / static_cast<double>(total) : 0;
    const float width = track.width() * static_cast<float>(part / reach);
    paint::fill({track.x0, track.y0, track.x0 + width, track.y1}, variant_color(static_cast<int>(i)).fade(0.75), px(2));
    const float planned = track.x0 + track.width() * static_cast<float>(v.share / reach);
    paint::fill({planned - 1, track.y0 - px(3), planned + 1, track.y1 + px(3)}, colors::kText);
  }
  if (inner.height() < px(kLine)) return;
  ui::text("live/assignment/legend", inner.cut_top(px(kLine)), "Bar: units so far. Mark: planned share",
           {Font::Small, colors::kSecondary});
}

void draw_assignment(const ExperimentReport* experiment, const Rect& box) {
  ui::panel("live/assignment", box, "Assignment");
  Rect inner = content(box);
  if (experiment == nullptr || experiment->srm.empty()) {
    ui::labelled_glyph("live/assignment/state", inner.cut_top(px(kLine)), paint::Glyph::NoData, "◌", "No one is assigned yet",
                       {Font::Body, colors::kSecondary});
    return;
  }
  // The worst part speaks for all: one broken platform spoils the whole comparison.
  const auto sick = std::ranges::find(experiment->srm, "unhealthy", &SrmReport::state);
  const SrmReport& srm = sick != experiment->srm.end() ? *sick : experiment->srm.front();
  const VerdictLook look = srm_look(srm.state);
  ui::labelled_glyph("live/assignment/state", inner.cut_top(px(kLine)), look.glyph, look.symbol, look.word,
                     {Font::Body, look.color});
  const std::string scope = srm.scope.empty() || srm.scope == "all" ? "" : srm.scope + ": ";
  const std::string numbers = std::isnan(srm.p) ? scope + "no test yet"
                                                : fmt::format("{}χ² = {}, df {}, p = {}", scope, fixed_text(srm.chi2, 2),
                                                              fixed_text(srm.df, 0), small_p_text(srm.p));
  ui::text("live/assignment/test", inner.cut_top(px(kLine)), numbers, {Font::Small, colors::kSecondary});
  if (srm.state == "unhealthy") {
    inner.cut_top(px(4));
    ui::paragraph("live/assignment/advice", inner.cut_top(px(40)),
                  "The groups differ by more than chance, so lifts are not shown.", {Font::Small, colors::kText});
  }
  inner.cut_top(px(8));
  draw_bars(*experiment, inner);
}

void pair(const std::string& path, Rect& inner, std::string_view label, const std::string& value) {
  if (inner.height() < px(kLine)) return;
  Rect line = inner.cut_top(px(kLine));
  const Rect left = line.cut_left(px(92));
  ui::text(path + "/label", left, label, {Font::Small, colors::kSecondary});
  ui::text(path, line, value, {Font::Small, colors::kText, ui::Align::Right});
}

std::string speed_line(const AppState& state) {
  const RunState& run = state.run;
  const std::string asked = run.speed > 0 ? speed_text(run.speed) : "max";
  if (state.fixed_dt || run.status != RunStatus::Running || std::isnan(run.hours_per_s)) return asked;
  const std::string actual = speed_text(run.hours_per_s);
  if (run.speed <= 0 || run.hours_per_s > run.speed * 0.95) return actual;
  return fmt::format("{} (asked {})", actual, asked);
}

constexpr double kMostGuardrails = 4;

void draw_peeking(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  ui::panel("live/peeking", box, "Peeking");
  Rect inner = content(box);
  const std::vector<LookSeen> looks = looks_seen(state);
  const auto line = [&](const char* id, const std::string& text, Color ink) {
    ui::text(fmt::format("live/peeking/{}", id), inner.cut_top(px(kLine)), text, {Font::Small, ink});
  };
  if (looks.empty() || snapshot == nullptr) {
    line("none", "No look yet: one comes with each day", colors::kSecondary);
    return;
  }
  const LookSeen& last = looks.back();
  const std::string p = "always-valid " + p_is_text(last.always_valid_p);
  line("count", fmt::format("{} {} so far, {}", looks.size(), looks.size() == 1 ? "look" : "looks", p), colors::kText);
  const bool alarm = std::ranges::any_of(looks, &LookSeen::stopped_early);
  ui::paragraph("live/peeking/naive", inner, peeking_sentence(looks),
                {Font::Small, alarm ? colors::kText : colors::kSecondary});
}

// Of the focused treatment, as many as there is room for.
void draw_guardrails(const AppState& state, const Snapshot& snapshot, const std::vector<const GuardrailReport*>& all,
                     const Rect& box) {
  ui::panel("live/guardrails", box, fmt::format("Guardrails of {}", variant_letter(state.focus)));
  Rect inner = content(box);
  for (std::size_t i = 0; i < all.size() && inner.height() >= px(kLine); ++i) {
    const GuardrailReport& g = *all[i];
    const auto info = std::ranges::find(snapshot.metrics, g.metric, &MetricInfo::name);
    const std::string title = info == snapshot.metrics.end() ? g.metric : info->title;
    const VerdictLook look = g.state == "holds"      ? VerdictLook{paint::Glyph::Healthy, "✓", "holds", colors::kBetter}
                             : g.state == "breached" ? VerdictLook{paint::Glyph::Worse, "▼", "breached", colors::kWorse}
                             : g.state == "undecided"
                                 ? VerdictLook{paint::Glyph::Same, "●", "undecided", colors::kSecondary}
                                 : VerdictLook{paint::Glyph::NoData, "◌", "not enough data", colors::kSecondary};
    const std::string about = fmt::format("{}: {} a loss of {}%; p = {} that it holds, {} that it is breached", title,
                                          look.word, fixed_text(100 * g.margin, 1), p_text(g.p_holds), p_text(g.p_breached));
    Rect line = inner.cut_top(px(kLine));
    ui::labelled_glyph(fmt::format("live/guardrails/{}", g.metric), line, look.glyph, look.symbol,
                       fmt::format("{}: {}", title, look.word), {Font::Small, look.color}, about);
  }
}

// This machine's time for a page, by stage; the world's own share is no stage of the funnel.
void draw_funnel(const FunnelFacts& funnel, const Rect& box) {
  ui::panel("live/funnel", box, "Funnel p99");
  Rect inner = content(box);
  double most = 0;
  for (const StageLatency& s : funnel.latency)
    if (s.stage != "world") most = std::max(most, s.p99_us);
  for (const StageLatency& s : funnel.latency) {
    if (s.stage == "world" || inner.height() < px(kLine)) continue;
    Rect line = inner.cut_top(px(kLine));
    const std::string path = "live/funnel/" + s.stage;
    ui::text(path + "/name", line.cut_left(px(70)), s.stage, {Font::Small, colors::kSecondary});
    const std::string about = fmt::format("p50 {}, p95 {}, p99 {}; {}% of all measured time", latency_text(s.p50_us),
                                          latency_text(s.p95_us), latency_text(s.p99_us), fixed_text(100 * s.share, 1));
    ui::text(path, line.cut_right(px(72)), latency_text(s.p99_us), {Font::Small, colors::kText, ui::Align::Right}, about);
    const Rect track = line.inset(px(4), px(8));
    paint::fill(track, colors::kGrid, px(2));
    paint::fill({track.x0, track.y0, track.x0 + track.width() * static_cast<float>(s.p99_us / most), track.y1},
                colors::kSecondary.fade(0.7), px(2));
  }
}

void draw_run(const AppState& state, const Rect& box) {
  const RunState& run = state.run;
  ui::panel("live/run", box, "Run");
  Rect inner = content(box);
  const Rect bar = inner.cut_top(px(12)).inset(0, px(3));
  const float done = static_cast<float>(std::clamp(run.progress.done, 0.0, 1.0));
  paint::fill(bar, colors::kLine, px(3));
  if (done > 0) paint::fill({bar.x0, bar.y0, bar.x0 + std::max(px(6), bar.width() * done), bar.y1}, colors::kSelection, px(3));
  ui::mark("live/run/done", ui::Kind::Mark, bar, fmt::format("{:.0f}%", 100 * done));
  inner.cut_top(px(4));
  pair("live/run/status", inner, "Status", fmt::format("{}, {:.0f}%", status_text(run), 100 * done));
  pair("live/run/speed", inner, "Speed", speed_line(state));
}

// A finished run says everything; until then, and of a moment before its end, the snapshot says what was known.
const std::vector<Warning>& warnings_of(const AppState& state, const Snapshot* snapshot) {
  static const std::vector<Warning> none;
  if (state.run.report != nullptr && !state.review) return state.run.report->warnings;
  return snapshot != nullptr ? snapshot->warnings : none;
}

void draw_warnings(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  ui::panel("live/warnings", box, "Warnings");
  Rect inner = content(box);
  const std::vector<Warning>& warnings = warnings_of(state, snapshot);
  if (warnings.empty()) {
    ui::text("live/warnings/none", inner.cut_top(px(kLine)), "None so far", {Font::Small, colors::kSecondary});
    return;
  }
  for (std::size_t i = 0; i < warnings.size() && inner.height() >= px(kLine); ++i) {
    Rect text = inner;
    const Rect icon = text.cut_left(px(20));
    paint::glyph(paint::Glyph::Alert, {icon.x0 + px(6), icon.y0 + px(8)}, px(11), colors::kAlert);
    const float used = ui::paragraph(fmt::format("live/warnings/{}", i), text, warnings[i].text, {Font::Small, colors::kText});
    inner.cut_top(used + px(8));
  }
}

}  // namespace

std::string status_text(const RunState& run) {
  std::string stage = run.progress.label;
  if (stage.empty())
    stage = run.progress.stage == RunStage::WarmUp ? "warm-up" : run.progress.stage == RunStage::Preparing ? "preparing" : "";
  switch (run.status) {
    case RunStatus::Idle:
      return run.playing ? "Starting" : "Not started";
    case RunStatus::Running:
      return stage.empty() ? "Running" : "Running: " + stage;
    case RunStatus::Paused:
      return stage.empty() ? "Paused" : "Paused: " + stage;
    case RunStatus::Finished:
      return "Finished";
    case RunStatus::Stopped:
      return "Stopped";
    case RunStatus::Failed:
      return "Failed";
  }
  return "";
}

void draw_health_panel(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  const float gap = px(10);
  Rect rest = box;
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  draw_assignment(experiment, rest.cut_top(assignment_height(experiment)));
  rest.cut_top(gap);
  const auto panel = [&](float height, auto&& draw) {
    if (rest.height() < height) return;
    draw(rest.cut_top(height));
    rest.cut_top(gap);
  };
  const float sentence = ui::paragraph_height(peeking_sentence(looks_seen(state)), Font::Small, content(box).width());
  panel(px(kTitle + kLine + 8) + std::max(sentence, px(2 * kLine)), [&](const Rect& r) { draw_peeking(state, snapshot, r); });
  std::vector<const GuardrailReport*> guardrails;
  if (experiment != nullptr && static_cast<std::size_t>(state.focus) < experiment->variants.size())
    for (const GuardrailReport& g : experiment->guardrails)
      if (g.variant == experiment->variants[static_cast<std::size_t>(state.focus)].name) guardrails.push_back(&g);
  const bool warned = snapshot != nullptr && !warnings_of(state, snapshot).empty();
  const double lines = std::min(static_cast<double>(guardrails.size()), kMostGuardrails);
  if (warned) panel(px(kTitle + 5 * kLine), [&](const Rect& r) { draw_warnings(state, snapshot, r); });
  if (!guardrails.empty())
    panel(px(kTitle + lines * kLine + 8), [&](const Rect& r) { draw_guardrails(state, *snapshot, guardrails, r); });
  panel(px(kTitle + 16 + 2 * kLine + 8), [&](const Rect& r) { draw_run(state, r); });
  const FunnelFacts* funnel = snapshot == nullptr || state.fixed_dt ? nullptr : snapshot->funnel.get();
  if (funnel != nullptr && !funnel->latency.empty())
    panel(px(kTitle + kLine * static_cast<double>(funnel->latency.size() - 1) + 8),
          [&](const Rect& r) { draw_funnel(*funnel, r); });
  if (!warned && rest.height() >= px(kTitle + kLine)) draw_warnings(state, snapshot, rest);
}

}  // namespace feedloop
