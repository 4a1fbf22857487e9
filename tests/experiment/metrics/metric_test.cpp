// The contract of every registered metric: a new metric is tested by its row in the registry.
#include "experiment/metrics/metric.hpp"

#include <cmath>
#include <set>

#include "tests/experiment/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("metrics have names of their own and say what they are") {
  std::set<std::string_view> names, titles;
  for (const Metric& m : metric_registry()) {
    INFO(m.name);
    CHECK(names.insert(m.name).second);
    CHECK(titles.insert(m.title).second);
    CHECK_FALSE(m.doc.empty());
    CHECK_FALSE(m.unit_of_analysis.empty());
    CHECK(m.scale > 0);
    CHECK((m.unit == "%") == (m.scale == 100));
    CHECK(m.decimals >= 0);
    const MetricInfo info = info_of(m);
    CHECK(info.name == m.name);
    CHECK(info.better == m.better);
    CHECK(info.unit_of_analysis == m.unit_of_analysis);
    CHECK_FALSE(info.needs_truth);  // a fold sees pages and what the platform knows
  }
}

TEST_CASE("a metric is finite and does not depend on how pages are batched or on other units") {
  const Platform platform = tiny_platform();
  const std::uint16_t shown[] = {0, 1, 1, 1}, clicked_of[] = {0, 1, 1, 0}, none[] = {0, 0, 0, 0};
  Interaction page = TinyPage{
      .time = at_hours(30), .items = {1, 2, 3}, .outcomes = {clicked(2, true, true), clicked(0.1, false, false, true)}};
  for (Slot& slot : page.slate.slots) slot.heads[0] = 0.25f;
  for (const Metric& m : metric_registry()) {
    INFO(m.name);
    bool judged = false;
    for (const bool newcomer : {false, true}) {
      UnitContext context{at_hours(0), at_hours(24 * 40), &platform, newcomer, none, none};
      UnitValue empty, some;
      // Who did nothing counts with zeros or is absent, and is never a number that is none.
      const auto nothing = m.finish(empty, context);
      context.shown = shown;
      context.clicked = clicked_of;
      m.add(some, context, page);
      const auto something = m.finish(some, context);
      judged = judged || something.has_value();
      for (const auto& x : {nothing, something}) {
        if (!x) continue;
        CHECK(std::isfinite(x->num));
        CHECK(std::isfinite(x->den));
        CHECK(x->num >= 0);
        CHECK(x->den >= 0);
      }
    }
    CHECK(judged);
  }
}

TEST_CASE("only who needs something of the user is silent about who did nothing") {
  const Platform platform = tiny_platform();
  const std::uint16_t none[] = {0, 0, 0, 0};
  std::set<std::string_view> silent;
  for (const Metric& m : metric_registry())
    if (!m.finish({}, {at_hours(0), at_hours(24 * 40), &platform, false, none, none})) silent.insert(m.name);
  CHECK(silent == std::set<std::string_view>{"user_ctr", "user_entropy", "miscalibration", "d1_new", "d7_new"});
}

TEST_CASE("what is said to be a sum grows by what the time between brings, and only sums are said to be") {
  const Platform platform = tiny_platform();
  const std::uint16_t before[] = {0, 3, 1, 0}, after[] = {1, 3, 2, 5};
  const auto page = [&](double hours) {
    Interaction p = TinyPage{.time = at_hours(hours),
                             .items = {1, 2, 3},
                             .outcomes = {clicked(2 + hours, true, true), clicked(0.1, false, false, true)}};
    for (Slot& slot : p.slate.slots) slot.heads[0] = 0.25f;
    return p;
  };
  bool other = false;
  for (const Metric& m : metric_registry()) {
    INFO(m.name);
    UnitContext early{at_hours(0), at_hours(24 * 40), &platform, true, before, before}, late = early;
    late.now = at_hours(24 * 80);
    late.shown = late.clicked = after;
    UnitValue v, alone;
    for (const double day : {0.0, 7.0, 20.0}) m.add(v, early, page(24 * day + 1));
    const auto then = m.finish(v, early);
    for (const double day : {41.0, 60.0}) {
      m.add(v, late, page(24 * day + 1));
      m.add(alone, late, page(24 * day + 1));
    }
    const auto now = m.finish(v, late);
    if (!m.of_sums) {
      other = true;
      continue;
    }
    REQUIRE(then);
    REQUIRE(now);
    CHECK(now->num - then->num == Approx(m.finish(alone, late)->num));
    CHECK(now->den >= then->den);
  }
  CHECK(other);
  for (const char* name : {"d7_retention", "d1_new", "churn_28", "user_ctr", "user_entropy", "miscalibration"})
    CHECK_FALSE(metric_registry()[metric_index(name)].of_sums);
}
