#include "gui/palette.hpp"

#include <algorithm>

#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

void type(Screen& screen, std::string_view text) {
  screen.backend.type(text);
  screen.frames(2);
}

}  // namespace

TEST_CASE("Check 19: every command is found in the palette by its title") {
  const AppState state;
  for (const Command& c : commands()) {
    INFO(c.id);
    const auto found = matching_commands(state, c.title);
    CHECK(std::ranges::any_of(found, [&](const Command* other) { return other->id == c.id; }));
  }
  CHECK(matching_commands(state, "no such thing").empty());
  CHECK(matching_commands(state, "").size() == commands().size());
}

TEST_CASE("Ctrl+K opens the palette, typing narrows it, Enter carries out the chosen command") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.press({'K', true});
  screen.frames(2);
  REQUIRE(screen.find("palette") != nullptr);
  type(screen, "larger");
  CHECK(screen.at("palette/text").value == "larger");
  REQUIRE(screen.find("palette/zoom_in") != nullptr);
  CHECK(screen.find("palette/play") == nullptr);
  CHECK(screen.faults().empty());
  screen.press({keys::kEnter});
  CHECK(screen.app.state.zoom == Approx(1.1));
  screen.frames(1);
  CHECK(screen.find("palette") == nullptr);
}

TEST_CASE("Enter in the frame of the last letter carries out what was typed") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.press({'K', true});
  screen.frames(2);
  screen.backend.type("light or dark");
  screen.press({keys::kEnter});
  CHECK(screen.app.state.light);
  CHECK(screen.app.state.requests.empty());
}

TEST_CASE("In the palette letters are text, arrows choose, and a blocked command says why and does nothing") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Running);
  screen.press({'K', true});
  screen.frames(2);
  screen.press({keys::kSpace});
  screen.press({'R'});
  CHECK(screen.app.state.requests.empty());
  CHECK_FALSE(screen.app.state.confirm_reset);
  type(screen, "one simulated");
  CHECK(screen.at("palette/step/help").value == "Pause first.");
  screen.press({keys::kDown});
  CHECK(screen.app.state.palette.selected == 1);
  screen.press({keys::kUp});
  screen.press({keys::kEnter});
  CHECK(screen.app.state.requests.empty());
  CHECK(screen.app.state.palette.open);
  screen.press({keys::kEscape});
  screen.frames(1);
  CHECK(screen.find("palette") == nullptr);
  CHECK(screen.app.state.run.playing);
}

TEST_CASE("A click on a line of the palette carries it out, one beside it closes it") {
  Screen screen(1100, 700);
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.press({'K', true});
  screen.frames(2);
  CHECK(screen.faults().empty());
  type(screen, "light or dark");
  screen.click("palette/theme");
  CHECK(screen.app.state.light);
  screen.press({'L'});
  screen.press({'K', true});
  screen.frames(2);
  screen.click("rail/live");
  CHECK(screen.find("palette") == nullptr);
}
