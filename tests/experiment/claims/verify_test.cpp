#include "experiment/claims/verify.hpp"

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Scenario with_claims(std::vector<Claim> claims) {
  Scenario s = SmallScenario{}.make();
  s.claims = std::move(claims);
  return s;
}

Claim of(const std::string& id, const std::string& quantity, const std::string& metric) {
  Claim c;
  c.id = id;
  c.quantity = quantity;
  c.metric = metric;
  c.band = {0, kInfinity};
  return c;
}

}  // namespace

TEST_CASE("claims of one scenario and seed share a run and read its report") {
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr"), of("b", "lift", "ctr")}),
                                  with_claims({of("c", "metric", "ctr")})};
  scenarios[0].claims[1].variant = "treatment";
  scenarios[1].claims[0].variant = "treatment";
  scenarios[1].claims[0].against = "control";
  scenarios[1].claims[0].lift = true;
  std::vector<std::string> runs;
  const auto results = verify(scenarios, Tier::Quick, nullptr, [&](const std::string& label) { runs.push_back(label); });
  REQUIRE(runs.size() == 1);
  REQUIRE(results.size() == 3);
  const Report report = run(scenarios[0]);
  CHECK(results[0].measured.mean == report.experiments[0].variants[0].metrics[0].value);
  CHECK(results[1].measured.mean == report.experiments[0].effects[0].lift);
  CHECK(results[2].measured.mean == Approx(report.experiments[0].effects[0].lift));  // the contrast says the same
  CHECK(results[0].verdict == Verdict::Reproduced);
}

TEST_CASE("a tier runs its claims on its seeds") {
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr"), of("b", "metric", "ctr")})};
  scenarios[0].claims[0].seeds = {2, 1, 1};
  scenarios[0].claims[1].tier = Tier::Standard;
  scenarios[0].claims[0].recorded = {Verdict::Partly, Verdict::Not, Verdict::Not};
  int runs = 0;
  const auto results = verify(scenarios, Tier::Quick, nullptr, [&](const std::string&) { ++runs; });
  CHECK(runs == 2);
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].measured.values.size() == 2);
  CHECK(results[0].measured.values[0] != results[0].measured.values[1]);
  CHECK(results[0].recorded == Verdict::Partly);
}

TEST_CASE("a claim about the truth runs the truth's worlds") {
  std::vector<Scenario> scenarios{with_claims({of("a", "true_effect", "ctr")})};
  scenarios[0].claims[0].variant = "treatment";
  const auto results = verify(scenarios, Tier::Quick);
  RunOptions options;
  options.truth = true;
  CHECK(results[0].measured.mean == run(scenarios[0], options).experiments[0].truth[0].effect);
}
