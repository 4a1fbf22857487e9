#include "gui/bubble_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiment/bubble/twins.hpp"
#include "gui/bubble_text.hpp"
#include "gui/taste_map.hpp"
#include "tests/gui/bubble_sample.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

struct BubbleScreen : Screen {
  explicit BubbleScreen(const Look& look = {}) : Screen(look) {
    app.state.view = view_index("bubble");
    show(sample_snapshot(), RunStatus::Running);
  }
  void with(const TwinState& twins) {
    app.state.truth.twins = twins;
    app.state.truth.twins.worlds = std::max(twins.worlds, 3);
    frames(2);
  }
  Vec2 place(const std::string& map, MapPoint at) const {
    return map_position(this->at("bubble/map/" + map + "/area").rect, app.state.truth.twins.bubble->reach, at);
  }
  void click_at(Vec2 to) {
    backend.move_mouse(to);
    frames(2);
    backend.press_mouse(true);
    frames(1);
    backend.press_mouse(false);
    frames(2);
    backend.move_mouse({-100, -100});
    frames(1);
  }
};

}  // namespace

TEST_CASE("A mixed run without twins says why it has no map and offers the pair with its cost") {
  BubbleScreen screen;
  screen.with({});
  CHECK(screen.at("bubble/offer/why").value.find("mixes its variants") != std::string::npos);
  CHECK(screen.at("bubble/offer/cost").value.find("about as long as 3 runs") != std::string::npos);
  CHECK(screen.find("bubble/map/A") == nullptr);
  screen.click("bubble/offer/run");
  REQUIRE(screen.app.state.requests.size() == 1);
  CHECK(screen.app.state.requests[0].kind == RunRequest::Kind::Twins);
}

TEST_CASE("While the twins run the screen shows their stage, how much is done, and a way out") {
  BubbleScreen screen;
  TwinState twins;
  twins.status = RunStatus::Running;
  twins.progress = {RunStage::Truth, "truth: all control", 9, 21, 0.43, 1000};
  screen.with(twins);
  CHECK(screen.at("bubble/offer/progress").value == "Running the twin worlds: 43% of 3 worlds, now truth: all control");
  CHECK(screen.at("bubble/offer/done").value == "43%");
  screen.click("bubble/offer/run");
  REQUIRE(screen.app.state.requests.size() == 1);
  CHECK(screen.app.state.requests[0].kind == RunRequest::Kind::CancelTwins);
}

TEST_CASE("Twins that failed say why and can be run again") {
  BubbleScreen screen;
  TwinState twins;
  twins.status = RunStatus::Failed;
  twins.error = "weight is not finite (nan)";
  screen.with(twins);
  CHECK(screen.at("bubble/offer/error").value.find("weight is not finite (nan)") != std::string::npos);
  screen.click("bubble/offer/run");
  CHECK(screen.app.state.requests.size() == 1);
}

TEST_CASE("Check 15: two maps share items and axes, and the verdict's word matches the numbers") {
  BubbleScreen screen;
  screen.with(sample_twins());
  const Rect a = screen.at("bubble/map/A/area").rect, b = screen.at("bubble/map/B/area").rect;
  CHECK(a.width() == b.width());
  CHECK(a.height() == b.height());
  CHECK(screen.at("bubble/map/A/area").value == screen.at("bubble/map/B/area").value);  // the range of the axes
  const BubbleReport& report = *screen.app.state.truth.twins.bubble;
  for (const MapItem& item : report.items) {
    const Vec2 p = screen.place("A", item.at), q = screen.place("B", item.at);
    CHECK(p.x - a.x0 == Approx(q.x - b.x0).margin(0.01));
    CHECK(p.y - a.y0 == Approx(q.y - b.y0).margin(0.01));
  }
  const BubbleExperiment& e = report.experiments[0];
  CHECK(screen.at("bubble/verdict/word").value == "⚠ Yes, in B: personalised bubble");
  CHECK(bubble_kind(e, 1, 28) == BubbleKind::Bubble);
  CHECK(e.worlds[1][BubbleMeasure::Spread].at(28) < 0.6 * e.worlds[0][BubbleMeasure::Spread].at(28));
  for (std::size_t m = 0; m < kBubbleMeasures; ++m) {
    const MetricInfo& info = bubble_measures()[m];
    for (const std::size_t v : {0, 1}) {
      const std::string cell = fmt::format("bubble/table/{}/{}", info.name, variant_letter(static_cast<int>(v)));
      CHECK(screen.at(cell).value == value_text(info, e.worlds[v].measures[m].at(28)));
      CHECK(screen.at(cell + "/interval").value == interval_text(info, e.worlds[v].measures[m].interval(28)));
    }
  }
}

TEST_CASE("Check 15: in the bubble scenario what B shows closes in on tastes to under six tenths of A's distance", "[slow]") {
  // The scenario of the dashboard with fewer people and longer epochs, and a drift that makes up for their fewer visits.
  const Scenario scenario = load_scenario(
      FEEDLOOP_SOURCE_DIR "/scenarios/dashboard/filter_bubble.toml",
      {"epoch_minutes=60", "world.population.users=80", "world.items.count=1200", "world.dynamics.drift_rate=0.15"});
  const auto warm = std::make_shared<WarmStart>();
  TwinState twins;
  const TwinResult result = run_twins(scenario, warm);
  twins.status = RunStatus::Finished;
  twins.bubble = result.bubble;
  const BubbleExperiment& e = result.bubble->experiments[0];
  const BubbleSeries &a = e.worlds[0][BubbleMeasure::Spread], &b = e.worlds[1][BubbleMeasure::Spread];
  INFO("A " << a.at(28) << ", B " << b.at(28));
  CHECK(b.at(28) < 0.6 * a.at(28));
  BubbleScreen screen;
  screen.with(twins);
  const BubbleKind kind = bubble_kind(e, 1, 28);
  CHECK((kind == BubbleKind::Bubble || kind == BubbleKind::Narrow));
  CHECK(screen.at("bubble/verdict/word").value.find(bubble_verdict(e, 1, 28).headline) != std::string::npos);
}

TEST_CASE("Check 16: a click picks a user in both maps, with the circle, and the inspector lists what they saw") {
  BubbleScreen screen;
  screen.with(sample_twins());
  const BubbleReport& report = *screen.app.state.truth.twins.bubble;
  const BubbleExperiment& e = report.experiments[0];
  screen.click_at(screen.place("B", e.worlds[1].users[12].taste.back()));
  const int picked = screen.app.state.bubble.user;
  REQUIRE(picked >= 0);  // the nearest one, should two lie together
  const auto k = static_cast<std::size_t>(picked);
  const std::string name = fmt::format("user {}", report.users[k]);
  for (const char* map : {"A", "B"}) {
    const ui::Element& label = screen.at(fmt::format("bubble/map/{}/area/circle", map));
    CHECK(label.value == name + ": 90% of the last 200 exposures");
    const BubbleUser& user = e.worlds[map[0] == 'A' ? 0 : 1].users[k];
    std::size_t inside = 0;
    for (const Exposure& x : user.recent(28)) inside += holds(user.circle[28], report.items[x.item].at);
    CHECK(inside * 10 >= user.recent(28).size() * 9);
  }
  CHECK(screen.at("bubble/user/title").value == fmt::format("User {}", report.users[k]));
  const BubbleUser& user = e.worlds[1].users[k];
  const Exposure& last = user.recent(28).back();
  CHECK(screen.at("bubble/user/exposure/0").value.starts_with(item_text(last.item, report.items[last.item].category)));
  CHECK(screen.at("bubble/user/inside").value.starts_with(fmt::format("{} of 200 exposures", user.circle[28].held)));
  CHECK(screen.at("bubble/user/saw_b/entropy").value == "0.40");
  CHECK(screen.at("bubble/user/saw_a/entropy").value == "2.00");
  CHECK(screen.find("bubble/area/area") != nullptr);  // the circle's area over time
  // Empty ground lets go.
  const Rect area = screen.at("bubble/map/A/area").rect;
  screen.click_at({area.x0 + 4, area.y0 + 4});
  CHECK(screen.app.state.bubble.user == -1);
  CHECK(screen.find("bubble/user") == nullptr);
  CHECK(screen.find("bubble/lorenz/area") != nullptr);
}

TEST_CASE("Users can be picked by the keyboard, one after the other, and let go") {
  BubbleScreen screen;
  screen.with(sample_twins({.users = 3}));
  screen.press({'N'});
  CHECK(screen.app.state.bubble.user == 0);
  screen.press({'N', false, true});
  CHECK(screen.app.state.bubble.user == 2);
  screen.click("bubble/controls/next");
  CHECK(screen.app.state.bubble.user == 0);
  screen.click("bubble/user/close");
  CHECK(screen.app.state.bubble.user == -1);
}

TEST_CASE("A user can be picked by number, and a number that is not on the map is told") {
  BubbleScreen screen;
  screen.with(sample_twins());
  screen.click("bubble/controls/user");
  screen.type("28");
  screen.press_in_field(keys::kEnter);
  screen.frames(2);
  CHECK(screen.app.state.bubble.user == 7);
  CHECK(screen.at("bubble/user/title").value == "User 28");
  screen.click("bubble/controls/user");
  screen.type("29");
  screen.press_in_field(keys::kEnter);
  screen.frames(2);
  CHECK(screen.app.state.bubble.user == 7);
  CHECK(screen.at("bubble/controls/user").tooltip.starts_with("Not on the map"));
  screen.press({'N'});
  CHECK(screen.app.state.bubble.user == 8);
}

TEST_CASE("Hovering tells exact numbers: of curves, users and items") {
  BubbleScreen screen;
  screen.with(sample_twins());
  const BubbleReport& report = *screen.app.state.truth.twins.bubble;
  screen.hover("bubble/lorenz/area");
  CHECK(screen.at("bubble/lorenz/tooltip").value == "The least shown 50% of items take");
  for (const std::size_t v : {0, 1}) {
    const char letter = variant_letter(static_cast<int>(v));
    const double half = report.experiments[0].worlds[v].lorenz.back().impressions[10];  // of 20
    CHECK(screen.at(fmt::format("bubble/lorenz/tooltip/{}", letter)).value ==
          fmt::format("{}  {}% of impressions", letter, fixed_text(100 * half, 1)));
  }
  screen.backend.move_mouse(screen.place("A", report.experiments[0].worlds[0].users[5].taste.back()));
  screen.frames(2);
  CHECK(screen.at("bubble/map/A/area/tooltip").value.starts_with("User "));
  CHECK(screen.at("bubble/map/A/area/tooltip/shown").value == "560 exposures so far");
  // An item that no user is near.
  const auto alone = [&](const MapItem& item) {
    const Vec2 p = screen.place("A", item.at);
    return std::ranges::none_of(report.experiments[0].worlds[0].users, [&](const BubbleUser& u) {
      const Vec2 q = screen.place("A", u.taste.back());
      return std::hypot(p.x - q.x, p.y - q.y) < 15;
    });
  };
  const auto item = std::ranges::find_if(report.items, alone);
  REQUIRE(item != report.items.end());
  screen.backend.move_mouse(screen.place("A", item->at));
  screen.frames(2);
  CHECK(screen.at("bubble/map/A/area/tooltip").value.starts_with("item "));
  CHECK(screen.at("bubble/map/A/area/tooltip/shown").value.ends_with("times in the last 7 days"));
}

TEST_CASE("The replay shows all recorded days in ten seconds and ends on the last") {
  BubbleScreen screen;
  screen.with(sample_twins());
  screen.click("bubble/controls/replay");
  CHECK(screen.app.state.bubble.replaying);
  CHECK(screen.app.state.bubble.day < 1);
  screen.frames(300);  // five seconds
  CHECK(screen.app.state.animating);
  CHECK(screen.app.state.bubble.day == Approx(14).margin(0.3));
  CHECK(screen.at("bubble/verdict/title").value.starts_with("Is there a bubble on day 1"));
  screen.frames(310);
  CHECK_FALSE(screen.app.state.bubble.replaying);
  CHECK_FALSE(screen.app.state.animating);
  CHECK(screen.at("bubble/controls/day_value").value == "day 28.0");
}

TEST_CASE("The day's slider moves maps, table and verdict to whole days") {
  BubbleScreen screen;
  screen.with(sample_twins());
  const Rect track = screen.at("bubble/controls/day").rect;
  screen.click_at({track.center().x, track.center().y});
  CHECK(screen.app.state.bubble.day == 14);
  CHECK(screen.at("bubble/verdict/title").value == "Is there a bubble on day 14?");
  const BubbleExperiment& e = screen.app.state.truth.twins.bubble->experiments[0];
  CHECK(screen.at("bubble/table/spread/B").value == value_text(bubble_measures()[0], e.worlds[1].measures[0].at(14)));
}

TEST_CASE("Looking back in history moves the maps, the measures and the verdict to that day, and the slider moves it") {
  BubbleScreen screen;
  screen.with(sample_twins());
  screen.app.state.run.days = {sample_snapshot({.day = 1})};
  screen.app.state.review = 6.4;
  screen.frames(2);
  CHECK(screen.at("bubble/verdict/title").value == "Is there a bubble on day 6?");
  CHECK(screen.at("bubble/table/title").value == "week to day 6");
  CHECK(screen.at("bubble/controls/day_value").value == "day 6.4");
  const BubbleExperiment& e = screen.app.state.truth.twins.bubble->experiments[0];
  const auto gini = static_cast<std::size_t>(BubbleMeasure::Gini);
  CHECK(screen.at("bubble/table/" + bubble_measures()[gini].name + "/B").value ==
        value_text(bubble_measures()[gini], e.worlds[1].measures[gini].at(6)));
  screen.press({keys::kLeft, false, true});
  screen.frames(1);
  CHECK(screen.at("bubble/verdict/title").value == "Is there a bubble on day 5?");
  // The replay goes on from there, and is no look back at the run.
  screen.press({'V'});
  CHECK_FALSE(screen.app.state.review);
  CHECK(screen.app.state.bubble.replaying);
  CHECK(screen.app.state.bubble.day >= 5.4);
  screen.app.state.review = 3;
  screen.frames(2);
  CHECK_FALSE(screen.app.state.bubble.replaying);
  CHECK(screen.at("bubble/table/title").value == "week to day 3");
  screen.press({keys::kEnd});
  screen.frames(1);
  CHECK_FALSE(screen.app.state.review);
}

TEST_CASE("The treatment in focus is the second map's world") {
  BubbleScreen screen;
  screen.show(sample_snapshot({.variants = 4}), RunStatus::Running);
  screen.app.state.focus = 3;
  screen.with(sample_twins({.variants = 4}));
  CHECK(screen.find("bubble/map/B") == nullptr);
  CHECK(screen.at("bubble/map/D/title").value == "all in epsilon");
  CHECK(screen.at("bubble/table/D").value == "D");
}

TEST_CASE("No state of the Bubble screen has layout faults at any size") {
  const Look look = GENERATE(from_range(std::begin(kAllLooks), std::end(kAllLooks)));
  BubbleScreen screen(look);
  const auto check = [&](const char* what) { check_layout(screen, what); };
  TwinState twins;
  screen.with(twins);
  check("offer");
  twins.status = RunStatus::Running;
  twins.progress = {RunStage::Truth, "truth: all control", 9, 21, 0.43, 1000};
  screen.with(twins);
  check("running");
  twins.status = RunStatus::Stopped;
  screen.with(twins);
  check("cancelled");
  twins.status = RunStatus::Failed;
  twins.error = std::string(60, 'x') + " " + std::string(200, 'y');
  screen.with(twins);
  check("failed");
  screen.with(sample_twins());
  check("maps");
  for (const int user : {0, 11, 40}) {
    screen.app.state.bubble.user = user;
    screen.frames(2);
    check("a user");
  }
  screen.app.state.bubble.heat = screen.app.state.bubble.difference = true;
  screen.frames(2);
  check("heat and difference");
  screen.app.state.bubble = {.day = 0, .user = 3};
  screen.frames(2);
  check("day 0 with a user");
  screen.app.state.bubble = {.day = 13.4, .replaying = true};
  screen.frames(2);
  check("replay");
  screen.app.state.bubble = {};
  screen.with(sample_twins({.shown = false}));
  check("nothing shown");
  screen.with(sample_twins({.days = 1, .users = 0}));
  check("no users");
  screen.with(sample_twins({.variants = 4, .categories = 32}));
  check("many categories");
  screen.app.state.bubble.user = 5;
  screen.frames(2);
  check("a user of many categories");
  screen.app.state.bubble.user = -1;
  screen.frames(2);
  screen.hover("bubble/lorenz/area");
  screen.hover("bubble/strip/area");
  check("plot tooltip");
  screen.hover("bubble/map/B/area");
  check("map tooltip");
}

TEST_CASE("Check 25: the Bubble screen builds in under 4 ms at 20,000 items") {
  BubbleScreen screen;
  screen.with(sample_twins({.items = 20'000}));
  screen.app.state.bubble = {.heat = true, .user = 7};
  CHECK(screen.frame_ms() < 4);
}
