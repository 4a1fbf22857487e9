#include "gui/funnel_view.hpp"

#include "experiment/run.hpp"
#include "gui/request_panel.hpp"
#include "tests/gui/lab_sample.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {
namespace {

using namespace testing;
using namespace std::chrono_literals;

struct FunnelScreen : Screen {
  explicit FunnelScreen(std::shared_ptr<const Snapshot> s, RunStatus status = RunStatus::Paused, Look look = {})
      : Screen(look) {
    app.state.view = view_index("funnel");
    show(std::move(s), status);
  }
};

std::shared_ptr<Snapshot> simulated_services() {
  auto s = lab_snapshot();
  s->funnel = sample_funnel(s->experiments[0].variants, true);
  return s;
}

}  // namespace

TEST_CASE("Funnel says what passes each stage, and why an item was shown") {
  FunnelScreen screen(lab_snapshot());
  CHECK(screen.at("funnel/head/verdict").value ==
        "two-tower: 812 items nominated a page, 640 ranked, 10 shown; no latency budget is set");
  CHECK(screen.at("funnel/flow/stage/kept/items").value == "100, 16% kept");
  CHECK(screen.at("funnel/flow/source/two_tower/Kept").value == "22");
  // The newest page, and its first slot.
  CHECK(screen.at("funnel/request/who").value.starts_with("newest: user 51"));
  CHECK(screen.at("funnel/request/why").value ==
        "Slot 1: nominated by two_tower (3rd) and trending (12th); 5th of 640 by value, 1st after mmr; softmax drew it with "
        "chance "
        "0.830 among 40");
  screen.hover("funnel/request/slot/5");
  CHECK(screen.at("funnel/request/why").value.starts_with("Slot 5: no source nominated it, it filled the page up"));
  CHECK(screen.at("funnel/request/slot/1/places").value == "5 → 1 → 1");
  CHECK(screen.at("funnel/request/slot/10/places").value == "other ranking → 10");
}

TEST_CASE("Sampled pages are stepped through, and the one looked into stays when new ones come") {
  FunnelScreen screen(lab_snapshot());
  CHECK(screen.at("funnel/request/number").value == "6 of 6");
  screen.press({'N', false, true});
  screen.frames(1);
  CHECK(screen.at("funnel/request/number").value == "5 of 6");
  CHECK(screen.at("funnel/request/who").value.starts_with("user 49"));
  auto later = lab_snapshot();
  auto funnel = std::make_shared<FunnelFacts>(*later->funnel);
  funnel->pages.erase(funnel->pages.begin() + 9, funnel->pages.end());  // the one looked into is no longer kept
  later->funnel = funnel;
  screen.show(later, RunStatus::Running);
  CHECK(screen.at("funnel/request/who").value.starts_with("user 49"));
  CHECK(screen.at("funnel/request/number").value == "kept aside");
  for (int i = 0; i < 12; ++i) screen.press({'N'});
  screen.frames(1);
  CHECK(screen.at("funnel/request/who").value.starts_with("newest: user 47"));
}

TEST_CASE("Headline and inspector speak of the variant that was chosen") {
  FunnelScreen screen(lab_snapshot());
  screen.click("funnel/flow/variant/A");
  CHECK(screen.at("funnel/head/verdict").value.starts_with("control: "));
  CHECK(screen.at("funnel/request/who").value.starts_with("newest: user 50"));
  CHECK(screen.at("funnel/request/number").value == "6 of 6");
}

TEST_CASE("A user is looked into by number, and one without a sampled page is refused") {
  FunnelScreen screen(lab_snapshot());
  screen.click("funnel/request/user");
  screen.type("43");
  screen.frames(2);
  CHECK(screen.at("funnel/request/who").value.starts_with("user 43"));
  CHECK(screen.at("funnel/request/number").value == "2 of 6");
  screen.type("9");  // 439: nobody's
  screen.frames(2);
  CHECK(screen.at("funnel/request/user").tooltip == "None of the 12 newest sampled pages is this user's");
  CHECK(screen.at("funnel/request/who").value.starts_with("user 43"));
}

TEST_CASE("Simulated services are held against their budget") {
  FunnelScreen screen(simulated_services());
  CHECK(screen.at("funnel/head/verdict")
            .value.find("⚠ control breaks its budget: 99% of pages within 214 ms of a budget of 200 ms") == 0);
  CHECK(screen.at("funnel/latency/page_0/numbers").value == "61.0 ms / 118.0 ms / 214.0 ms");
}

TEST_CASE("Cache and queue are those of the variant that was chosen, and a queue that grows is an alarm") {
  auto s = lab_snapshot();
  auto funnel = std::make_shared<FunnelFacts>(*s->funnel);
  funnel->fleet[0].load = 1.2;
  funnel->fleet[0].wait_s = 5'400;
  s->funnel = funnel;
  FunnelScreen screen(s);
  CHECK(screen.at("funnel/latency/cache").value == "answers 41.2% of requests, with lists 21 min old");
  CHECK(screen.at("funnel/latency/cache").tooltip.find("kept for the 10% of its users who came most") != std::string::npos);
  CHECK(screen.at("funnel/latency/queue").value == "load 80%, an update waits 4.2 s, at most 120 queued");
  screen.click("funnel/flow/variant/A");
  CHECK(screen.at("funnel/latency/queue").value == "⚠ load 120%, it grows, an update waits 90 min, at most 120 queued");
  for (CellFleet& f : funnel->fleet) f.requests = 0;
  screen.frames(1);
  CHECK(screen.at("funnel/latency/cache").value == "◌ not enough data: it takes two whole days of requests");
  funnel->fleet.clear();
  screen.frames(1);
  CHECK(screen.at("funnel/latency/queue").value == "◌ not recorded with this run");
}

TEST_CASE("What stages lose is shown once the truth is known, and in its colour's place only") {
  FunnelScreen screen(lab_snapshot());
  CHECK(screen.find("funnel/flow/stage/kept/regret") == nullptr);
  CHECK(screen.find("funnel/flow/stage/kept/recall") == nullptr);
  show_truth(screen, 0, {{"regret_ranking", 0.31, 0.02, 200}, {"recall_ranking", 0.44, 0.02, 200}});
  CHECK(screen.at("funnel/flow/stage/kept/regret").value == "−0.31 min");
  CHECK(screen.at("funnel/flow/stage/kept/recall").value == "44%");
  CHECK(screen.faults().empty());
}

TEST_CASE("The page looked into is the one that the run has logged") {
  const Scenario scenario = SmallScenario{.users = 80, .items = 120, .warmup_days = 1, .days = 1}.make();
  RunController controller([&](Observer& observer) { return run(scenario, {}, &observer); });
  Screen screen;
  screen.app.state.view = view_index("funnel");
  controller.play();
  for (int i = 0; i < 600 && !controller.wait(100ms); ++i) {
  }
  controller.rethrow();
  screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Finished; });
  REQUIRE(screen.snapshot->funnel != nullptr);
  const auto page = inspected_page(screen.app.state.funnel, screen.snapshot->funnel.get(),
                                   shown_cell(screen.app.state, screen.snapshot.get()));
  REQUIRE(page != nullptr);
  CHECK(screen.at("funnel/request/who").value.starts_with("newest: user " + std::to_string(page->user)));
  CHECK(screen.at("funnel/request/slot/1/item").value.starts_with("#" + std::to_string(page->slots[0].item)));
  CHECK(screen.faults() == std::vector<std::string>{});
}

TEST_CASE("Check 18: Funnel has no fault of layout in any state") {
  for (const Look look : kLooks) {
    for (int state = 0; state < 8; ++state) {
      std::shared_ptr<Snapshot> s;
      if (state == 1) s = lab_snapshot({.day = 0});
      if (state == 2) s = sample_snapshot({.variants = 2, .day = 0.5});  // nobody watches
      if (state == 3) s = lab_snapshot({.variants = 6});
      if (state == 4) s = lab_snapshot({.variants = 4, .mismatch = true});
      if (state == 5) {
        s = interleaved_snapshot();
        s->funnel = sample_funnel(s->experiments[0].variants);
      }
      if (state == 6) s = simulated_services();
      if (state == 7) {  // watched, and nothing was sampled or measured yet
        s = lab_snapshot();
        auto none = std::make_shared<FunnelFacts>();
        none->flows = {{"control", 0, 0, 0, 0, 0, 0, {}}, {"two-tower", 0, 0, 0, 0, 0, 0, {}}};
        none->latency = {{"retrieve", kNoValue, kNoValue, 0, kNoValue}};
        s->funnel = none;
      }
      FunnelScreen screen(s, state == 0 ? RunStatus::Idle : RunStatus::Running, look);
      for (const bool fixed : {true, false}) {
        screen.app.state.fixed_dt = fixed;
        screen.frames(1);
        INFO("state " << state << ", " << look.width << " x " << look.height << ", fixed " << fixed);
        CHECK(screen.faults() == std::vector<std::string>{});
        for (const ui::Element& e : screen.app.state.registry.all()) CHECK(e.value.find("nan") == std::string::npos);
      }
    }
  }
}

}  // namespace feedloop
