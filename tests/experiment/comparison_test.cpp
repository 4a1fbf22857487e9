#include "experiment/comparison.hpp"

#include <cmath>

#include "base/hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;

namespace {

constexpr const char* kToml =
    "name = \"tiny\"\nseed = 7\ndays = 2\nworld.population.users = 120\n[[variant]]\nname = \"control\"\nshare = 0.5\n"
    "[[variant]]\nname = \"treatment\"\nshare = 0.5\nengine.value.completion = 1.0\n";

Scenario scenario(const std::vector<std::string>& sets = {}, const std::string& toml = kToml) {
  return parse_scenario(toml, "tiny.toml", sets, TableFiles::Leave);
}

EffectReport effect(double absolute, double se, const char* verdict = "changed") {
  EffectReport x;
  x.variant = "treatment";
  x.metric = "ctr";
  x.effect = absolute;
  x.se = se;
  x.verdict = verdict;
  return x;
}

// A run of `s` in which both variants have one value of CTR with its error from n units, and one effect.
FinishedRun run_of(Scenario s, MetricValue ctr, EffectReport x) {
  FinishedRun run{"run.db", "commit 1", {}, std::nullopt};
  Report& r = run.report;
  r.scenario = s.name;
  r.seed = s.seed();
  r.provenance.scenario_hash = hex(s.hash());
  r.signature = hex(s.hash() + s.seed());
  r.days = static_cast<int>(std::get<std::int64_t>(s.settings.at("days")));
  const MetricValue gini{"gini", 0.5, kNoValue, ctr.n};
  r.experiments = {{"default",
                    "",
                    {{"control", 0.5, ctr.n, 0, 0, {ctr, gini}}, {"treatment", 0.5, ctr.n, 0, 0, {ctr, gini}}},
                    {std::move(x)},
                    {},
                    {},
                    {},
                    {}}};
  run.scenario = std::move(s);
  return run;
}

constexpr std::int64_t kMany = 1'000'000'000;  // so that Student's t is the normal

FinishedRun usual(const std::vector<std::string>& sets = {}) {
  return run_of(scenario(sets), {"ctr", 0.1, 0.003, kMany}, effect(0.02, 0.03));
}

std::vector<std::string> keys(const std::vector<SettingDifference>& all) {
  std::vector<std::string> out;
  for (const SettingDifference& d : all) out.push_back(d.key);
  return out;
}

}  // namespace

// Errors of 3 and 4 thousandths make one of 5; 1.959964 is the normal's 97.5 % point.
TEST_CASE("the variance of a difference is the sum of the two runs'") {
  const RunComparison c = compare_runs(usual(), run_of(scenario({"seed=8"}), {"ctr", 0.14, 0.004, kMany}, effect(0.12, 0.04)));
  REQUIRE(c.layers.size() == 1);
  REQUIRE(c.layers[0].variants.size() == 2);
  const MetricComparison& treatment = c.layers[0].variants[1].metrics[0];
  CHECK(treatment.metric == "ctr");
  CHECK(treatment.value.a == 0.1);
  CHECK(treatment.value.b == 0.14);
  CHECK(treatment.value.difference == Approx(0.04));
  CHECK(treatment.value.se == Approx(0.005));
  CHECK(treatment.value.ci.low == Approx(0.04 - 1.959964 * 0.005));
  CHECK(treatment.value.ci.high == Approx(0.04 + 1.959964 * 0.005));
  CHECK(treatment.value.apart);
  CHECK(treatment.effect.difference == Approx(0.1));
  CHECK(treatment.effect.se == Approx(0.05));
  CHECK(treatment.effect.ci.low == Approx(0.1 - 1.959964 * 0.05));
  CHECK(treatment.effect.apart);
  // A control has no effect, and concentration of exposure no error.
  const VariantComparison& control = c.layers[0].variants[0];
  CHECK(std::isnan(control.metrics[0].effect.difference));
  CHECK(control.metrics[1].value.difference == 0);
  CHECK(std::isnan(control.metrics[1].value.se));
  CHECK_FALSE(control.metrics[1].value.apart);
  CHECK(c.values == 2);
  CHECK(c.values_apart == 2);
  CHECK(c.effects == 1);
  CHECK(c.effects_apart == 1);
}

// Two units each: 2 degrees of freedom, whose 97.5 % point is 4.302653.
TEST_CASE("an interval of few units is Welch's") {
  const RunComparison c = compare_runs(run_of(scenario(), {"ctr", 10, 3, 2}, effect(0, 1)),
                                       run_of(scenario({"seed=8"}), {"ctr", 12, 3, 2}, effect(0, 1)));
  const PairedValue& p = c.layers[0].variants[0].metrics[0].value;
  CHECK(p.se == Approx(3 * std::sqrt(2)));
  CHECK(p.ci.low == Approx(2 - 4.302653 * 3 * std::sqrt(2)));
  CHECK(p.ci.high == Approx(2 + 4.302653 * 3 * std::sqrt(2)));
  CHECK_FALSE(p.apart);
}

TEST_CASE("a run beside itself differs in nothing") {
  const RunComparison c = compare_runs(usual(), usual());
  CHECK(c.settings.empty());
  CHECK((c.same_seed && c.same_build && c.same_days && c.same_scenario && c.same_signature && c.same_people));
  CHECK((c.a.scenario_known && c.b.scenario_known));
  CHECK(c.values_apart == 0);
  CHECK(c.layers[0].variants[1].metrics[0].value.difference == 0);
}

TEST_CASE("keys that differ are found in the settings and in the variants whoever set them") {
  const std::string toml = std::string(kToml) + "engine.value.like = 0.5\n";
  const RunComparison c = compare_runs(usual(), run_of(scenario({"seed=8", "days=3", "engine.value.click=0.25"}, toml),
                                                       {"ctr", 0.1, 0.003, kMany}, effect(0, 1)));
  CHECK(keys(c.settings) ==
        std::vector<std::string>{"seed", "days", "engine.value.click", "default/treatment.engine.value.like"});
  CHECK(c.settings[1].a == "2");
  CHECK(c.settings[1].b == "3");
  CHECK_FALSE(c.settings[3].a.has_value());
  CHECK(c.settings[3].b == "0.5");
  CHECK(c.other_keys == 2);
  CHECK_FALSE(c.same_seed);
  CHECK_FALSE(c.same_days);
  CHECK_FALSE(c.same_scenario);
  CHECK_FALSE(c.same_people);
}

TEST_CASE("users are the same people when the seed and the world are the same") {
  CHECK(compare_runs(usual(), usual({"engine.value.click=0.25", "days=5"})).same_people);
  CHECK_FALSE(compare_runs(usual(), usual({"world.population.users=121"})).same_people);
  CHECK_FALSE(compare_runs(usual(), usual({"seed=8"})).same_people);
  // Tables of one name may hold other rows.
  const std::vector<std::string> table{"world.items.table=\"items.csv\""}, other{table[0], "days=5"};
  CHECK(compare_runs(usual(table), usual(table)).same_people);
  CHECK_FALSE(compare_runs(usual(table), usual(other)).same_people);
  // What an archive does not keep may be of the world.
  FinishedRun unknown = usual({"days=5"});
  unknown.scenario = scenario();
  const RunComparison c = compare_runs(usual(), unknown);
  CHECK(c.a.scenario_known);
  CHECK_FALSE(c.b.scenario_known);
  CHECK_FALSE(c.same_people);
  unknown.scenario.reset();
  CHECK(compare_runs(usual(), unknown).settings.empty());
}

TEST_CASE("an effect that a run does not trust is not counted and one against another control is not compared") {
  FinishedRun b = run_of(scenario({"seed=8"}), {"ctr", 0.1, 0.003, kMany}, effect(9, 0.01, "do not trust"));
  RunComparison c = compare_runs(usual(), b);
  CHECK_FALSE(c.layers[0].variants[1].metrics[0].trusted);
  CHECK(c.effects == 0);
  std::swap(b.report.experiments[0].variants[0], b.report.experiments[0].variants[1]);
  c = compare_runs(usual(), b);
  CHECK(c.layers[0].control_b == "treatment");
  CHECK(std::isnan(c.layers[0].variants[1].metrics[0].effect.difference));
}

TEST_CASE("runs without a variant or a metric in common are refused by name") {
  FinishedRun b = usual();
  b.name = "b.db";
  for (VariantReport& v : b.report.experiments[0].variants) v.metrics[0].name = v.metrics[1].name = "other";
  CHECK(error_of([&] { compare_runs(usual(), b); }) == "run.db: has no metric in common with b.db");
  b.report.experiments[0].variants[1].name = "candidate";
  b.report.experiments[0].variants[0].metrics[0].name = "ctr";
  CHECK(compare_runs(usual(), b).a.only_here == std::vector<std::string>{"default/treatment"});
  CHECK(compare_runs(usual(), b).b.only_here == std::vector<std::string>{"default/candidate"});
  b.report.experiments[0].layer = "home";
  CHECK(error_of([&] { compare_runs(usual(), b); }) ==
        "run.db: has no variant in common with b.db: here default/control, default/treatment, there home/control, "
        "home/candidate");
}
