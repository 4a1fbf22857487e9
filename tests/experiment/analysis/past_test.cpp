#include "experiment/analysis/past.hpp"

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a unit's tier is the share of its past days on which it came") {
  SyntheticRun run(10);  // six days of past
  for (int day = -6; day < -4; ++day) run.watch(1, day, 1);
  for (int day = -6; day < -3; ++day) run.watch(2, day, 1);
  for (int day = -6; day < -2; ++day) run.watch(3, day, 1);
  for (int day = -6; day < -1; ++day) run.watch(4, day, 1);
  const Past past(*run.before, run.study.t0);
  CHECK(past.tier(0) == ActivityTier::New);
  CHECK(past.tier(1) == ActivityTier::Light);   // 2 of 6
  CHECK(past.tier(2) == ActivityTier::Medium);  // 3
  CHECK(past.tier(3) == ActivityTier::Medium);  // 4
  CHECK(past.tier(4) == ActivityTier::Heavy);   // 5
}

TEST_CASE("only what was done before the experiment is past, and only as long ago as asked") {
  SyntheticRun run(4, 8, {"analysis.pre_days=2"});
  CHECK(run.study.before == run.study.t0 - kDay * 2);
  const SyntheticRun longer(4, 8, {"analysis.pre_days=60"});
  CHECK(longer.study.before == SimTime{0});
}
