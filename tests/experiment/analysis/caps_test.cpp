#include "experiment/analysis/caps.hpp"

#include <cmath>

#include "base/registry.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the cap is the quantile of all units' ratios and other metrics have none") {
  // Two tables of 100 units that watch 1 to 100 and 101 to 200 minutes in their first day: the 99th percentile is the 198th.
  UnitTable a(100, 3, 2), b(100, 3, 2);
  for (std::uint64_t u = 0; u < 100; ++u)
    for (UnitTable* table : {&a, &b}) {
      const double minutes = static_cast<double>(u + 1) + (table == &b ? 100 : 0);
      const Interaction page = TinyPage{.user = u, .time = at_hours(0), .items = {0}, .outcomes = {clicked(minutes)}};
      table->add(std::span(&page, 1));
    }
  const auto caps = caps_of({&a, &b}, at_hours(24));
  const auto metrics = metric_registry();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    INFO(metrics[m].name);
    if (metrics[m].name == "capped_watch_per_user_day")
      CHECK(caps[m] == Approx(198));
    else
      CHECK(std::isinf(caps[m]));
  }
  CHECK(capped({300, 1}, 198).num == 198);
  CHECK(capped({300, 2}, 198).num == 300);
}

TEST_CASE("without units nothing is capped") {
  const UnitTable none(5, 3, 2);
  for (const double cap : caps_of({&none}, at_hours(24))) CHECK(std::isinf(cap));
}
