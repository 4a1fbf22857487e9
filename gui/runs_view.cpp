#include "gui/runs_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/knobs.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

using Kind = RunRequest::Kind;

constexpr double kTitle = 40, kHeader = 26, kRow = 30, kActions = 44;

struct Columns {
  Rect pin, name, seed, when, days, state, result, differs;
};

Columns columns_of(Rect row) {
  Columns c;
  c.pin = row.cut_left(px(44));
  const float width = row.width();
  c.name = row.cut_left(std::round(width * 0.19F));
  c.seed = row.cut_left(std::round(width * 0.08F));
  c.when = row.cut_left(std::round(width * 0.15F));
  c.days = row.cut_left(std::round(width * 0.06F));
  c.state = row.cut_left(std::round(width * 0.12F));
  c.result = row.cut_left(std::round(width * 0.21F));
  c.differs = row;
  for (Rect* r : {&c.name, &c.seed, &c.when, &c.days, &c.state, &c.result}) r->x1 -= px(8);
  return c;
}

std::size_t pin_of(const AppState& state, const std::filesystem::path& path) {
  const auto& pins = state.runs.pinned;
  return static_cast<std::size_t>(std::ranges::find(pins, path) - pins.begin());
}

void toggle_pin(AppState& state, const std::filesystem::path& path) {
  std::vector<std::filesystem::path>& pins = state.runs.pinned;
  const std::size_t at = pin_of(state, path);
  if (at < pins.size())
    pins.erase(pins.begin() + static_cast<std::ptrdiff_t>(at));
  else if (pins.size() < kMostPinned)
    pins.push_back(path);
  state.runs.other = std::min(state.runs.other, pins.size() < 3 ? std::size_t{0} : pins.size() - 2);
}

// The effect on CTR of the treatment that is listed first.
const EffectReport* headline_of(const Report& report) {
  if (report.experiments.empty() || report.experiments[0].variants.size() < 2) return nullptr;
  return effect_of(report.experiments[0], report.experiments[0].variants[1].name, "ctr");
}

void draw_result(const std::string& path, const Rect& cell, const RunEntry& entry) {
  if (entry.run.report == nullptr) {
    ui::text(path, cell, "–", {.color = colors::kSecondary});
    return;
  }
  const EffectReport* e = headline_of(*entry.run.report);
  const VerdictLook look = verdict_look(e == nullptr ? std::string_view("not enough data") : e->verdict);
  const bool number = e != nullptr && e->verdict != "do not trust" && e->verdict != "not enough data";
  const std::string said = number ? fmt::format("{} {}", lift_text(e->lift), look.word) : std::string(look.word);
  const std::string about = e == nullptr
                                ? std::string("Lift of CTR of the first treatment")
                                : fmt::format("Lift of CTR of {}: {} {}", e->variant, number ? lift_text(e->lift) : "not shown",
                                              number ? lift_interval_text(e->lift_ci) : "");
  ui::labelled_glyph(path, cell, look.glyph, look.symbol, said, {Font::Body, look.color}, about);
}

void draw_state(const std::string& path, const Rect& cell, const RunEntry& entry) {
  const ArchiveStatus s = entry.run.status;
  if (s == ArchiveStatus::Complete)
    ui::text(path, cell, "finished");
  else
    ui::labelled_glyph(path, cell, paint::Glyph::Pause, "⏸", s == ArchiveStatus::Interrupted ? "paused" : "cut short",
                       {Font::Body, colors::kSecondary}, "Not over: it can be gone on with");
}

void draw_entry(AppState& state, const RunEntry& entry, Rect box) {
  const std::string path = "runs/table/row/" + entry.path.stem().string();
  const bool selected = state.runs.selected == entry.path;
  const Columns c = columns_of(box.inset(px(6), 0));
  if (selected) paint::fill(box, colors::kRaised, px(3));
  // Beside the pin, whose presses are its own.
  const ui::Press press = ui::row(path, {c.name.x0 - px(6), box.y0, box.x1, box.y1}, entry.path.string(),
                                  entry.error.empty() ? entry.path.string() : entry.error);
  if (!entry.error.empty()) {
    ui::text(path + "/name", c.name, entry.path.filename().string(), {.color = colors::kSecondary});
    const Rect rest{c.seed.x0, c.seed.y0, c.differs.x1, c.seed.y1};
    ui::labelled_glyph(path + "/error", rest, entry.in_use ? paint::Glyph::Play : paint::Glyph::Alert, entry.in_use ? "▶" : "⚠",
                       entry.in_use ? "being written by a run" : entry.error,
                       {Font::Body, entry.in_use ? colors::kSecondary : colors::kAlert}, entry.error);
  } else {
    const std::size_t pin = pin_of(state, entry.path);
    const bool pinned = pin < state.runs.pinned.size();
    if (entry.run.report != nullptr) {
      const std::string label = pinned ? fmt::format("{}", pin + 1) : "+";
      const ui::ButtonSpec spec{
          .label = label,
          .look = ui::Look::Quiet,
          .enabled = pinned || state.runs.pinned.size() < kMostPinned,
          .selected = pinned,
          .tooltip = pinned ? "Take it out of the comparison" : fmt::format("Compare it: pin two to {} runs", kMostPinned)};
      if (ui::button(path + "/pin", c.pin.inset(px(4), px(3)), spec)) toggle_pin(state, entry.path);
      if (pinned) paint::outline(c.pin.inset(px(4), px(3)), variant_color(static_cast<int>(pin) + 1), px(5));  // its curve
    }
    ui::text(path + "/name", c.name, title_of(entry.run.head.scenario), {}, entry.run.head.scenario);
    ui::text(path + "/seed", c.seed, fmt::format("{}", entry.run.head.seed));
    ui::text(path + "/when", c.when, entry.when, {.color = colors::kSecondary});
    ui::text(path + "/days", c.days, fmt::format("{}", entry.run.head.days));
    draw_state(path + "/state", c.state, entry);
    draw_result(path + "/result", c.result, entry);
    ui::text(path + "/differs", c.differs, entry.differs.empty() ? "as in its file" : entry.differs,
             {.color = entry.differs.empty() ? colors::kSecondary : colors::kText});
  }
  if (press.clicked) {
    state.runs.selected = entry.path;
    state.runs.confirm_delete = false;
  }
}

bool action(const std::string& path, Rect& line, ui::ButtonSpec spec) {
  const Rect box = line.cut_left(ui::button_width(spec));
  line.cut_left(px(8));
  return ui::button(path, box, spec);
}

void draw_actions(AppState& state, const RunEntry* entry, Rect line) {
  if (entry == nullptr) {
    ui::text("runs/table/actions/hint", line,
             "Select a run to open it, go on with it, replicate or delete it; pin two or more with + to compare them",
             {.color = colors::kSecondary});
    return;
  }
  const bool readable = entry->error.empty(), finished = entry->run.report != nullptr;
  if (readable &&
      action("runs/table/actions/open", line,
             {.label = finished ? "Open" : "Go on",
              .look = ui::Look::Primary,
              .tooltip = finished ? "Show this run on all screens, without running it" : "Go on from where it stopped"})) {
    ask(state, {Kind::Open, 0, entry->path.string()});
    if (!finished) ask(state, {Kind::Play});
    state.view = view_index("live");
  }
  if (readable) {
    const int worlds = static_cast<int>(state.runs.worlds);
    const std::string label = fmt::format("Replicate in {} worlds", worlds);
    const bool can = entry->run.same_scenario && !state.work.replicating.busy;
    if (action("runs/table/actions/replicate", line,
               {.label = label,
                .enabled = can,
                .tooltip = can                           ? "Run it again with that many seeds, beside what runs now"
                           : state.work.replicating.busy ? "One replication at a time"
                                                         : "This build or folder does not have its scenario"}))
      ask(state, {Kind::Replicate, state.runs.worlds, entry->path.string()});
    double at = (state.runs.worlds - 2) / 28;
    if (ui::slider("runs/table/actions/worlds", line.cut_left(px(110)), at, fmt::format("{}", worlds),
                   "How many worlds, 2 to 30"))
      state.runs.worlds = std::round(2 + 28 * at);
    line.cut_left(px(16));
  }
  if (state.runs.confirm_delete) {
    if (action("runs/table/actions/really", line,
               {.label = "Delete for good", .tooltip = "The archive is removed from the disk"})) {
      ask(state, {Kind::Delete, 0, entry->path.string()});
      std::erase(state.runs.pinned, entry->path);
      state.runs.confirm_delete = false;
      state.runs.selected.clear();
    }
    if (action("runs/table/actions/keep", line, {.label = "Keep", .tooltip = "Delete nothing"}))
      state.runs.confirm_delete = false;
  } else if (action("runs/table/actions/delete", line,
                    {.label = "Delete…", .enabled = !entry->in_use, .tooltip = "Asks first"})) {
    state.runs.confirm_delete = true;
  }
  ui::text("runs/table/actions/path", line, entry->path.string(), {Font::Small, colors::kSecondary, ui::Align::Right});
}

void draw_table(AppState& state, const Rect& box) {
  ui::panel("runs/table", box);
  Rect inner = box.inset(px(14), 0);
  Rect head = inner.cut_top(px(kTitle)).inset(0, px(6));
  const ui::ButtonSpec refresh{.label = "Refresh", .look = ui::Look::Quiet, .tooltip = "Read the folder again"};
  if (ui::button("runs/table/refresh", head.cut_right(ui::button_width(refresh)), refresh)) ask(state, {Kind::ListRuns});
  const auto& runs = state.work.runs;
  std::string title = "Runs";
  if (runs != nullptr) title = fmt::format("{} {}", runs->size(), runs->size() == 1 ? "run" : "runs");
  if (state.runs.pinned.size() == 1) title += ", one of them pinned: pin another to compare";
  const Rect drawn = ui::text("runs/table/title", head, title, {.font = Font::Strong});
  if (state.work.listing)
    ui::text("runs/table/listing", {drawn.x1 + px(10), head.y0, head.x1, head.y1}, "reading archives…",
             {Font::Small, colors::kSecondary});
  Rect actions = inner.cut_bottom(px(kActions));
  if (runs == nullptr || runs->empty()) {
    ui::paragraph(
        "runs/table/empty", inner,
        runs == nullptr
            ? "Reading the archives of runs…"
            : "No runs yet. Every run that is started here or with `feedloop run` is kept in the folder runs/ and shows up.",
        {.color = colors::kSecondary});
    return;
  }
  const Columns c = columns_of(inner.cut_top(px(kHeader)).inset(px(6), 0));
  const auto heading = [](const char* id, const Rect& at, std::string_view text) {
    ui::text(fmt::format("runs/table/head/{}", id), at, text, {Font::Small, colors::kSecondary});
  };
  heading("pin", c.pin, "Pin");
  heading("name", c.name, "Scenario");
  heading("seed", c.seed, "Seed");
  heading("when", c.when, "Last written");
  heading("days", c.days, "Days");
  heading("state", c.state, "State");
  heading("result", c.result, "Lift of CTR, treatment B");
  heading("differs", c.differs, "Differs from its file in");
  const ui::VisibleRows rows = ui::scroll("runs/table/scroll", inner, runs->size(), px(kRow), state.runs.first_row);
  Rect list = rows.box;
  for (std::size_t i = rows.first; i < rows.first + rows.count; ++i) draw_entry(state, (*runs)[i], list.cut_top(px(kRow)));
  const auto selected = std::ranges::find(*runs, state.runs.selected, &RunEntry::path);
  draw_actions(state, selected == runs->end() ? nullptr : &*selected, actions.inset(0, px(7)));
}

void draw_replication(AppState& state, const Rect& box) {
  const WorkState& work = state.work;
  const std::string name = work.replication_of.stem().string();
  ui::panel("runs/replication", box, fmt::format("{} in other worlds", name));
  Rect rest = box.inset(px(14), px(10));
  rest.cut_top(px(34));
  if (work.replicating.busy) {
    Rect line = rest.cut_top(px(30));
    const ui::ButtonSpec cancel{.label = "Cancel", .tooltip = "Stop here and keep what is known"};
    if (ui::button("runs/replication/cancel", line.cut_right(ui::button_width(cancel)), cancel))
      ask(state, {Kind::CancelReplication});
    line.cut_right(px(10));
    const Rect text = line.cut_left(px(130));
    ui::text("runs/replication/progress", text, work.replicating.label.empty() ? "starting" : work.replicating.label,
             {.color = colors::kSecondary});
    const Rect bar{line.x0, line.center().y - px(3), line.x1, line.center().y + px(3)};
    paint::fill(bar, colors::kLine, px(3));
    paint::fill({bar.x0, bar.y0, bar.x0 + bar.width() * static_cast<float>(work.replicating.done), bar.y1}, colors::kSecondary,
                px(3));
    rest.cut_top(px(8));
  }
  if (!work.replicating.error.empty()) {
    ui::labelled_glyph("runs/replication/error", rest.cut_top(px(24)), paint::Glyph::Alert, "⚠", work.replicating.error,
                       {Font::Body, colors::kAlert}, work.replicating.error);
    return;
  }
  if (work.replication == nullptr) return;
  const Replication& r = *work.replication;
  std::string sentence = fmt::format("{} of {} worlds say that {} is better on CTR, {} worse, {} neither", r.better,
                                     r.seeds.size(), r.variant, r.worse, r.other);
  rest.cut_top(ui::paragraph("runs/replication/verdict", rest, sentence, {.font = Font::Strong}) + px(4));
  if (std::isfinite(r.lift.ci.low)) {
    rest.cut_top(ui::paragraph("runs/replication/mean", rest,
                               fmt::format("Mean lift {} {}, over {} worlds", lift_text(r.lift.mean),
                                           lift_interval_text(r.lift.ci), r.lift.n),
                               {.color = colors::kSecondary}) +
                 px(6));
  }
  // One line a world: its interval on one axis, 0 marked.
  double reach = 0.01;
  for (const SeedResult& s : r.seeds)
    if (std::isfinite(s.lift_ci.low)) reach = std::max({reach, std::abs(s.lift_ci.low), std::abs(s.lift_ci.high)});
  const float line_height = px(20);
  for (const SeedResult& s : r.seeds) {
    if (rest.height() < line_height) break;
    Rect line = rest.cut_top(line_height);
    const std::string path = fmt::format("runs/replication/seed/{}", s.seed);
    ui::text(path, line.cut_left(px(70)), fmt::format("seed {}", s.seed), {Font::Small, colors::kSecondary});
    const VerdictLook look = verdict_look(s.verdict);
    const bool number = std::isfinite(s.lift) && s.verdict != "do not trust" && s.verdict != "not enough data";
    ui::labelled_glyph(path + "/verdict", line.cut_right(px(176)), look.glyph, look.symbol,
                       number ? fmt::format("{} {}", lift_text(s.lift), look.word) : std::string(look.word),
                       {Font::Small, look.color}, number ? lift_interval_text(s.lift_ci) : "");
    line.x1 -= px(8);
    const auto x = [&](double lift) { return line.x0 + line.width() * static_cast<float>((lift / reach + 1) / 2); };
    paint::line({x(0), line.y0}, {x(0), line.y1}, colors::kAxis);
    if (!number) continue;
    const float y = line.center().y;
    paint::line({x(s.lift_ci.low), y}, {x(s.lift_ci.high), y}, look.color, px(2));
    paint::disc({x(s.lift), y}, px(3), look.color);
  }
}

}  // namespace

void RunsView::compare(const AppState& state) {
  if (of_ == state.work.runs && pins_ == state.runs.pinned && other_ == state.runs.other) return;
  of_ = state.work.runs;
  pins_ = state.runs.pinned;
  other_ = state.runs.other;
  curves_.clear();
  comparison_ = nullptr;
  trouble_.clear();
  days_ = 1;
  std::vector<const RunEntry*> entries;
  for (const std::filesystem::path& pin : pins_) {
    if (of_ == nullptr) break;
    const auto found = std::ranges::find(*of_, pin, &RunEntry::path);
    if (found != of_->end() && found->run.report != nullptr) entries.push_back(&*found);
  }
  for (const RunEntry* entry : entries) {
    const Report& report = *entry->run.report;
    Curve curve{entry->path, entry->path.stem().string(), {}, {}, {}, {}};
    days_ = curves_.empty() ? report.days : std::max(days_, report.days);
    if (const auto m = std::ranges::find(report.metrics, "ctr", &MetricInfo::name); m != report.metrics.end()) metric_ = *m;
    if (!report.experiments.empty() && report.experiments[0].variants.size() > 1) {
      const ExperimentReport& e = report.experiments[0];
      for (const EffectSeries& s : e.effect_series) {
        if (s.metric != "ctr" || s.variant != e.variants[1].name) continue;
        const auto floats = [](const std::vector<double>& from) { return std::vector<float>(from.begin(), from.end()); };
        curve.day = floats(s.day);
        curve.effect = floats(s.effect);
        curve.low = floats(s.always_valid_low);
        curve.high = floats(s.always_valid_high);
      }
    }
    curves_.push_back(std::move(curve));
  }
  if (entries.size() < 2) return;
  try {
    const RunEntry& b = *entries[std::min(1 + other_, entries.size() - 1)];
    comparison_ = std::make_shared<const RunComparison>(compare_runs(finished_run(*entries[0]), finished_run(b)));
  } catch (const std::exception& e) {
    trouble_ = e.what();
  }
}

void RunsView::draw_curves(const Rect& box) const {
  PlotSpec spec{.path = "runs/curves",
                .title = "Effect on CTR by day",
                .subtitle = "B − A, cumulative, always-valid interval of the first two",
                .metric = metric_,
                .x_low = 0,
                .x_high = static_cast<double>(days_),
                .ghost = "These runs have no daily effect on CTR"};
  Plot plot(std::move(spec), box);
  if (curves_.size() >= 2) plot.hline(0, "no effect");
  for (std::size_t i = 0; i < curves_.size() && curves_.size() >= 2; ++i) {
    const Curve& c = curves_[i];
    if (c.day.empty()) continue;
    plot.line({.id = fmt::format("{}", i + 1),
               .name = c.name,
               .letter = static_cast<char>('1' + i),
               .color = variant_color(static_cast<int>(i) + 1),
               .alpha = 1,
               .band = i < 2,
               .x = c.day,
               .y = c.effect,
               .low = c.low,
               .high = c.high});
  }
  plot.end();
}

void RunsView::draw_comparison(AppState& state, const Rect& box) const {
  const std::size_t second = std::min(state.runs.other + 1, pins_.size() - 1);
  ui::panel("runs/comparison", box, fmt::format("Run 1 against run {}", second + 1));
  Rect rest = box.inset(px(14), px(10));
  Rect head = rest.cut_top(px(34));
  if (pins_.size() > 2) {
    for (std::size_t i = pins_.size() - 1; i >= 1; --i) {
      const std::string label = fmt::format("{}", i + 1);
      const ui::ButtonSpec spec{
          .label = label, .look = ui::Look::Quiet, .selected = i == second, .tooltip = "Compare run 1 with this one"};
      if (ui::button(fmt::format("runs/comparison/with/{}", i + 1), head.cut_right(px(30)).inset(px(2), px(4)), spec))
        state.runs.other = i - 1;
    }
  }
  if (comparison_ == nullptr) {
    ui::paragraph("runs/comparison/trouble", rest, trouble_.empty() ? "These runs cannot be compared" : trouble_,
                  {.color = colors::kAlert});
    return;
  }
  const RunComparison& c = *comparison_;
  const std::string summary = c.same_signature ? "The same run twice: every number is equal"
                                               : fmt::format("{} of {} effects differ by more than chance, and {} of {} values",
                                                             c.effects_apart, c.effects, c.values_apart, c.values);
  rest.cut_top(ui::paragraph("runs/comparison/summary", rest, summary, {.font = Font::Strong}) + px(4));
  std::string settings;
  for (std::size_t i = 0; i < c.settings.size() && i < 4; ++i)
    settings += fmt::format("{}{}: {} → {}", i == 0 ? "" : ", ", c.settings[i].key, c.settings[i].a.value_or("not set"),
                            c.settings[i].b.value_or("not set"));
  if (c.settings.size() > 4) settings += fmt::format(", and {} more", c.settings.size() - 4);
  if (settings.empty())
    settings = c.same_scenario ? "The scenarios are the same" : "What differs between the scenarios is not known";
  rest.cut_top(ui::paragraph("runs/comparison/settings", {rest.x0, rest.y0, rest.x1, rest.y0 + px(40)}, settings,
                             {Font::Small, colors::kSecondary}) +
               px(6));
  if (c.layers.empty()) return;
  const auto metric_named = [&](const std::string& name) -> const MetricInfo* {
    const auto found = std::ranges::find(c.metrics, name, &MetricInfo::name);
    return found == c.metrics.end() ? nullptr : &*found;
  };
  const VariantComparison* shown = nullptr;
  for (const VariantComparison& v : c.layers[0].variants)
    if (v.variant != c.layers[0].control_a) shown = shown == nullptr ? &v : shown;
  const bool effects = shown != nullptr;
  if (shown == nullptr && !c.layers[0].variants.empty()) shown = &c.layers[0].variants[0];
  if (shown == nullptr) return;
  const float width = rest.width();
  const auto columns = [&](Rect line) {
    std::vector<Rect> cells{line.cut_left(std::round(width * 0.32F)), line.cut_left(std::round(width * 0.15F)),
                            line.cut_left(std::round(width * 0.15F)), line};
    for (std::size_t i = 0; i < 3; ++i) cells[i].x1 -= px(6);
    return cells;
  };
  const std::vector<Rect> h = columns(rest.cut_top(px(22)));
  ui::text("runs/comparison/head/metric", h[0], fmt::format("{} of {}", effects ? "Effect" : "Value", shown->variant),
           {Font::Small, colors::kSecondary});
  ui::text("runs/comparison/head/a", h[1], "Run 1", {Font::Small, colors::kSecondary});
  ui::text("runs/comparison/head/b", h[2], fmt::format("Run {}", second + 1), {Font::Small, colors::kSecondary});
  ui::text("runs/comparison/head/difference", h[3], "Difference", {Font::Small, colors::kSecondary});
  for (const MetricComparison& m : shown->metrics) {
    const PairedValue& v = effects ? m.effect : m.value;
    const MetricInfo* info = metric_named(m.metric);
    if (info == nullptr || std::isnan(v.a) || std::isnan(v.b)) continue;
    if (rest.height() < px(24)) break;
    const std::vector<Rect> cells = columns(rest.cut_top(px(24)));
    const std::string path = "runs/comparison/" + m.metric;
    ui::text(path, cells[0], info->title, {.font = Font::Small}, info->doc);
    ui::text(path + "/a", cells[1], m.trusted ? value_text(*info, v.a) : "SRM", {.font = Font::Small});
    ui::text(path + "/b", cells[2], m.trusted ? value_text(*info, v.b) : "SRM", {.font = Font::Small});
    if (!m.trusted || std::isnan(v.ci.low)) {
      ui::text(path + "/difference", cells[3], m.trusted ? "no error known" : "not compared",
               {Font::Small, colors::kSecondary});
      continue;
    }
    ui::labelled_glyph(path + "/difference", cells[3], v.apart ? paint::Glyph::Changed : paint::Glyph::Same,
                       v.apart ? "◆" : "●", fmt::format("{} {}", value_text(*info, v.difference), interval_text(*info, v.ci)),
                       {Font::Small, v.apart ? colors::kText : colors::kSecondary},
                       v.apart ? "The interval leaves 0 out" : "No clear difference");
  }
}

void RunsView::draw(AppState& state, const Snapshot*, const Rect& area) {
  if (!state.runs.asked) {
    state.runs.asked = true;
    ask(state, {Kind::ListRuns});
  }
  compare(state);
  const float gap = px(10);
  Rect rest = area;
  const bool replication = !state.work.replication_of.empty(), pinned = pins_.size() >= 2;
  const bool alone = !replication && !pinned;
  const Rect table = alone ? rest : rest.cut_top(std::round(rest.height() * 0.5F));
  rest.cut_top(gap);
  draw_table(state, table);
  if (alone) return;
  if (replication) {
    const Rect box = pinned ? rest.cut_right(std::round(rest.width() * 0.34F)) : rest;
    if (pinned) rest.cut_right(gap);
    draw_replication(state, box);
  }
  if (!pinned) return;
  const Rect box = rest.cut_right(std::round(rest.width() * 0.52F));
  rest.cut_right(gap);
  draw_comparison(state, box);
  draw_curves(rest);
}

}  // namespace feedloop
