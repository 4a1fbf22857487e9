#include "report/replication.hpp"

#include <nlohmann/json.hpp>

#include "report/validity.hpp"
#include "tests/support/catch.hpp"

namespace feedloop {
namespace {

PowerResult study() {
  PowerResult r;
  r.scenario = "quick\x1b[31mstart";
  r.runs = 40;
  r.days = 14;
  r.metrics = {{"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, "", MetricRole::Decision},
               {"likes", "likes", "%", 100, 2, Direction::HigherIsBetter, "", MetricRole::Diagnostic}};
  for (const char* metric : {"ctr", "likes"})
    for (const StoppingRule rule : {StoppingRule::FixedHorizon, StoppingRule::Pocock}) {
      DesignQuality q;
      q.layer = "default";
      q.variant = "treatment";
      q.metric = metric;
      q.rule = rule;
      q.rejected = measured_share(30, 40);
      q.coverage = measured_share(38, 40);
      q.truth = measured_mean({0.010, 0.014});
      q.within_se = 0.0005;
      q.bias = measured_mean({-0.001, 0.002, 0.0005});
      q.type_s = measured_share(0, 30);
      q.type_m = 1.25;
      q.day = measured_mean({10, 14});
      r.qualities.push_back(q);
    }
  r.qualities[1].rejected = {};
  return r;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a study reads with its Monte-Carlo errors and says what could not be tested") {
  const std::string text = power_text({study()}, {});
  CHECK(has(text, "40 worlds, 14 days each"));
  CHECK(has(text, "75 [60, 86] %"));
  CHECK(has(text, "95 [83, 99] %"));
  CHECK(has(text, "[ ] is Wilson's 95 % interval of a share"));
  CHECK(has(text, "+1.2"));  // true effect in points
  CHECK(has(text, "not enough data"));
  CHECK_FALSE(has(text, "likes"));
  CHECK_FALSE(has(text, "\x1b[31m"));
  CHECK(has(power_text({study()}, {"likes"}), "likes"));
  PowerResult null = study();
  for (DesignQuality& q : null.qualities) q.null = true;
  CHECK(has(power_text({null}, {}), "every rejection is an error"));
  null.qualities[0].rejected = measured_share(0, 40);
  CHECK(has(power_text({null}, {}), "0 [0, 9] %"));
}

TEST_CASE("several designs stand side by side, then one by one") {
  PowerResult users = study(), households = study();
  users.design = "assignment.unit=user";
  households.design = "assignment.unit=household,days=28";
  households.days = 28;
  households.qualities[0].rejected = measured_share(20, 40);
  households.qualities.pop_back();
  const std::string text = power_text({users, households}, {});
  CHECK(has(text, "A  assignment.unit=user\n"));
  CHECK(has(text, "B  assignment.unit=household,days=28\n"));
  CHECK(has(text, "75 [60, 86] %, 12.0"));
  CHECK(has(text, "50 [35, 65] %, 12.0"));
  CHECK(has(text, "A: assignment.unit=user"));
  CHECK(has(text, "40 worlds, 28 days each"));
  const auto j = nlohmann::json::parse(power_json({users, households}));
  CHECK(j["share_intervals"] == "Wilson, 95 %");
  REQUIRE(j["designs"].size() == 7);
  CHECK(j["designs"][3]["design"] == "assignment.unit=user");
  CHECK(j["designs"][4]["design"] == "assignment.unit=household,days=28");
  CHECK(j["designs"][4]["days"] == 28);
}

TEST_CASE("the JSON of a study has all designs, and null for what is not known") {
  const auto j = nlohmann::json::parse(power_json({study()}));
  REQUIRE(j["designs"].size() == 4);
  CHECK(j["designs"][0]["power"]["hits"] == 30);
  CHECK(j["designs"][0]["true_effect"]["mean"] == 0.012);
  CHECK(j["designs"][1]["power"]["value"].is_null());
  CHECK(j["designs"][0]["type_m"]["se"].is_null());
}

TEST_CASE("assignments drawn again read with what they cost when the run was no A/A test") {
  RerandomisedPage page;
  page.archive = "run.db";
  page.request = {{"control", "treatment"}, {0.9, 0.1}, 500, 0.05, 0.02, {1}};
  page.result.units = 1000;
  RerandomisedMetric m;
  m.variant = "treatment";
  m.metric = "ctr";
  m.type_1 = measured_share(25, 500);
  m.power = measured_share(400, 500);
  RerandomisedMetric unjudged;
  unjudged.variant = "treatment";
  unjudged.metric = "d30_retention";
  page.result.metrics = {m, unjudged};
  CHECK(has(rerandomised_text(page), "no A/A test"));
  page.identical = true;
  const std::string text = rerandomised_text(page);
  CHECK_FALSE(has(text, "no A/A test"));
  CHECK(has(text, "500 assignments of 1,000 units to control 90 % and treatment 10 %"));
  CHECK(has(text, "5.0 [3.4, 7.3] %"));
  CHECK(has(text, "Power at +2 %"));
  CHECK(has(text, "not enough data"));
  const auto j = nlohmann::json::parse(rerandomised_json(page));
  CHECK(j["metrics"][0]["power"]["value"] == 0.8);
  CHECK(j["metrics"][1]["type_1"]["value"].is_null());
}

TEST_CASE("the page of validity counts what decides and marks what fails") {
  std::vector<ValiditySection> sections{
      {"Title", "How.", {{"a", "one", "0", 0, {}, 5, false, true}, {"b", "two", "5 %", 0.2, {0.1, 0.3}, 9, true, false}}}};
  sections[0].checks.push_back({"c", "three", "", 0.1, {}, 1, false, false, false});
  const std::string page = validity_markdown(sections, Tier::Quick);
  CHECK(has(page, "1 of 2 checks hold"));
  CHECK(has(page, "feedloop validity --quick"));
  CHECK(has(page, "| `b` | two | 5 % | 20.00 [10.00, 30.00] % | 9 | FAILS |"));
  CHECK(has(page, "not shown"));
  CHECK(has(validity_text(sections), "1 of 2 checks hold"));
}

}  // namespace feedloop
