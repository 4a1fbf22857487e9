#include "gui/knobs.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("A knob knows its parameter, its value and the file's") {
  const Scenario base = SmallScenario{}.make(),
                 chosen = SmallScenario{.sets = {"days=9", "treatment.engine.value.like=0.5"}}.make();
  const auto days = knob_of(base, chosen, "days");
  REQUIRE(days);
  CHECK(days->label == "Days");
  CHECK(days->changed());
  CHECK(plain_text(days->value) == "9");
  CHECK(plain_text(days->base) == "2");
  const auto like = knob_of(base, chosen, "treatment.engine.value.like");
  REQUIRE(like);
  CHECK(like->label == "Like of treatment");
  CHECK(plain_text(like->value) == "0.5");
  CHECK(plain_text(like->base) == "0");
  CHECK_FALSE(knob_of(base, chosen, "no.such.key"));
  CHECK_FALSE(knob_of(base, chosen, "nobody.engine.value.like"));
}

TEST_CASE("A slider's ends lie around the file's value inside the range, and places and values agree") {
  const Scenario s = SmallScenario{}.make();
  for (const KnobGroup& group : knob_groups()) {
    for (const std::string& key : group.keys) {
      const Knob k = *knob_of(s, s, key);
      if (!has_slider(k)) continue;
      INFO(key);
      for (const double at : {0.0, 0.5, 1.0}) {
        const Value v = knob_value(k, at);
        Settings trial = s.settings;
        CHECK_NOTHROW(trial.set(key, v, {}));
      }
      const double place = knob_position(k);
      CHECK(place >= 0);
      CHECK(place <= 1);
    }
  }
  const Knob users = *knob_of(s, s, "world.population.users");
  CHECK(std::get<std::int64_t>(knob_value(users, knob_position(users))) == 150);
  CHECK(std::get<std::int64_t>(knob_value(users, 1)) == 3000);
}

TEST_CASE("Every parameter of a run is in one group, and the first keys are the scenario's own when it names them") {
  std::size_t grouped = 0;
  for (const KnobGroup& group : knob_groups()) grouped += group.keys.size();
  std::size_t of_runs = 0;
  const auto beside = [](const Parameter& p) {
    return p.path.starts_with("fleet.") || p.path.starts_with("bandit.") || p.path.starts_with("published.");
  };
  for (const Parameter& p : schema().rows()) of_runs += beside(p) ? 0 : 1;
  CHECK(grouped == of_runs);
  Scenario s = SmallScenario{}.make();
  for (const std::string& key : first_keys(s)) CHECK(knob_of(s, s, key));
  s.sliders = {"days"};
  CHECK(first_keys(s) == std::vector<std::string>{"days"});
}
