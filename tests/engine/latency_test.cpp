#include "engine/latency.hpp"

#include <numeric>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("laps attribute all time between them to the stage that ended") {
  StageLaps laps{};
  const auto begin = std::chrono::steady_clock::now();
  StageClock clock(laps);
  volatile double sink = 0;
  for (int i = 0; i < 200'000; ++i) sink = sink + 1;
  clock.lap(Stage::Rank);
  clock.lap(Stage::Policy);
  for (int i = 0; i < 200'000; ++i) sink = sink + 1;
  clock.lap(Stage::Rank);
  const float wall = std::chrono::duration<float, std::micro>(std::chrono::steady_clock::now() - begin).count();
  CHECK(laps[static_cast<std::size_t>(Stage::Rank)] > laps[static_cast<std::size_t>(Stage::Policy)]);
  CHECK(laps[static_cast<std::size_t>(Stage::World)] == 0);
  CHECK(std::accumulate(laps.begin(), laps.end(), 0.0f) <= wall * 1.001f);
}

TEST_CASE("stage times add every request's laps") {
  StageTimes times;
  StageLaps laps{};
  laps[1] = 10;
  for (int i = 0; i < 5; ++i) times.add(laps);
  CHECK(times.total_us[1] == Approx(50));
  CHECK(times.total_us[0] == 0);
}
