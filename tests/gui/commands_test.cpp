#include "gui/commands.hpp"

#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("Check 19: every command has help and a key that no other has on its screen") {
  std::map<std::tuple<int, bool, bool, bool>, std::set<std::string_view>> seen;  // by key: screens
  std::set<std::string> ids;
  for (const Command& c : commands()) {
    INFO(c.id);
    CHECK_FALSE(c.title.empty());
    CHECK_FALSE(c.help.empty());
    CHECK(c.key.key != 0);
    auto& screens = seen[{c.key.key, c.key.ctrl, c.key.shift, c.key.alt}];
    CHECK(screens.insert(c.screen).second);
    CHECK((screens.size() == 1 || !screens.contains("")));
    CHECK(ids.insert(c.id).second);
  }
}

TEST_CASE("A command's tooltip ends with its key and says why it is disabled") {
  const AppState idle;
  for (const Command& c : commands()) {
    INFO(c.id);
    CHECK(tooltip(c, idle).ends_with(key_text(c.key)));
    if (!c.enabled(idle)) CHECK(tooltip(c, idle).find(c.why_not(idle)) != std::string::npos);
  }
  CHECK(key_text({keys::kPeriod, false, true}) == "Shift+.");
  CHECK(key_text({'A', false, true, true}) == "Alt+Shift+A");
}

TEST_CASE("Unknown keys do nothing and are consumed") {
  AppState state;
  state.keys = {{'Z'}, {keys::kSpace, true}};
  dispatch_keys(state);
  CHECK(state.keys.empty());
  CHECK(state.requests.empty());
}

TEST_CASE("The question mark opens help like F1") {
  AppState state;
  state.keys = {{keys::kSlash, false, true}};
  dispatch_keys(state);
  CHECK(state.help);
}

TEST_CASE("The buttons of the top bar carry their commands' tooltips") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  for (const auto& [path, id] : {std::pair{"top/play", "play"},
                                 {"top/step", "step"},
                                 {"top/plus_day", "day"},
                                 {"top/reset", "reset"},
                                 {"top/help", "help"}}) {
    CHECK(screen.at(path).tooltip == tooltip(command(id), screen.app.state));
  }
}
