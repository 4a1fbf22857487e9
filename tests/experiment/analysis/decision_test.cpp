#include "experiment/analysis/decision.hpp"

#include "experiment/analysis/roles.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

// Two variants; watch time decides, and D1 retention is guarded.
struct Case {
  double p = 1, effect = 1, early_p = 1;
  std::string guardrail = "holds", srm = "healthy", verdict = "better";

  DecisionReport decide(bool early = false) const {
    AnalysisParams params;
    params.decision = "watch_per_user_day";
    params.guardrails = "d1_retention";
    ExperimentReport e;
    e.variants.resize(2);
    e.variants[1].name = "treatment";
    EffectReport x;
    x.variant = "treatment";
    x.metric = "watch_per_user_day";
    x.effect = effect;
    x.adjusted_p = p;
    x.sequential.p = early_p;
    x.verdict = verdict;
    EffectReport other = x;  // a diagnostic decides nothing
    other.metric = "ctr";
    other.effect = -5;
    other.adjusted_p = other.sequential.p = 0;
    e.effects = {other, x};
    e.guardrails = {{"treatment", "d1_retention", 0.02, 0.01, 0.99, guardrail}};
    e.srm = {{"all", 1, 1, 0.5, srm}};
    const auto all = decisions(e, metric_roles(params), 0.05, early);
    REQUIRE(all.size() == 1);
    CHECK(all[0].variant == "treatment");
    CHECK_FALSE(all[0].reason.empty());
    return all[0];
  }
};

}  // namespace

TEST_CASE("a treatment ships when a decision metric is better and every guardrail holds") {
  const DecisionReport d = Case{.p = 0.01}.decide();
  CHECK(d.decision == "ship");
  CHECK_THAT(d.reason, Contains("watch time per user-day") && Contains("2 %"));
}

TEST_CASE("a breached guardrail or a worse decision metric stops it") {
  CHECK(Case{.p = 0.01, .guardrail = "breached"}.decide().decision == "do not ship");
  const DecisionReport breached = Case{.guardrail = "breached"}.decide();
  CHECK_THAT(breached.reason, Contains("D1 retention"));
  CHECK(Case{.p = 0.01, .effect = -1}.decide().decision == "do not ship");
}

TEST_CASE("without a difference or with an open guardrail it keeps running") {
  CHECK(Case{.p = 0.2}.decide().decision == "keep running");
  CHECK(Case{.p = 0.01, .guardrail = "undecided"}.decide().decision == "keep running");
  const DecisionReport open = Case{.p = 0.01, .guardrail = "undecided"}.decide();
  CHECK_THAT(open.reason, Contains("D1 retention is no worse"));
  CHECK(Case{.p = 0.01, .verdict = "not enough data"}.decide().decision == "keep running");
}

TEST_CASE("a broken split outweighs everything") {
  CHECK(Case{.p = 0.01, .srm = "unhealthy"}.decide().decision == "do not trust");
  CHECK(Case{.guardrail = "breached", .srm = "unhealthy"}.decide().decision == "do not trust");
}

TEST_CASE("before the planned end only the always-valid p counts") {
  CHECK(Case{.p = 0.01, .early_p = 0.2}.decide(true).decision == "keep running");
  CHECK(Case{.p = 0.2, .early_p = 0.01}.decide(true).decision == "ship");
  CHECK(Case{.p = 0.2, .early_p = 0.01}.decide(false).decision == "keep running");
}
