#include "experiment/analysis/roles.hpp"

#include "experiment/metrics/metric.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

MetricRole role_of(std::string_view metric, const AnalysisParams& params) {
  const auto roles = metric_roles(params);
  for (std::size_t m = 0; m < roles.size(); ++m)
    if (metric_registry()[m].name == metric) return roles[m];
  FAIL("no metric " << metric);
  return {};
}

}  // namespace

TEST_CASE("metrics have the roles that the lists give them and no other") {
  AnalysisParams params;
  params.decision = " ctr,d7_retention ,";
  params.guardrails = "skip_rate";
  CHECK(role_of("ctr", params) == MetricRole::Decision);
  CHECK(role_of("d7_retention", params) == MetricRole::Decision);
  CHECK(role_of("skip_rate", params) == MetricRole::Guardrail);
  CHECK(role_of("watch_per_user_day", params) == MetricRole::Diagnostic);
  params.decision = params.guardrails = "";
  for (const MetricRole r : metric_roles(params)) CHECK(r == MetricRole::Diagnostic);
}

TEST_CASE("a name that is no metric or has two roles is refused with its neighbour") {
  AnalysisParams params;
  params.decision = "d7_retenton";
  CHECK_THROWS_WITH(metric_roles(params),
                    Contains("analysis.decision names `d7_retenton`, which is no metric, did you mean `d7_retention`?"));
  params.decision = "skip_rate";
  CHECK_THROWS_WITH(metric_roles(params), Contains("`skip_rate` is in analysis.decision and in analysis.guardrails"));
}

TEST_CASE("a metric is adjusted by its own past, or by active days where it is no sum") {
  const auto metrics = metric_registry();
  const auto covariates = metric_covariates({});
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    INFO(metrics[m].name);
    CHECK(metrics[covariates[m]].of_sums);
    CHECK((metrics[m].of_sums ? covariates[m] == m : metrics[covariates[m]].name == "active_days"));
  }
  CHECK_FALSE(metrics[metric_index("d7_retention")].of_sums);
  CHECK_FALSE(metrics[metric_index("capped_watch_per_user_day")].of_sums);
}

TEST_CASE("one covariate may serve all metrics, and must have a past") {
  AnalysisParams params;
  params.covariate = "ctr";
  for (const std::size_t c : metric_covariates(params)) CHECK(c == metric_index("ctr"));
  params.covariate = "d7_retention";
  CHECK_THROWS_WITH(metric_covariates(params),
                    Catch::Matchers::Contains("has no past") && Catch::Matchers::Contains("active_days"));
  params.covariate = "cttr";
  CHECK_THROWS_WITH(metric_covariates(params), Catch::Matchers::Contains("did you mean `ctr`"));
}
