#include "gui/setup_view.hpp"

#include <fmt/format.h>

#include <fstream>

#include "gui/expectation_panel.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/tiny_workspace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

namespace {

// Setup with the tiny scenario chosen.
struct Setup : Desk {
  explicit Setup(const TinyFolder& folder, bool pilots = false, int width = 1440, int height = 900, double scale = 1)
      : Desk(folder.options(pilots), width, height, scale) {
    workspace.choose(folder.tiny());
    state().view = view_index("setup");
    frame();
    frame();
  }
  void type(const std::string& field, std::string_view text) {
    screen.click(field);
    screen.frames(2);
    screen.type(text);
  }
  void enter() {
    screen.press_in_field(keys::kEnter);
    frame();
    frame();
  }
  double users() {
    return static_cast<double>(std::get<std::int64_t>(state().work.chosen->settings.at("world.population.users")));
  }
};

}  // namespace

TEST_CASE("Check 1: the first start shows Setup with a scenario chosen, ready to start, and nothing in the way") {
  const TinyFolder folder;
  Setup s(folder);
  s.state().tour = {.done = false};
  s.frame();
  CHECK(views()[s.state().view].id == "setup");
  CHECK(s.screen.at("setup/scenarios/card/tiny/name").value == "Tiny");
  CHECK(s.screen.at("setup/scenarios/card/tiny/question").value == "Does the test run?");
  CHECK(s.screen.at("setup/expect/start").enabled);
  CHECK_FALSE(s.has("help"));
  CHECK_FALSE(s.has("export"));
  CHECK_FALSE(s.has("banner/confirm"));
  CHECK(s.state().run.status == RunStatus::Idle);
  s.click("setup/expect/start");  // the tour blocks nothing
  CHECK(s.state().view == view_index("live"));
}

TEST_CASE("Check 2: Enter starts, and Live shows a run that moves", "[threads]") {
  const TinyFolder folder;
  Setup s(folder);
  s.screen.press({keys::kEnter});
  CHECK(s.state().view == view_index("live"));
  REQUIRE(s.until([&] { return s.state().run.snapshot != nullptr; }));
  const std::uint64_t before = s.state().run.snapshot->sequence;
  REQUIRE(s.until([&] { return s.state().run.snapshot->sequence > before || s.state().run.status == RunStatus::Finished; }));
  CHECK(s.state().run.progress.day > 0);
}

TEST_CASE("Check 20: typing into a field is no command") {
  const TinyFolder folder;
  Setup s(folder);
  s.type("setup/parameters/filter", " 1r.?");
  CHECK(s.state().setup.filter == " 1r.?");
  CHECK(s.state().requests.empty());
  CHECK(s.state().view == view_index("setup"));
  CHECK_FALSE(s.state().help);
  CHECK_FALSE(s.state().confirm_reset);
  CHECK(s.state().run.status == RunStatus::Idle);
  s.screen.click("setup/expect/title");  // elsewhere: keys are commands again
  s.screen.frames(2);
  s.screen.press({'2'});
  CHECK(s.state().view == view_index("live"));
}

TEST_CASE("A typed value is set, one out of range is refused with what is allowed and not lost") {
  const TinyFolder folder;
  Setup s(folder);
  const std::string field = "setup/parameters/knob/world.population.users";
  CHECK(s.screen.at(field).value == "150");
  s.type(field, "400");
  s.enter();
  CHECK(s.users() == 400);
  CHECK(s.screen.at(field).value == "400");
  CHECK(s.has(field + "/undo"));
  s.type(field, "0");
  s.enter();
  CHECK(s.users() == 400);
  CHECK(s.screen.at(field).value == "0");
  CHECK(s.screen.at(field + "/error").value.find("allowed is a whole number in [1, 5000000]") != std::string::npos);
  s.type(field, "500");
  s.enter();
  CHECK(s.users() == 500);
  CHECK_FALSE(s.has(field + "/error"));
  s.click(field + "/undo");
  CHECK(s.users() == 150);
  CHECK(s.state().work.sets.empty());
}

TEST_CASE("While a refused value stands nothing starts, and it can be undone or typed anew") {
  const TinyFolder folder;
  Setup s(folder);
  const std::string field = "setup/parameters/knob/world.population.users";
  for (const bool undo : {true, false}) {
    s.type(field, "0");
    s.enter();
    CHECK_FALSE(s.screen.at("setup/expect/start").enabled);
    CHECK(s.screen.at("setup/expect/pending").value.find("world.population.users") != std::string::npos);
    for (const ui::Element& e : s.state().registry.all()) CHECK(e.tooltip.find("--set") == std::string::npos);
    s.screen.press({keys::kEnter});
    CHECK(s.state().view == view_index("setup"));
    if (undo) {
      s.click(field + "/undo");
    } else {
      s.type(field, "150");  // as it was
      s.enter();
    }
    CHECK(s.screen.at(field).value == "150");
    CHECK(s.screen.at("setup/expect/start").enabled);
    CHECK_FALSE(s.has(field + "/error"));
  }
}

TEST_CASE("Sliders come from the described parameters and are set when they are let go") {
  const TinyFolder folder;
  Setup s(folder);
  const std::string path = "setup/parameters/knob/days";
  const Parameter& days = *schema().find("days");
  CHECK(s.screen.at(path + "/slider").tooltip.find(days.doc) != std::string::npos);
  CHECK(s.screen.at(path + "/slider").tooltip.find(days.allowed()) != std::string::npos);
  CHECK(s.screen.at(path + "/unit").value == days.unit);
  const Rect r = s.screen.at(path + "/slider").rect;
  s.screen.backend.move_mouse({r.x1 - 8, r.center().y});
  s.screen.frames(2);
  s.screen.backend.press_mouse(true);
  s.screen.frames(3);
  CHECK(s.state().requests.empty());
  s.screen.backend.press_mouse(false);
  s.screen.frames(2);
  s.frame();
  s.frame();
  const auto now = std::get<std::int64_t>(s.state().work.chosen->settings.at("days"));
  CHECK(now > 30);
  CHECK(now <= 60);  // twenty times the file's three
  CHECK(s.screen.at("setup/parameters/undo").tooltip.find("days=") != std::string::npos);
  s.click("setup/parameters/undo");
  CHECK(s.state().work.sets.empty());
}

TEST_CASE("The variants' shares move together and sum to one") {
  const TinyFolder folder;
  Setup s(folder);
  const Rect r = s.screen.at("setup/parameters/shares/slider").rect;
  s.screen.backend.move_mouse({r.x0 + r.width() * 0.8F, r.center().y});
  s.screen.frames(2);
  s.screen.backend.press_mouse(true);
  s.screen.frames(2);
  s.screen.backend.press_mouse(false);
  s.screen.frames(2);
  s.frame();
  s.frame();
  const auto& variants = s.state().work.chosen->experiments[0].variants;
  CHECK(variants[0].share == Approx(0.77).margin(0.05));
  CHECK(variants[0].share + variants[1].share == Approx(1));
}

TEST_CASE("Every other parameter is in a group or found by its name or description, with how many were changed") {
  const TinyFolder folder;
  Setup s(folder);
  CHECK_FALSE(s.has("setup/parameters/row/world.items.count/label"));
  s.click("setup/parameters/group/catalogue");
  CHECK(s.has("setup/parameters/row/world.items.count/label"));
  s.type("setup/parameters/row/world.items.count", "200");
  s.enter();
  CHECK(s.screen.at("setup/parameters/group/catalogue/badge").value == "1 changed");
  s.click("setup/parameters/group/catalogue");
  s.type("setup/parameters/filter", "weekend");
  s.frame();
  CHECK(s.has("setup/parameters/row/world.visits.weekend/label"));
  CHECK_FALSE(s.has("setup/parameters/group/catalogue"));
  s.type("setup/parameters/filter", "no such thing");
  s.frame();
  CHECK(s.has("setup/parameters/filter/none"));
}

TEST_CASE("Choices and switches are set by a press") {
  const TinyFolder folder;
  Setup s(folder);
  s.type("setup/parameters/filter", "rerank.method");
  s.frame();
  s.click("setup/parameters/row/engine.rerank.method/next");
  CHECK(std::get<std::string>(s.state().work.chosen->settings.at("engine.rerank.method")) == "calibrated");
  s.type("setup/parameters/filter", "stop_on_guardrail");
  s.frame();
  s.click("setup/parameters/row/assignment.stop_on_guardrail");
  CHECK(std::get<bool>(s.state().work.chosen->settings.at("assignment.stop_on_guardrail")));
}

TEST_CASE("A broken scenario file stays on the list with its line and reason and cannot be chosen") {
  const TinyFolder folder;
  Setup s(folder);
  CHECK(s.screen.at("setup/scenarios/card/broken/error").value.find("broken.toml:2") != std::string::npos);
  s.click("setup/scenarios/card/broken");
  CHECK(s.state().work.chosen->name == "tiny");
  CHECK(s.state().work.notice.empty());
}

TEST_CASE("The list of scenarios brings the chosen one into view and else begins at its first") {
  const TinyFolder folder;
  for (int i = 0; i < 12; ++i) write_file(folder.scenarios / fmt::format("more_{:02}.toml", i), kTinyScenario);
  Desk desk(folder.options(), 1100, 700);
  desk.state().view = view_index("setup");
  desk.frame();
  desk.frame();
  CHECK(desk.state().setup.first_card == 0);
  const std::filesystem::path last = desk.state().work.known->back().file;
  desk.workspace.choose(last);
  desk.state().setup.show_card = true;
  desk.frame();
  desk.frame();
  CHECK(desk.has("setup/scenarios/card/" + last.stem().string()));
  CHECK(desk.state().setup.first_card > 0);
}

TEST_CASE("A file that is typed is opened, and one that is not there says so") {
  const TinyFolder folder;
  Setup s(folder);
  s.type("setup/scenarios/open/path", "/nowhere/at/all.toml");
  s.enter();
  CHECK(s.screen.at("banner/notice/text").value.find("/nowhere/at/all.toml") != std::string::npos);
  s.click("banner/notice/dismiss");
  CHECK_FALSE(s.has("banner/notice"));
  CHECK(s.state().work.chosen->name == "tiny");
}

TEST_CASE("A file that calls itself an archive and is none is refused as one") {
  const TinyFolder folder;
  const std::string file = (folder.dir / "notes.db").string();
  write_file(file, "name = 'a scenario'\n");
  Setup s(folder);
  s.type("setup/scenarios/open/path", file);
  s.enter();
  CHECK(s.screen.at("banner/notice/text").value.find("notes.db") != std::string::npos);
  CHECK(s.screen.at("banner/notice/text").value.find("archive") != std::string::npos);
  CHECK(s.state().view == view_index("setup"));
  CHECK(s.state().work.chosen->name == "tiny");
}

TEST_CASE("Enter counts however quickly the key is let go, and what is typed beside it keeps its order") {
  const TinyFolder folder;
  Setup s(folder);
  const std::string field = "setup/parameters/knob/world.population.users";
  s.screen.click(field);
  NullBackend& keyboard = s.screen.backend;
  const auto tap = [&](int key) {
    keyboard.press_key(key, true);
    keyboard.press_key(key, false);
  };
  // All of it within one frame: what was typed wrong twice is taken back.
  keyboard.type("499");
  tap(keys::kBackspace);
  tap(keys::kBackspace);
  keyboard.type("00");
  tap(keys::kEnter);
  s.screen.frames(8);
  s.frame();
  CHECK(s.users() == 400);
}

TEST_CASE("The keyboard alone chooses a scenario, finds a parameter and sets it") {
  const TinyFolder folder;
  write_file(folder.scenarios / "dashboard" / "zebra.toml", kTinyScenario);
  Setup s(folder);
  s.screen.press({keys::kDown});
  s.frame();
  CHECK(s.state().work.file.stem() == "zebra");
  s.screen.press({keys::kDown});  // what follows is broken
  s.frame();
  CHECK(s.state().work.file.stem() == "zebra");
  s.screen.press({keys::kUp});
  s.frame();
  CHECK(s.state().work.file.stem() == "tiny");
  s.screen.press({'F', true});
  s.screen.frames(3);
  s.screen.type("weekend");
  CHECK(s.state().setup.filter == "weekend");
  s.frame();
  CHECK(s.has("setup/parameters/row/world.visits.weekend/label"));
}

TEST_CASE("A pilot says what to expect, and the remedy sets what it takes", "[threads]") {
  const TinyFolder folder;
  Setup s(folder, true);
  REQUIRE(s.until([&] { return s.state().work.forecast.fresh; }));
  s.frame();
  const Expectation& e = *s.state().work.forecast.expectation;
  CHECK(s.screen.at("setup/expect/days").value == "3 days, warm-up 1");
  CHECK(s.screen.at("setup/expect/requests").value == about_text(e.requests));
  CHECK(s.screen.at("setup/expect/smallest").value.starts_with("±"));
  CHECK(s.screen.at("setup/expect/source").value == "Judged from a pilot with 150 users, time included");
  REQUIRE(s.has("setup/expect/remedy"));
  const std::int64_t needed = e.users_needed;
  s.click("setup/expect/remedy");
  CHECK(s.users() == static_cast<double>(needed));
}

TEST_CASE("Changes while there is a run are pending, and starting over an unfinished one asks first", "[threads]") {
  const TinyFolder folder;
  Setup s(folder);
  s.workspace.apply({RunRequest::Kind::Speed, 100});
  s.screen.press({keys::kEnter});
  REQUIRE(s.until([&] { return s.state().run.status == RunStatus::Running; }));
  s.state().view = view_index("setup");
  s.workspace.set("days=4");
  s.frame();
  s.frame();
  CHECK(s.screen.at("setup/expect/pending").value.find("Applies after reset") != std::string::npos);
  CHECK(s.state().days == 3);
  s.click("setup/expect/start");
  CHECK(s.state().view == view_index("setup"));
  CHECK(s.state().run.status == RunStatus::Running);
  CHECK(s.screen.at("setup/expect/start").value == "Forget the run and start");
  s.click("setup/expect/keep");
  CHECK(s.screen.at("setup/expect/start").value.starts_with("Start simulation"));
  s.click("setup/expect/start");
  s.workspace.apply({RunRequest::Kind::Speed, 0});
  s.click("setup/expect/start");
  CHECK(s.state().view == view_index("live"));
  REQUIRE(s.until([&] { return s.state().run.status == RunStatus::Finished; }));
  CHECK(s.state().run.report->days == 4);
}

TEST_CASE("Check 23: loading shows its stage and progress, and Esc cancels it at once", "[threads]") {
  const TinyFolder folder;
  Setup s(folder);
  s.workspace.set("warmup_days=60");
  s.workspace.apply({RunRequest::Kind::Speed, 500});
  s.frame();
  s.screen.press({keys::kEnter});
  REQUIRE(s.until([&] { return s.state().run.progress.stage == RunStage::WarmUp && s.state().run.progress.day > 0; }));
  s.screen.frames(1);
  CHECK(s.screen.at("top/day").value.starts_with("warm-up "));
  const double before = s.state().run.progress.done;
  REQUIRE(s.until([&] { return s.state().run.progress.done > before; }));
  s.screen.press({keys::kEscape});
  s.frame();  // the run's thread has been told
  const double told = s.workspace.controller().state().progress.day;
  const auto from = std::chrono::steady_clock::now();
  REQUIRE(s.until([&] { return s.state().run.status == RunStatus::Stopped; }));
  // Wall time is the machine's; what is promised is that no epoch begins after the one in progress, five minutes of simulated
  // time.
  constexpr double kEpoch = 1.0 / 288;
  CHECK(s.state().run.progress.day <= told + kEpoch + 1e-9);
  CHECK(std::chrono::steady_clock::now() - from < 60s);
  s.frame();
  CHECK(s.has("banner/stopped"));
  CHECK(s.state().work.archive.empty());  // nothing was found that is worth keeping
  CHECK(std::filesystem::is_empty(folder.runs));
}

TEST_CASE("No state of Setup has layout faults at any size", "[threads]") {
  const Look look = GENERATE(from_range(std::begin(kAllLooks), std::end(kAllLooks)));
  const TinyFolder folder;
  Setup s(folder, true, look.width, look.height, look.scale);
  const auto check = [&](const char* what) {
    s.frame();
    check_layout(s.screen, what);
  };
  check("before the pilot");
  REQUIRE(s.until([&] { return s.state().work.forecast.fresh; }));
  check("with a forecast");
  s.state().fixed_dt = false;
  s.workspace.set("days=0");
  check("a refused value");
  s.workspace.set("days=4");
  s.state().setup.open_groups = {"catalogue", "users"};
  check("groups open");
  s.state().setup.filter = "click";
  check("filtered");
  s.state().setup.filter.clear();
  s.state().tour = {.done = false};
  s.frame();
  check("tour");
  s.state().tour.done = true;
  s.state().run.status = RunStatus::Paused;
  s.state().setup.confirm = true;
  s.screen.frames(1);
  const auto faults = ui::layout_faults(s.state().registry, s.screen.backend.window());
  CHECK(faults.empty());
}
