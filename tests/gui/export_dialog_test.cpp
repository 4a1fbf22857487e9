#include "gui/export_dialog.hpp"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/csv_export.hpp"
#include "report/json.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/tiny_workspace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
namespace fs = std::filesystem;

namespace {

// A finished run and its dialog.
struct Exporting : Desk {
  explicit Exporting(const TinyFolder& folder) : Desk(folder.options()) {
    workspace.choose(folder.tiny());
    workspace.apply({RunRequest::Kind::Play});
    REQUIRE(until([&] { return state().run.status == RunStatus::Finished; }));
    screen.press({'E', true});
    frame();
    REQUIRE(has("export"));
  }
  void write(ExportKind kind, const fs::path& path) {
    state().exporting.kind = kind;
    state().exporting.path = path.string();
    frame();
    click("export/write");
    REQUIRE(until(
        [&] { return !state().exporting.busy && (!state().exporting.done.empty() || !state().exporting.error.empty()); }));
    frame();
  }
};

}  // namespace

TEST_CASE("Check 21: what is exported reads back as what is shown", "[threads]") {
  const TinyFolder folder;
  Exporting s(folder);
  const Report& report = *s.state().run.report;
  const fs::path json = folder.dir / "a.json", html = folder.dir / "a.html", tables = folder.dir / "a-csv";
  s.write(ExportKind::Json, json);
  CHECK(s.screen.at("export/done").value.find(json.string()) != std::string::npos);
  CHECK(json_report(parse_report(read_file(json))) == json_report(report));
  s.write(ExportKind::Html, html);
  CHECK(read_file(html).find("</html>") != std::string::npos);
  s.write(ExportKind::Csv, tables);
  CHECK(read_file(tables / "daily.csv") == daily_csv(report).text);
  CHECK(read_file(tables / "effects.csv") == effects_csv(report).text);
  CHECK(fs::exists(tables / "units.csv"));
}

TEST_CASE("Check 21: a chart is exported at twice its size and is not blank", "[threads]") {
  const TinyFolder folder;
  Exporting s(folder);
  const Rect plot = s.screen.at("live/ctr").rect;
  const Image image = rasterize(chart_picture(s.state(), s.state().run.snapshot.get(), "live/ctr"));
  CHECK(image.width == static_cast<int>(2 * plot.width()));
  CHECK(image.height == static_cast<int>(2 * plot.height()));
  std::set<std::tuple<int, int, int>> colors;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) colors.insert({image.at(x, y).r, image.at(x, y).g, image.at(x, y).b});
  CHECK(colors.size() >= 50);
  s.frame();  // the dashboard goes on in its own context
  CHECK(s.screen.at("live/ctr").rect == plot);
  const fs::path png = folder.dir / "chart.png";
  s.write(ExportKind::Png, png);
  CHECK(read_file(png).substr(1, 3) == "PNG");
  CHECK_THROWS_AS(chart_picture(s.state(), s.state().run.snapshot.get(), "no/such"), Error);
}

TEST_CASE("Check 21: a place that cannot be written gives path and reason, and another can be chosen", "[threads]") {
  const TinyFolder folder;
  folder.dir.write("file", "in the way");
  Exporting s(folder);
  for (const ExportKind kind : {ExportKind::Json, ExportKind::Html, ExportKind::Csv, ExportKind::Png}) {
    const fs::path path = folder.dir / "file" / "below";
    s.write(kind, path);
    INFO(s.screen.at("export/error").value);
    CHECK(s.screen.at("export/error").value.find(path.string()) != std::string::npos);
    CHECK(s.screen.at("export/error").value.find("irectory") != std::string::npos);
    CHECK(s.screen.at("export/error/title").value.find("Choose another") != std::string::npos);
  }
  s.write(ExportKind::Json, folder.dir / "file");
  CHECK(s.screen.at("export/error").value.find("is there already") != std::string::npos);
  CHECK(read_file(folder.dir / "file") == "in the way");
  s.write(ExportKind::Json, folder.dir / "new" / "a.json");  // its folder is made
  CHECK_FALSE(s.has("export/error"));
  CHECK(fs::exists(folder.dir / "new" / "a.json"));
}

TEST_CASE("A run in motion is exported as of its day, and Esc closes the dialog", "[threads]") {
  const TinyFolder folder;
  Desk s(folder.options());
  CHECK_FALSE(command("export").enabled(s.state()));
  s.state().run.snapshot = sample_snapshot();
  s.screen.show(sample_snapshot(), RunStatus::Paused);
  s.screen.press({'E', true});
  s.screen.frames(1);
  CHECK(s.screen.at("export/when").value == "As of day 8.0: the run is not over");
  CHECK(s.screen.at("export/path").value == "exports/sample-42-day8.0.json");
  s.screen.press({keys::kEscape});
  s.screen.frames(1);
  CHECK_FALSE(s.has("export"));
  const Report r = report_of(*sample_snapshot());
  CHECK(json_report(parse_report(json_report(r))) == json_report(r));
  CHECK(r.experiments[0].effects.size() == sample_snapshot()->experiments[0].effects.size());
  const fs::path tables = folder.dir / "live-csv";
  CHECK(export_tables(r, {}, tables).starts_with("3 tables"));
  CHECK(read_file(tables / "effects.csv") == effects_csv(r).text);
}

TEST_CASE("No state of the export dialog has layout faults at any size", "[threads]") {
  const Look look = GENERATE(from_range(std::begin(kLooks), std::end(kLooks)));
  Screen s(look.width, look.height, look.scale);
  s.show(sample_snapshot({.variants = 4}), RunStatus::Paused);
  s.press({'E', true});
  const auto check = [&](const char* what) {
    s.frames(2);
    check_layout(s, what);
  };
  for (const ExportKind kind : {ExportKind::Csv, ExportKind::Json, ExportKind::Html, ExportKind::Png}) {
    s.app.state.exporting.kind = kind;
    check("each kind");
  }
  s.app.state.exporting.error = "/a/very/long/path/" + std::string(200, 'x') + ": Permission denied";
  check("error");
  s.app.state.exporting.error.clear();
  s.app.state.exporting.done = std::string(200, 'x');
  check("done");
}
