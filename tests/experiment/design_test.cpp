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
  // For some salts the hash gives a variant fewer than two of four countries, for others not.
  int refused = 0;
  for (int salt = 0; salt < 40; ++salt) {
    const std::string what = error_of(layers("unit = \"region\"\nsalt = \"" + std::to_string(salt) + "\"\n"));
    if (what == "no error") continue;
    ++refused;
    CHECK_THAT(what, Contains("of the world's 4 regions") && Contains("another `salt`"));
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

TEST_CASE("allocations and ramps and holdouts that cannot be are refused with what is allowed") {
  const auto ramp_error = [](const std::string& text) { return error_of(layers("ramp = \"" + text + "\"\n")); };
  for (const char* text : {"x", "0", "0:", ":1", "0:0.1,", "0:0.1 1:0.2", "0:0.1, 1", "0:0.1:2"})
    CHECK_THAT(ramp_error(text), Contains("is no pair") && Contains("0:0.01, 2:0.1, 5:1"));
  CHECK_THAT(ramp_error("0:1.5"), Contains("outside [0, 1]"));
  CHECK_THAT(ramp_error("0:nan"), Contains("outside [0, 1]"));
  CHECK_THAT(ramp_error("-1:0.5"), Contains("before the start"));
  CHECK_THAT(ramp_error("0:0.1, 0:0.2"), Contains("does not come later"));
  CHECK_THAT(ramp_error("0:0.2, 1:0.1"), Contains("throw units out"));
  CHECK_THAT(ramp_error("0:0.00001"), Contains("finer than 0.01 %"));
  CHECK_THAT(ramp_error("0:0"), Contains("allocates no unit"));
  CHECK_THAT(error_of(layers("ramp = \"0:0.1\"\nallocation = 0.5\n")), StartsWith("s.toml:2") && Contains("give one"));
  CHECK_THAT(error_of(layers("allocation = 0\n")), Contains("allocates no unit"));
  CHECK_THAT(error_of(layers("allocation = 0.00015\n")), Contains("finer than 0.01 %"));
  CHECK_THAT(error_of(layers("allocation = 1.1\n")), Contains("[0, 1]"));
  CHECK_THAT(error_of(layers(""), {"holdout=1"}), Contains("[0, 0.99]"));
  CHECK_THAT(error_of(layers(""), {"holdout=0.00001"}), Contains("finer than 0.01 %"));
}

TEST_CASE("a ramp is read and the allocation is its one step otherwise") {
  const Design ramped = parse_scenario(layers("ramp = \" 0:0.01 ,2.5 : 0.1, 5:1\"\n"), "s.toml").experiments[0].design;
  REQUIRE(ramped.ramp.size() == 3);
  CHECK(ramped.share_at(-1) == 0);
  CHECK(ramped.share_at(0) == 0.01);
  CHECK(ramped.share_at(2.4) == 0.01);
  CHECK(ramped.share_at(2.5) == 0.1);
  CHECK(ramped.share_at(7) == 1);
  CHECK_FALSE(ramped.counts_everybody());
  const Design part = parse_scenario(layers("allocation = 0.25\n"), "s.toml").experiments[0].design;
  CHECK(part.share_at(3) == 0.25);
  CHECK(design_text(ramped, "shared") == "user-randomised, shared models, ramped from 1 % on day 0 to 100 % on day 5");
  CHECK(design_text(part, "shared") == "user-randomised, shared models, 25 % of units");
}

TEST_CASE("units of the last variant that are lost are served and not counted, and the sample ratio tells") {
  const auto with = [](const std::string& lost) {
    return run(SmallScenario{.users = 1'500, .sets = {"assignment.lost=" + lost}}.make());
  };
  const Report whole = with("0"), broken = with("0.3");
  const ExperimentReport &a = whole.experiments[0], &b = broken.experiments[0];
  CHECK(b.variants[0].units == a.variants[0].units);
  const double left = static_cast<double>(b.variants[1].units) / static_cast<double>(a.variants[1].units);
  CHECK(left == Approx(0.7).margin(0.09));     // five standard errors of 750 units
  CHECK(broken.signature == whole.signature);  // what happens is the same; only what is known of it is not
  CHECK(a.srm[0].state == "healthy");
  CHECK(b.srm[0].state == "unhealthy");
  for (const EffectReport& e : b.effects) CHECK((e.verdict == "do not trust" || e.verdict == "not enough data"));
  CHECK(b.design.find("30 % of the last variant's units lost") != std::string::npos);
  CHECK_THAT(error_of(layers("design = \"interleaving\"\nlost = 0.1\n")), Contains("takes units away"));
  CHECK_THAT(error_of(layers("lost = 1.5\n")), Contains("[0, 1]"));
}

TEST_CASE("two splits by one salt are refused") {
  const std::string held = "salt = \"s/holdout\"\n", part = "salt = \"a\"\nallocation = 0.5\n";
  CHECK_THAT(error_of(layers(held), {"holdout=0.1"}), Contains("\"s/holdout\" would serve two splits"));
  CHECK_THAT(error_of(layers(part, "salt = \"a/allocation\"\n")), Contains("\"a/allocation\" would serve two splits"));
  CHECK(error_of(layers(held, "salt = \"s/one/allocation\"\n")) == "no error");  // nobody is held out or left out
}

TEST_CASE("a switchback that cannot be is refused with what is allowed") {
  const std::string design = "design = \"switchback\"\n", region = "unit = \"region\"\n";
  CHECK(error_of(layers(design + region)) == "no error");
  CHECK_THAT(error_of(layers(design)), Contains("set `unit` = \"region\""));
  CHECK_THAT(error_of(layers(design + region + "allocation = 0.5\n")), Contains("takes everybody along"));
  CHECK_THAT(error_of(layers(design + region + "ramp = \"0:0.1, 1:1\"\n")), Contains("takes everybody along"));
  CHECK_THAT(error_of(layers(design + region + "block_hours = 2\nburn_in_hours = 2\n")), Contains("leaves nothing of a block"));
  CHECK_THAT(error_of(layers(design + region + "block_hours = 0\n")), Contains("[0.25, 8760]"));
  CHECK_THAT(error_of(layers(design + region + "trigger = \"differs\"\n")), Contains("count whole"));
  CHECK_THAT(error_of(layers("design = \"swichback\"\n")), Contains("did you mean \"switchback\"?"));
}
