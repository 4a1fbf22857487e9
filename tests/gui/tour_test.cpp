#include "gui/tour.hpp"

#include "tests/gui/tiny_workspace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

struct Touring : Desk {
  explicit Touring(const TinyFolder& folder) : Desk(folder.options()) {
    write_file(folder.scenarios / "dashboard" / "other.toml", kTinyScenario);
    workspace.choose(folder.tiny());
    state().view = 0;
    state().tour = {.done = false};
    frame();
    frame();
  }
  std::string step() const {
    const ui::Element* e = screen.find("tour");
    return e == nullptr ? "" : e->value;
  }
};

}  // namespace

TEST_CASE("The tour advances when the person does the thing, and is then over for good", "[threads]") {
  const TinyFolder folder;
  Touring s(folder);
  CHECK(s.step() == "pick");
  s.workspace.choose(folder.scenarios / "dashboard" / "other.toml");
  s.frame();
  s.frame();
  CHECK(s.step() == "start");
  s.screen.press({keys::kEnter});
  REQUIRE(s.until([&] { return s.state().run.status == RunStatus::Finished; }));
  CHECK(s.step() == "hover");
  s.screen.hover("live/ctr/area");
  s.frame();
  CHECK(s.step() == tour_steps().back().id);
  s.screen.press({static_cast<int>('1' + view_index(tour_steps().back().id))});
  s.frame();
  s.frame();
  CHECK(s.step().empty());
  CHECK(s.state().tour.done);
}

TEST_CASE("Who goes ahead is not held back, and the tour can be skipped", "[threads]") {
  const TinyFolder folder;
  {
    Touring s(folder);
    s.screen.press({keys::kEnter});  // without picking
    REQUIRE(s.until([&] { return s.state().run.snapshot != nullptr; }));
    s.frame();
    CHECK(s.step() == "hover");
  }
  Touring s(folder);
  REQUIRE(s.has("tour/skip"));
  CHECK(s.screen.at("tour/skip").tooltip.ends_with("Esc"));
  const Rect box = s.screen.at("tour").rect;
  for (const ui::Element& e : s.state().registry.all()) {  // it covers nothing
    INFO(e.path);
    const bool apart = e.rect.y1 <= box.y0 || e.rect.y0 >= box.y1 || e.rect.x1 <= box.x0 || e.rect.x0 >= box.x1;
    CHECK((apart || e.path.starts_with("tour")));
  }
  s.click("tour/skip");
  CHECK(s.step().empty());
  CHECK(s.state().tour.done);
  CHECK(s.state().view == view_index("setup"));
}

TEST_CASE("Esc skips the tour, once nothing else is left to close", "[threads]") {
  const TinyFolder folder;
  Touring s(folder);
  s.workspace.apply({RunRequest::Kind::Choose, 0, "nowhere.toml"});
  s.frame();
  s.screen.press({keys::kEscape});
  s.frame();
  s.frame();
  CHECK(s.state().work.notice.empty());
  CHECK(s.step() == "pick");
  s.screen.press({keys::kEscape});
  CHECK(s.state().tour.done);
}
