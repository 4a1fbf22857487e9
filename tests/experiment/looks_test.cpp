// What always-valid inference promises of a cohort that is looked at again every day.
#include "experiment/looks.hpp"

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr int kDays = 8;

// Did one of the daily looks reject? Users differ, and each watches a page every day; the treatment adds `lift`.
bool rejected(const std::string& rule, double lift, std::uint64_t replicate) {
  SyntheticRun run(200, kDays, {"analysis.sequential=" + rule, "analysis.tau_lift=0.2"}, 0);
  for (int day = 0; day < kDays; ++day) {
    for (std::size_t u = 0; u < run.users; ++u) {
      Rng traits = stream({81}, Stream::Test, entity_key(u, replicate, 0));
      Rng luck = stream({81}, Stream::Test, entity_key(u, replicate, static_cast<std::uint64_t>(day) + 1));
      const double habit = lognormal(traits, 20, 0.4);
      run.watch(u, day, lognormal(luck, habit, 0.6) * (run.variant(u) == 1 ? 1 + lift : 1));
    }
    run.look(day + 1);
  }
  return of_metric(run.analyse(kDays).effects, "watch_per_user_day").sequential.p < 0.05;
}

}  // namespace

// The level fails without cause with a probability of 1e-6 for each rule. The planted lift is about seven standard errors of
// the last look, where both boundaries lie near three.
TEST_CASE("looking every day at a cohort errs no more than stated and finds a planted effect, by either rule") {
  constexpr std::int64_t kReplicates = 150;
  for (const std::string rule : {"msprt", "asymptotic"}) {
    std::int64_t errors = 0, found = 0;
    for (std::uint64_t r = 0; r < kReplicates; ++r) errors += rejected(rule, 0, r);
    for (std::uint64_t r = 0; r < 20; ++r) found += rejected(rule, 0.55, r);
    INFO(rule << ": " << errors << " of " << kReplicates << " without an effect, " << found << " of 20 with one");
    CHECK(clopper_pearson(errors, kReplicates, 1e-6).low <= 0.05);
    CHECK(found >= 19);
  }
}
