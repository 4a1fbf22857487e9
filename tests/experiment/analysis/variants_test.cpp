#include "experiment/analysis/variants.hpp"

#include <cmath>

#include "base/random.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

double luck(std::size_t entity) { return stream(Seed{3}, Stream::Test, entity_key(entity)).uniform(); }

// Minutes watched on the first day by `of` (user or household); the design effect of watch time in control.
template <class Of>
double design_effect(const Of& of, const std::vector<std::string>& sets) {
  SyntheticRun run(1500, 4, sets);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 10 * luck(of(run, u)));
  const ExperimentReport report = run.analyse(2);
  for (const MetricValue& m : report.variants[0].metrics)
    if (m.name == "watch_per_user_day") return m.design_effect;
  return kNoValue;
}

}  // namespace

TEST_CASE("a design of clusters says what it costs against users") {
  const auto user = [](const SyntheticRun&, std::size_t u) { return u; };
  const auto household = [](const SyntheticRun& run, std::size_t u) {
    return run.study.world.population().users[u].household.index();
  };
  const std::vector<std::string> clusters{"assignment.unit=household"};
  // Members who are alike: the mean size of the household that a user lives in (Kish 1965 with an ICC of 1).
  SyntheticRun run(1500, 4, clusters);
  double squares = 0;
  for (const Household& h : run.study.world.population().households) squares += h.users * h.users;
  const double size = squares / static_cast<double>(run.all_users());
  REQUIRE(size > 1.2);
  CHECK(design_effect(household, clusters) == Approx(size).epsilon(0.2));
  CHECK(design_effect(user, clusters) == Approx(1).margin(0.2));  // members who have nothing in common
  CHECK(std::isnan(design_effect(household, {})));                // users are the units
}
