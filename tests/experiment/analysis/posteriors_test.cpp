#include "experiment/analysis/posteriors.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

ExperimentReport better_by(double minutes, std::vector<std::string> sets) {
  SyntheticRun run(300, 8, std::move(sets));
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 8 * scatter(u, 0) + (run.variant(u) == 1 ? minutes : 0));
  return run.analyse(1);
}

}  // namespace

TEST_CASE("a sceptical prior draws the lift towards zero and its losses follow the chance to win") {
  const ExperimentReport report = better_by(1, {"analysis.prior_lift=0.05"});
  const PosteriorReport& p = of_metric(report.posteriors, "watch_per_user_day");
  const EffectReport& e = of_metric(report.effects, "watch_per_user_day");
  // The normal posterior by hand.
  const double prior = 1 / (0.05 * 0.05), se = lift_se(report, "watch_per_user_day"), data = 1 / (se * se);
  CHECK(p.lift == Approx(e.lift * data / (data + prior)).epsilon(0.01));
  CHECK(p.lift < e.lift);
  CHECK(p.chance_to_win > 0.95);
  CHECK(p.loss_ship < p.loss_keep);
  CHECK(p.loss_keep == Approx(p.lift).epsilon(0.02));  // staying forgoes all of it
}

TEST_CASE("a metric of which less is better wins by falling") {
  const ExperimentReport report = better_by(1, {"analysis.decision=watch_per_user_day, skip_rate", "analysis.guardrails=ctr"});
  CHECK(of_metric(report.posteriors, "watch_per_user_day").chance_to_win > 0.95);
  CHECK(std::isnan(of_metric(report.posteriors, "skip_rate").chance_to_win));  // nobody skips: no variance, no belief
}
