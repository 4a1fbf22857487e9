#include "experiment/run_events.hpp"

#include <algorithm>

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

std::vector<RunEvent> of_kind(const std::vector<RunEvent>& events, std::string_view kind) {
  std::vector<RunEvent> out;
  std::ranges::copy_if(events, std::back_inserter(out), [&](const RunEvent& e) { return e.kind == kind; });
  return out;
}

}  // namespace

TEST_CASE("A broken split stands on the day it was first seen, and nothing is told of a sound one") {
  const auto events_of = [](const char* lost) {
    const Report report = run(SmallScenario{.users = 1'500, .days = 3, .sets = {lost}}.make());
    return std::pair{report.events, report.experiments[0].days};
  };
  const auto [events, days] = events_of("assignment.lost=0.4");
  REQUIRE(days.size() == 3);
  CHECK(days[2].srm.state == "unhealthy");
  const auto found = of_kind(events, "sample ratio mismatch");
  REQUIRE(found.size() == 1);
  const auto first = std::ranges::find(days, "unhealthy", [](const DayReport& d) { return d.srm.state; });
  CHECK(found[0].day == first->day);
  CHECK(of_kind(events_of("assignment.lost=0").first, "sample ratio mismatch").empty());
}

TEST_CASE("Ramps, outages and guardrail stops are told by day, an outage not before it begins") {
  SmallScenario small{.days = 3,
                      .treatment = "engine.budget.store.outage_from_days = 2.5\nengine.budget.store.outage_minutes = 60\n",
                      .sets = {"assignment.ramp=0:0.3, 1.5:0.8", "engine.budget.simulate=true"}};
  const Scenario scenario = small.make();
  const Study study(scenario);
  Simulation world(study);
  const Looks looks(study);
  const auto skips =
      static_cast<std::size_t>(std::ranges::find(metric_registry(), "skip_rate", &Metric::name) - metric_registry().begin());
  const std::vector<GuardrailStop::Stop> stops{{0, 1, skips, study.t0 + kDay}};
  std::vector<RunEvent> events = run_events(study, world, looks, stops);
  REQUIRE(events.size() == 2);  // the world is at its beginning
  CHECK(events[0].kind == "guardrail stop");
  CHECK(events[0].day == 1);
  CHECK(events[0].text.find("treatment is worse by more than") != std::string::npos);
  CHECK(events[1].kind == "ramp");
  CHECK(events[1].day == 1.5);
  CHECK(events[1].text == "Ramp: 80 % of units from here");
  const Report report = run(scenario);
  const auto outages = of_kind(report.events, "outage");
  REQUIRE(outages.size() == 1);
  CHECK(outages[0].day == Approx(1.5));
  CHECK(outages[0].until == Approx(1.5 + 1.0 / 24));
  CHECK(outages[0].text == "Outage: the store of treatment is down");
}
