#include "experiment/metrics/retention.hpp"

#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A user enters at hour 5 and opens pages at the given hours after that; judged `after` hours after entry.
std::optional<UnitValue> retained(const Metric& metric, const std::vector<double>& hours, double after, bool newcomer = false) {
  UnitValue v;
  const SimTime entered = at_hours(5);
  for (const double h : hours) {
    const Interaction page = TinyPage{.time = entered + from_seconds(h * 3600), .items = {1}};
    metric.add(v, {entered, page.request.time, nullptr, newcomer}, page);
  }
  return metric.finish(v, {entered, entered + from_seconds(after * 3600), nullptr, newcomer});
}

void is(const std::optional<UnitValue>& v, double num) {
  REQUIRE(v.has_value());
  CHECK(v->num == num);
  CHECK(v->den == 1);
}

}  // namespace

TEST_CASE("D1 is activity in hours 24 to 48 after entry with the end excluded") {
  is(retained(kD1Retention, {0}, 48), 0);
  is(retained(kD1Retention, {0, 23.999}, 48), 0);
  is(retained(kD1Retention, {0, 24}, 48), 1);
  is(retained(kD1Retention, {0, 47.999}, 48), 1);
  is(retained(kD1Retention, {0, 48}, 60), 0);
  is(retained(kD1Retention, {0, 30, 31, 32}, 60), 1);  // once
}

TEST_CASE("D7 is activity in hours 168 to 192 after entry") {
  is(retained(kD7Retention, {0, 24, 167.999, 192}, 200), 0);
  is(retained(kD7Retention, {0, 168}, 200), 1);
  is(retained(kD7Retention, {0, 191.999}, 192), 1);
}

TEST_CASE("units without complete follow-up are absent whether they came back or not") {
  CHECK_FALSE(retained(kD1Retention, {0}, 47.999).has_value());
  CHECK_FALSE(retained(kD1Retention, {0, 25}, 47.999).has_value());
  CHECK(retained(kD1Retention, {0, 25}, 48).has_value());
  CHECK_FALSE(retained(kD7Retention, {0, 170}, 191).has_value());
  CHECK(retained(kD7Retention, {0, 170}, 192).has_value());
}

TEST_CASE("new and existing users are judged apart and together they are everybody") {
  const std::pair<const Metric*, const Metric*> halves[] = {{&kD1New, &kD1Existing}, {&kD7New, &kD7Existing}};
  const Metric* all[] = {&kD1Retention, &kD7Retention};
  for (std::size_t k = 0; k < 2; ++k)
    for (const bool newcomer : {false, true}) {
      const Metric& mine = newcomer ? *halves[k].first : *halves[k].second;
      const Metric& other = newcomer ? *halves[k].second : *halves[k].first;
      for (const std::vector<double>& hours : {std::vector<double>{0}, {0, 30}, {0, 170}})
        for (const double after : {40.0, 60.0, 200.0}) {
          const auto x = retained(mine, hours, after, newcomer), y = retained(*all[k], hours, after);
          CHECK_FALSE(retained(other, hours, after, newcomer).has_value());
          REQUIRE(x.has_value() == y.has_value());
          if (x) CHECK(x->num == y->num);
        }
    }
}
