#include "gui/export_dialog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/csv_export.hpp"
#include "gui/app.hpp"
#include "gui/backend_null.hpp"
#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/png.hpp"
#include "report/html.hpp"
#include "report/json.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

struct KindRow {
  ExportKind kind;
  std::string_view id, label, ending, about;
};
constexpr std::array<KindRow, 4> kKinds{
    {{ExportKind::Csv, "csv", "CSV tables", "-csv",
      "A folder of tables for R and Python: daily values, effects, variants, and units of a finished run"},
     {ExportKind::Json, "json", "JSON report", ".json", "Every number, as `feedloop run --json` writes it"},
     {ExportKind::Html, "html", "HTML page", ".html", "One page with its pictures, to attach to a memo"},
     {ExportKind::Png, "png", "Chart as PNG", ".png", "A chart of this screen at twice its size"}}};

const KindRow& row_of(ExportKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

void make_parent(const fs::path& file) {
  std::error_code failed;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), failed);
  if (failed) throw Error(fmt::format("cannot make its folder: {}", failed.message()), {file.string()});
}

void require_new(const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) throw Error("is there already; give another name", {file.string()});
}

std::vector<const ui::Element*> plots_of(const AppState& state) {
  std::vector<const ui::Element*> plots;
  for (const ui::Element& e : state.registry.all())
    if (e.kind == ui::Kind::Plot) plots.push_back(&e);
  return plots;
}

// What the export is made of, held by its job: the screen may go on.
std::function<std::string()> job_of(const AppState& state, const Snapshot* snapshot, ExportKind kind, const fs::path& path) {
  std::shared_ptr<const Report> report = state.run.report;
  if (report == nullptr && snapshot != nullptr) report = std::make_shared<const Report>(report_of(*snapshot));
  if (report == nullptr) return {};
  const fs::path archive = state.run.report != nullptr ? state.work.archive : fs::path();
  if (kind == ExportKind::Csv) return [report, archive, path] { return export_tables(*report, archive, path); };
  if (kind == ExportKind::Json) return [report, path] { return export_text(json_report(*report), path); };
  return [report, path] { return export_text(html_report(*report), path); };
}

// With its title, where it has one.
std::string panel_of(const AppState& state, const std::string& plot) {
  const std::string panel = plot.substr(0, plot.rfind('/'));
  return state.registry.find(panel + "/title") != nullptr && state.registry.find(panel) != nullptr ? panel : plot;
}

void begin_export(AppState& state, const Snapshot* snapshot, const std::vector<const ui::Element*>& plots) {
  ExportState& s = state.exporting;
  s.error.clear();
  s.done.clear();
  s.asked = true;
  s.job = {};
  s.chart_path.clear();
  if (s.kind == ExportKind::Png)
    s.chart_path = panel_of(state, plots[std::min(s.chart, plots.size() - 1)]->path);
  else
    s.job = job_of(state, snapshot, s.kind, s.path);
}

}  // namespace

Report report_of(const Snapshot& snapshot) {
  Report r;
  r.scenario = snapshot.scenario;
  r.seed = snapshot.seed;
  r.warmup_days = snapshot.warmup_days;
  r.days = snapshot.days;
  r.confidence = 1 - snapshot.alpha;
  r.metrics = snapshot.metrics;
  r.experiments = snapshot.experiments;
  r.warnings = snapshot.warnings;
  r.events = snapshot.events;
  for (const ExperimentReport& e : snapshot.experiments) {
    for (const VariantReport& v : e.variants) {
      if (&e != &snapshot.experiments.front()) break;
      r.requests += v.requests;
      r.impressions += v.impressions;
    }
  }
  const auto doubles = [](const std::vector<float>& from) { return std::vector<double>(from.begin(), from.end()); };
  for (const LiveSeries& s : snapshot.live) {
    if (s.metric != "ctr" && s.metric != "exposure_gini") continue;  // the others are effects
    Series& out = r.series.emplace_back(
        Series{s.layer, s.variant, s.metric, doubles(s.day), doubles(s.value), doubles(s.low), doubles(s.high)});
    out.low.resize(out.day.size(), kNoValue);
    out.high.resize(out.day.size(), kNoValue);
  }
  return r;
}

std::string export_tables(const Report& report, const fs::path& archive, const fs::path& folder) {
  require_new(folder);
  make_parent(folder);
  if (!archive.empty()) {
    Archive from = Archive::open(archive, ArchiveMode::Read);
    const std::size_t tables = export_csv(from, report, folder).size();
    return fmt::format("{} tables in {}", tables, folder.string());
  }
  std::error_code failed;
  fs::create_directory(folder, failed);
  if (failed) throw Error(fmt::format("cannot be made: {}", failed.message()), {folder.string()});
  write_file(folder / "daily.csv", daily_csv(report).text);
  write_file(folder / "effects.csv", effects_csv(report).text);
  write_file(folder / "variants.csv", variants_csv(report).text);
  return fmt::format("3 tables in {}; units.csv comes with a finished run that is kept", folder.string());
}

std::string export_text(const std::string& text, const fs::path& file) {
  require_new(file);
  make_parent(file);
  write_file(file, text);
  return fmt::format("{} ({} bytes)", file.string(), count_text(static_cast<std::int64_t>(text.size())));
}

std::string export_picture(const DrawnFrame& drawn, const fs::path& file) {
  require_new(file);
  make_parent(file);
  const Image image = rasterize(drawn);
  write_whole(file.string(), png_bytes(image));
  return fmt::format("{} ({} × {} pixels)", file.string(), image.width, image.height);
}

DrawnFrame chart_picture(const AppState& state, const Snapshot* snapshot, const std::string& path, double factor) {
  const Rect& window = state.exporting.window;
  NullBackend backend(static_cast<int>(std::lround(window.width() * factor)),
                      static_cast<int>(std::lround(window.height() * factor)), ui_scale() * factor);
  App app;
  app.state = state;
  app.state.keys.clear();
  app.state.requests.clear();
  app.state.exporting = {};
  app.state.help = false;
  for (int i = 0; i < 3; ++i) backend.frame([&] { app.draw(snapshot); });  // until every panel has settled
  const ui::Element* plot = app.state.registry.find(path);
  if (plot == nullptr) throw Error(fmt::format("this screen has no chart {}", path));
  return backend.drawn(plot->rect);
}

std::string suggested_path(const AppState& state, const Snapshot* snapshot, ExportKind kind) {
  std::string name = snapshot != nullptr ? snapshot->scenario : state.scenario;
  for (char& c : name)
    if (c == '/' || c == ' ') c = '_';
  const std::uint64_t seed = snapshot != nullptr ? snapshot->seed : state.seed;
  std::string when;
  if (state.run.report == nullptr && snapshot != nullptr) when = fmt::format("-day{:.1f}", snapshot->experiment_day);
  const std::string screen = kind == ExportKind::Png ? "-" + std::string(views()[state.view].id) : "";
  return fmt::format("exports/{}-{}{}{}{}", name, seed, when, screen, row_of(kind).ending);
}

void export_chart(AppState& state, const std::string& path) {
  invoke(command("export"), state);
  const std::vector<const ui::Element*> plots = plots_of(state);
  const auto found = std::ranges::find_if(plots, [&](const ui::Element* p) { return panel_of(state, p->path) == path; });
  if (!state.exporting.open || found == plots.end()) return;
  state.exporting.kind = ExportKind::Png;
  state.exporting.chart = static_cast<std::size_t>(found - plots.begin());
}

void draw_export_dialog(AppState& state, const Snapshot* snapshot, const Rect& screen) {
  ExportState& s = state.exporting;
  const std::vector<const ui::Element*> plots = plots_of(state);
  std::vector<std::string> titles;
  for (const ui::Element* p : plots) {
    const ui::Element* title = state.registry.find(p->path.substr(0, p->path.rfind('/')) + "/title");
    titles.push_back(title != nullptr ? title->value : p->path);
  }
  if (s.path.empty()) s.path = suggested_path(state, snapshot, s.kind);

  ui::set_dialog(true);
  Rect rest = ui::sheet("export", screen, std::min(px(640), screen.width() - px(40)), px(316), "Export", "Esc closes");
  Rect line = rest.cut_top(px(32));
  for (const KindRow& row : kKinds) {
    const bool possible = row.kind != ExportKind::Png || !plots.empty();
    const ui::ButtonSpec spec{.label = row.label,
                              .enabled = possible,
                              .selected = row.kind == s.kind,
                              .tooltip = possible ? std::string(row.about) : "This screen has no chart"};
    const Rect button = line.cut_left(ui::button_width(spec) + px(8));
    line.cut_left(px(6));
    if (ui::button(fmt::format("export/kind/{}", row.id), button, spec)) {
      s.kind = row.kind;
      s.path = suggested_path(state, snapshot, s.kind);
      s.error.clear();
      s.done.clear();
    }
    if (row.kind == s.kind) paint::outline(button, colors::kSelection, px(5));
  }
  rest.cut_top(px(8));
  ui::paragraph("export/about", rest.cut_top(px(40)), row_of(s.kind).about, {Font::Small, colors::kSecondary});
  line = rest.cut_top(px(30));
  if (s.kind == ExportKind::Png && !plots.empty()) {
    s.chart = std::min(s.chart, plots.size() - 1);
    ui::text("export/chart/label", line.cut_left(px(64)), "Chart", {.color = colors::kSecondary});
    ui::choice("export/chart", line.cut_left(px(320)), titles, s.chart, "Charts of this screen");
  } else if (state.run.report == nullptr && snapshot != nullptr) {
    ui::text("export/when", line, fmt::format("As of day {}: the run is not over", fixed_text(snapshot->experiment_day, 1)),
             {.color = colors::kSecondary});
  }
  rest.cut_top(px(6));
  line = rest.cut_top(px(32));
  ui::text("export/path/label", line.cut_left(px(64)), s.kind == ExportKind::Csv ? "Folder" : "File",
           {.color = colors::kSecondary});
  const ui::Field field =
      ui::field("export/path", line, s.path, {.invalid = !s.error.empty(), .tooltip = "Nothing that is there is replaced"});
  rest.cut_top(px(8));
  line = rest.cut_top(px(40));
  if (!s.error.empty()) {
    ui::text("export/error/title", line.cut_top(px(20)), "Not written. Choose another place above",
             {Font::Small, colors::kSecondary});
    ui::labelled_glyph("export/error", line, paint::Glyph::Alert, "⚠", s.error, {Font::Small, colors::kAlert}, s.error);
  } else if (s.busy) {
    ui::text("export/busy", line, "Writing…", {.color = colors::kSecondary});
  } else if (!s.done.empty()) {
    ui::labelled_glyph("export/done", line.cut_top(px(24)), paint::Glyph::Healthy, "✓", "Written: " + s.done,
                       {Font::Body, colors::kBetter}, s.done);
  }
  Rect buttons = rest.cut_bottom(px(34));
  const bool can = snapshot != nullptr && !s.path.empty() && !s.busy && (s.kind != ExportKind::Png || !plots.empty());
  const ui::ButtonSpec write{
      .label = "Export", .look = ui::Look::Primary, .enabled = can, .tooltip = "Write it   Enter in the field"};
  const ui::ButtonSpec close{.label = "Close", .tooltip = tooltip(command("close"), state)};
  const bool pressed = ui::button("export/write", buttons.cut_right(ui::button_width(write) + px(20)), write);
  buttons.cut_right(px(8));
  if (ui::button("export/close", buttons.cut_right(ui::button_width(close)), close)) s.open = false;
  if (can && (pressed || (field.committed && field.focused))) begin_export(state, snapshot, plots);
  ui::set_dialog(false);
}

}  // namespace feedloop
