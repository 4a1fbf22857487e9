#include "report/json.hpp"

#include <bit>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "report/text.hpp"
#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Json = nlohmann::ordered_json;

namespace {

void check_keys(const Json& j, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    INFO(key);
    CHECK(j.contains(key));
  }
}

std::string message(const std::string& json) {
  try {
    parse_report(json);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a report read back from JSON is the same to the last bit") {
  const Report r = sample_report();
  const std::string json = json_report(r);
  const Report back = parse_report(json);
  CHECK(json_report(back) == json);
  CHECK(text_report(back) == text_report(r));
  CHECK(back.seed == r.seed);
  CHECK(back.experiments[0].variants[0].metrics[0].value == r.experiments[0].variants[0].metrics[0].value);
  CHECK(std::isnan(back.experiments[0].variants[0].metrics[4].se));
  CHECK(back.series[0].value[2] == 0.1 + 0.2);
  CHECK(back.series[3].value[0] == 5e-324);
  CHECK(std::signbit(back.series[3].low[0]));
  CHECK(back.series[3].high[0] == r.series[3].high[0]);
  CHECK(back.series[4].variant == "b/c");
  CHECK(std::isinf(back.experiments[1].effects[1].lift_ci.high));
  CHECK(back.experiments[1].variants[2].name == r.experiments[1].variants[2].name);
  CHECK(back.experiments[0].days[1].srm.scope == "triggered");
  CHECK(std::isnan(back.experiments[0].days[1].gini[1]));
  CHECK(back.events[1].until == 1.55);
  CHECK(back.run.serving[0].p99_ms == 214);
  CHECK(back.run.flows[0].sources[0].nominated == 199.5);
  CHECK(back.run.flows[1].sources.empty());
  CHECK(back.run.latency[1].share == r.run.latency[1].share);
  const Report nothing;
  CHECK(json_report(parse_report(json_report(nothing))) == json_report(nothing));
}

TEST_CASE("the keys that scripts rely on are there") {
  const Json j = Json::parse(json_report(sample_report()));
  check_keys(j, {"scenario", "seed", "signature", "provenance", "users", "days", "requests", "impressions", "experiments",
                 "series", "claims", "warnings", "events", "models", "run"});
  check_keys(j["provenance"], {"scenario_hash", "commit", "compiler"});
  const Json& e = j["experiments"][0];
  check_keys(e, {"layer", "design", "variants", "effects", "srm", "truth", "group_effects"});
  check_keys(e["variants"][0], {"name", "units", "metrics"});
  check_keys(e["variants"][0]["metrics"]["ctr"], {"value", "se", "n"});
  check_keys(e["effects"][0],
             {"variant", "metric", "effect", "se", "ci", "lift", "lift_ci", "p", "sequential", "adjusted_p", "verdict"});
  check_keys(e["effects"][0]["sequential"], {"p", "ci"});
  CHECK(e["effects"][0]["ci"].size() == 2);
  check_keys(e["srm"][0], {"scope", "chi2", "df", "p", "state"});
  check_keys(e["truth"][0], {"variant", "metric", "effect", "se", "bias", "spill_on_treated", "spill_on_control", "sampling"});
  check_keys(j["metrics"][0], {"name", "unit", "doc", "role", "unit_of_analysis", "needs_truth", "of_variant"});
  check_keys(j["warnings"][0], {"code", "text"});
  check_keys(j["models"][0], {"variants", "scorer", "heads", "versions"});
  check_keys(j["models"][0]["versions"][1],
             {"version", "parent", "ranker", "features", "trained", "rows", "stages", "validations"});
  CHECK(j["models"][0]["versions"][1]["stages"][2]["reason"] == "its clicks fell");
  CHECK(j["models"][0]["versions"][0]["validations"][0]["heads"]["like"]["auc"].is_null());
  check_keys(j["run"], {"threads", "ranks", "wall_s", "requests_per_s", "peak_mib", "serial_share", "longest_pause_s",
                        "latency", "serving", "flows"});
  check_keys(j["run"]["latency"]["retrieval"], {"p50_us", "p99_us"});
  CHECK(j["claims"].is_array());
  CHECK(j["series"]["main/treatment/ctr"]["value"][2] == 0.0471);
  CHECK(e["variants"][0]["metrics"]["d7_retention"]["value"].is_null());
}

TEST_CASE("the run object comes last and the identity form has none") {
  Report r = sample_report();
  const std::string json = json_report(r), identity = json_without_run(r);
  CHECK(json.ends_with("}\n"));
  const Json j = Json::parse(json);
  CHECK(std::prev(j.end()).key() == "run");
  CHECK_FALSE(Json::parse(identity).contains("run"));
  r.run = {};
  CHECK(json_without_run(r) == identity);
  CHECK(json_report(r) != json);
  r.experiments[0].effects[0].p = std::nextafter(r.experiments[0].effects[0].p, 1);
  CHECK(json_without_run(r) != identity);
}

TEST_CASE("what is not a report is refused with the place of the fault") {
  const std::string json = json_report(sample_report());
  CHECK(message("").find("is not a Feedloop report") == 0);
  CHECK(message("[1, 2]").find("the document is not an object") != std::string::npos);
  CHECK(message(json.substr(0, json.size() / 2)).find("is not a Feedloop report") == 0);
  const auto broken = [&](auto change) {
    Json j = Json::parse(json);
    change(j);
    return message(j.dump());
  };
  CHECK(broken([](Json& j) { j.erase("seed"); }) == "is not a Feedloop report: key `seed` is missing");
  CHECK(broken([](Json& j) { j["experiments"][0]["effects"][1]["ci"] = {1}; }) ==
        "is not a Feedloop report: key `experiments[0].effects[1].ci` is not an array of two numbers");
  CHECK(broken([](Json& j) { j["days"] = 1e300; }).find("key `days` is not a whole number") != std::string::npos);
  CHECK(broken([](Json& j) { j["days"] = 4294967296; }).find("key `days` is not a whole number") != std::string::npos);
  CHECK(broken([](Json& j) { j["seed"] = -1; }).find("key `seed` is not a whole number") != std::string::npos);
  CHECK(broken([](Json& j) { j["confidence"] = "high"; }) ==
        "is not a Feedloop report: key `confidence` is not a number or null");
  CHECK(broken([](Json& j) { j["metrics"][0]["better"] = "up"; }).find("one of higher, lower, neither") != std::string::npos);
}

TEST_CASE("a report cut short or altered anywhere is read or refused but never crashes") {
  const std::string json = json_report(sample_report());
  for (std::size_t n = 0; n < json.size(); n += 97) CHECK_FALSE(message(json.substr(0, n)).empty());
  for (std::size_t i = 0; i < json.size(); i += 53) {
    std::string altered = json;
    altered[i] = static_cast<char>(altered[i] ^ 0x11);
    message(altered);
  }
}
