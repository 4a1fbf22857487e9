#include "gui/plot_menu.hpp"

#include <imgui.h>

#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

void right_click(Screen& screen, const std::string& path) {
  screen.hover(path);
  screen.backend.press_right(true);
  screen.frames(1);
  screen.backend.press_right(false);
  screen.frames(2);
}

}  // namespace

TEST_CASE("A right click on a plot offers its values, which are the snapshot's") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  right_click(screen, "live/ctr/area");
  REQUIRE(screen.find("plot_menu") != nullptr);
  CHECK(screen.at("plot_menu/title").value == "CTR");
  CHECK(screen.faults().empty());
  screen.click("plot_menu/copy");
  CHECK(screen.find("plot_menu") == nullptr);
  const std::string copied = ImGui::GetClipboardText();
  const LiveSeries& control = screen.snapshot->live[0];
  CHECK(copied.starts_with("line\tday\tvalue\tlow\thigh\n"));
  CHECK(copied.find(fmt::format("\ncontrol\t{}\t{}\t{}\t{}\n", control.day[5], control.value[5], control.low[5],
                                control.high[5])) != std::string::npos);
}

TEST_CASE("The menu of a plot closes by a click beside it and by Esc, and nothing below reacts") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  right_click(screen, "live/retention/area");
  screen.click("top/step");
  CHECK(screen.app.state.requests.empty());
  CHECK(screen.find("plot_menu") == nullptr);
  right_click(screen, "live/lift/area");
  REQUIRE(screen.find("plot_menu") != nullptr);
  screen.press({keys::kEscape});
  screen.frames(1);
  CHECK(screen.find("plot_menu") == nullptr);
}

TEST_CASE("The menu of a plot puts its values on a log axis and back, where they are above zero") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 3}), RunStatus::Paused);
  const auto label = [&] { return screen.at("live/ctr/subtitle").value; };
  const float before = screen.at("live/ctr/area/end/B").rect.y0;
  right_click(screen, "live/ctr/area");
  screen.click("plot_menu/log");
  CHECK(screen.find("plot_menu") == nullptr);
  CHECK(label().ends_with("log axis"));
  CHECK(screen.at("live/ctr/area/end/B").rect.y0 != before);
  CHECK_FALSE(screen.at("live/gini/subtitle").value.ends_with("log axis"));
  CHECK(screen.faults().empty());
  right_click(screen, "live/ctr/area");
  CHECK(screen.at("plot_menu/log").value == "Linear axis");
  screen.click("plot_menu/log");
  CHECK_FALSE(label().ends_with("log axis"));
  right_click(screen, "live/lift/area");
  CHECK_FALSE(screen.at("plot_menu/log").enabled);
}

TEST_CASE("The menu of a plot opens the export on that chart") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  right_click(screen, "live/retention/area");
  screen.click("plot_menu/png");
  screen.frames(2);
  CHECK(screen.find("plot_menu") == nullptr);
  CHECK(screen.at("export/chart/value").value == "Retention");
  CHECK(screen.at("export/path").value.ends_with(".png"));
}
