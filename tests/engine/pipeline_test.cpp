#include "engine/pipeline.hpp"

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("models train once a night at their hour") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings({"engine.training.hour_utc=3"}), {1});
  std::vector<int> trained;
  for (int minute = 0; minute <= 3 * 1440; minute += 5) {
    const auto before = pipeline.version();
    pipeline.learn({}, SimTime{0} + kMinute * minute, shelf);
    if (pipeline.version() != before) trained.push_back(minute);
  }
  CHECK(trained == std::vector<int>{180, 1440 + 180, 2 * 1440 + 180});
}

TEST_CASE("a long epoch over the hour trains once") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings(), {1});
  for (int hour = 0; hour <= 48; hour += 6) pipeline.learn({}, SimTime{0} + kHour * hour, shelf);
  CHECK(pipeline.version() == 2);
}

TEST_CASE("a night ages the counters and a new pipeline on the same pages is the same") {
  const auto shelf = make_shelf(20);
  Pipeline a(engine_settings(), {1}), b(engine_settings(), {1});
  for (Pipeline* p : {&a, &b}) p->learn(random_day(0, 5, shelf, 50), SimTime{0} + kHour, shelf);
  CHECK(a.stats().total().impressions == 300);
  for (Pipeline* p : {&a, &b}) p->learn({}, SimTime{0} + kHour * 3, shelf);
  CHECK(a.stats().total().impressions == Approx(300 * std::exp2(-1.0 / 7)));
  CHECK(save_state(a) == save_state(b));
}

TEST_CASE("preferences are the factorisation's after the first night") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings(), {1});
  pipeline.learn(random_day(0, 5, shelf, 50), SimTime{0} + kHour, shelf);
  const auto find = [&]() -> const Source& {
    for (const auto& source : pipeline.sources())
      if (source->affinity() == Affinity::Factorisation) return *source;
    throw std::logic_error("no factorisation");
  };
  const Source& factorisation = find();
  CHECK(affinity(factorisation, UserId{0}, ItemId{0}) == 0);
  pipeline.learn({}, SimTime{0} + kHour * 4, shelf);
  float any = 0;
  for (std::size_t i = 0; i < 20; ++i) any += std::fabs(affinity(factorisation, UserId{0}, ItemId{i}));
  CHECK(any > 0);
}
