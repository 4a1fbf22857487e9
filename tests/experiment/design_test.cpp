// Designs beside the plain one: how they are read, refused and named.
#include "experiment/design.hpp"

#include "experiment/run.hpp"
#include "experiment/scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string error_of(const std::string& toml, const std::vector<std::string>& sets = {}) {
  try {
    parse_scenario(toml, "s.toml", sets);
  } catch (const Error& e) {
    const std::string what = e.what();
    CHECK(what.find('\n') == std::string::npos);  // one line
    return what;
  }
  return "no error";
}

const std::string kLayer =
    "[[experiment.variant]]\nname = \"off\"\nshare = 0.5\n[[experiment.variant]]\nname = \"on\"\nshare = 0.5\n";

std::string layers(const std::string& first, const std::string& second = "") {
  return "name = \"s\"\n[[experiment]]\nlayer = \"one\"\n" + first + kLayer + "[[experiment]]\nlayer = \"two\"\n" + second +
         kLayer;
}

}  // namespace

TEST_CASE("a layer has the design of [assignment] unless it says otherwise") {
  const Scenario s = parse_scenario(layers("unit = \"household\"\n"), "s.toml");
  CHECK(s.experiments[0].design.unit == Unit::Household);
  CHECK(s.experiments[1].design.unit == Unit::User);
  CHECK(parse_scenario(layers(""), "s.toml").hash() != s.hash());
  const Scenario set = parse_scenario(layers("unit = \"user\"\n"), "s.toml", {"assignment.unit=household"});
  CHECK(set.experiments[0].design.unit == Unit::User);
  CHECK(set.experiments[1].design.unit == Unit::Household);
  CHECK(SmallScenario{.sets = {"assignment.unit=household"}}.make().experiments[0].design.unit == Unit::Household);
}

TEST_CASE("a unit that is none is refused where it stands") {
  CHECK_THAT(error_of(layers("unit = \"hausehold\"\n")), StartsWith("s.toml:4:8: ") && Contains("did you mean \"household\"?"));
  CHECK_THAT(error_of(layers("unit = 3\n")), Contains("one of user, household, region"));
  CHECK_THAT(error_of(layers("units = \"user\"\n")), Contains("unknown key `units`") && Contains("did you mean `unit`?"));
}

TEST_CASE("regions too few for a variant are refused with what to do") {
  // Of "s/one" the hash gives one variant fewer than two of four countries for some salt; both outcomes exist.
  int refused = 0;
  for (int salt = 0; salt < 40; ++salt) {
    const std::string what = error_of(layers("unit = \"region\"\nsalt = \"" + std::to_string(salt) + "\"\n"));
    if (what == "no error") continue;
    ++refused;
    CHECK_THAT(what, Contains("of the world's 4 regions") && Contains("another salt"));
  }
  CHECK(refused > 5);  // 10 of 16 splits of four countries are not two and two
  CHECK(refused < 38);
}

TEST_CASE("a report names its design") {
  const auto design = [](std::vector<std::string> sets) {
    return run(SmallScenario{.users = 40, .warmup_days = 0, .days = 1, .sets = std::move(sets)}.make()).experiments[0].design;
  };
  CHECK(design({}) == "user-randomised, shared models");
  CHECK(design({"assignment.unit=household", "engine.isolation=data"}) == "household-randomised, data-diverted");
  CHECK(design({"engine.isolation=user_corpus"}) == "user-randomised, user-corpus co-diverted");
}
