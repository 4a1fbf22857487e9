#include "report/compare.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Contains;

namespace {

RunComparison sample() {
  RunComparison c;
  c.a = {"a.db", "quickstart", "0123", "aaaa", "commit 1", 42, 10000, 7, 14, {}, true};
  c.b = {"b.db", "quickstart", "4567", "bbbb", "commit 2", 43, 10000, 7, 21, {"default/\x1b[31mred"}, true};
  c.settings = {{"seed", "42", "43"}, {"days", "14", "21"}, {"default/treatment.engine.value.like", "0.5", std::nullopt}};
  c.other_keys = 1;
  c.metrics = {{"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, ""},
               {"watch_time", "Watch time", "min", 1, 2, Direction::HigherIsBetter, ""}};
  const PairedValue ctr{0.1, 0.14, 0.04, 0.005, {0.0302, 0.0498}, true},
      effect{0.02, 0.021, 0.001, 0.05, {-0.097, 0.099}, false};
  const PairedValue watch{10, 11, 1, 0.25, {0.5, 1.5}, true}, gini{0.5, 0.5, 0, kNoValue, {}, false};
  c.layers = {{"default",
               "control",
               "control",
               {{"control", {{"ctr", ctr, {}, true}, {"gini", gini, {}, true}}},
                {"treatment", {{"ctr", ctr, effect, false}, {"watch_time", watch, watch, true}}}}}};
  c.values = 3;
  c.values_apart = 3;
  c.effects = 1;
  c.effects_apart = 1;
  return c;
}

// As one line with single blanks, so that a sentence is found however it was wrapped and a row however wide its columns are.
std::string words(const RunComparison& c) {
  std::string out;
  for (const char ch : comparison_text(c)) {
    const bool blank = ch == '\n' || ch == ' ';
    if (!blank || (!out.empty() && out.back() != ' ')) out += blank ? ' ' : ch;
  }
  return out;
}

}  // namespace

TEST_CASE("the first paragraph says what differs and what came of it") {
  const std::string text = words(sample());
  CHECK_THAT(text,
             Contains("B differs from A in the seed (42 and 43), the days (14 after 7 of warm-up, and 21 after 7), the build "
                      "and 1 key besides of the scenario."));
  CHECK_THAT(text,
             Contains("The signatures differ. Of 3 values with an interval, 3 are clearly apart; of 1 effect, 1 is: watch "
                      "time of treatment (+1.000 min)."));
  CHECK_THAT(text, Contains("The seeds differ, so the users are other people."));
  CHECK_THAT(text, Contains("Welch") && Contains("independent") && Contains("one in 20"));
}

TEST_CASE("runs of the same people are said to be and equal runs too") {
  RunComparison c = sample();
  c.same_seed = c.same_days = c.same_build = c.same_people = true;
  CHECK_THAT(words(c), Contains("B differs from A in 1 key of the scenario; the seed, the days and the build are the same.") &&
                           Contains("their users are the same people") && Contains("are conservative"));
  c.same_build = false;
  CHECK_THAT(words(c), Contains("unless the two builds differ in the world"));
  c.same_build = c.same_scenario = c.same_signature = true;
  c.settings.clear();
  c.other_keys = 0;
  CHECK_THAT(words(c),
             Contains("B is a run of the same scenario as A, with the same seed, days and build. The signatures are equal: "
                      "both runs made the same decisions."));
  c.b.scenario_known = c.same_scenario = false;
  CHECK_THAT(words(c), Contains("differs from A in the scenario, in what its keys here do not show") &&
                           Contains("The scenario of B is not read here as it ran"));
}

TEST_CASE("each value and each effect has a row with both runs and what is between them") {
  const std::string text = words(sample());
  CHECK_THAT(text, Contains("CTR (%) control 10.00 14.00 +4.000 0.500 [+3.020, +4.980] ◆ Apart"));
  CHECK_THAT(text, Contains("Effect against control"));
  CHECK_THAT(text, Contains("CTR (points) treatment +2.000 +2.100") && Contains("⚠ Do not trust"));
  CHECK_THAT(text, Contains("Watch time (min) treatment +10.000 +11.000 +1.000 0.250 [+0.500, +1.500] ◆ Apart"));
  CHECK_THAT(text, Contains("default/treatment.engine.value.like 0.5 not set"));
  CHECK_THAT(text, Contains("Only in B: default/ [31mred.") && !Contains("nan") && !Contains("\x1b"));
  RunComparison other = sample();
  other.layers[0].control_b = "treatment";
  CHECK_THAT(words(other), Contains("Effects are against control in A and treatment in B, so they are not compared.") &&
                               !Contains("Effect against"));
}

TEST_CASE("the JSON holds every number to the bit and null where there is none") {
  RunComparison c = sample();
  c.layers[0].variants[0].metrics[0].value.a = 0.1 + 0.2;
  const std::string text = comparison_json(c);
  CHECK(text.ends_with("}\n"));
  const auto j = nlohmann::json::parse(text);
  CHECK(j["b"]["seed"] == 43);
  CHECK(j["same_seed"] == false);
  CHECK(j["settings"][2]["b"].is_null());
  CHECK(j["level"] == 0.95);
  const auto& metrics = j["layers"][0]["variants"][0]["metrics"];
  CHECK(metrics["ctr"]["value"]["a"] == 0.1 + 0.2);
  CHECK(metrics["ctr"]["effect"]["difference"].is_null());
  CHECK(metrics["gini"]["value"]["ci"] == nlohmann::json::array({nullptr, nullptr}));
  CHECK(j["layers"][0]["variants"][1]["metrics"]["ctr"]["trusted"] == false);
}
