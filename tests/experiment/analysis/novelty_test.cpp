#include "experiment/analysis/novelty.hpp"

#include <cmath>
#include <functional>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

NoveltyReport with_effect(const std::function<double(int)>& of_day, int until = 8) {
  SyntheticRun run(400);
  for (int day = 0; day < until; ++day) {
    for (std::size_t u = 0; u < run.users; ++u)
      run.watch(u, day + 0.01, 10 + 5 * scatter(u, day) + (run.variant(u) == 1 ? of_day(day) : 0));
    run.look(day + 1);
  }
  return of_metric(run.analyse(until).novelty, "watch_per_user_day");
}

}  // namespace

TEST_CASE("an effect that ends fades, one that begins grows, one that stays is steady") {
  const NoveltyReport fades = with_effect([](int day) { return day < 4 ? 3.0 : 0.5; });
  CHECK(fades.state == "fades");
  CHECK(fades.split_day == 4);
  CHECK(fades.early == Approx(3).margin(0.3));
  CHECK(fades.late == Approx(0.5).margin(0.3));
  CHECK(fades.change == Approx(fades.late - fades.early));
  CHECK(with_effect([](int day) { return day < 4 ? -0.5 : -3.0; }).state == "grows");
  CHECK(with_effect([](int) { return 1.0; }).state == "steady");
}

TEST_CASE("before the second half there is nothing to compare") {
  const NoveltyReport early = with_effect([](int) { return 1.0; }, 3);
  CHECK(early.state == "not enough data");
  CHECK(std::isnan(early.change));
}
