// The contract of every registered metric: a new metric is tested by its row in the registry.
#include "experiment/metrics/metric.hpp"

#include <cmath>
#include <set>

#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("metrics have names of their own and say what they are") {
  std::set<std::string_view> names, titles;
  for (const Metric& m : metric_registry()) {
    INFO(m.name);
    CHECK(names.insert(m.name).second);
    CHECK(titles.insert(m.title).second);
    CHECK_FALSE(m.doc.empty());
    CHECK(m.scale > 0);
    CHECK((m.unit == "%") == (m.scale == 100));
    CHECK(m.decimals >= 0);
    const MetricInfo info = info_of(m);
    CHECK(info.name == m.name);
    CHECK(info.better == m.better);
  }
}

TEST_CASE("a metric is finite and does not depend on how pages are batched or on other units") {
  for (const Metric& m : metric_registry()) {
    INFO(m.name);
    UnitValue empty, some;
    const UnitContext context{at_hours(0), at_hours(24 * 40)};
    const Interaction page = TinyPage{
        .time = at_hours(30), .items = {1, 2, 3}, .outcomes = {clicked(2, true, true), clicked(0.1, false, false, true)}};
    m.add(some, {at_hours(0), at_hours(30)}, page);
    for (const UnitValue& v : {empty, some}) {
      const auto x = m.finish(v, context);
      if (m.name == "user_ctr" && v.den == 0) {  // who saw nothing has no click rate
        CHECK_FALSE(x.has_value());
        continue;
      }
      REQUIRE(x.has_value());
      CHECK(std::isfinite(x->num));
      CHECK(std::isfinite(x->den));
      CHECK(x->num >= 0);
      CHECK(x->den >= 0);
    }
  }
}
