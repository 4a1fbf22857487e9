#include "gui/background.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace std::chrono_literals;

namespace {

template <class Done>
bool soon(Done done) {
  for (int i = 0; i < 10'000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

void until_stopped(Observer& observer) {
  while (!observer.stop_requested()) std::this_thread::sleep_for(1ms);
  throw Interrupted("stopped");
}

}  // namespace

TEST_CASE("Work beside the run tells its progress, ends, and says what it threw", "[threads]") {
  std::atomic<int> wakes{0};
  Background b([&] { ++wakes; });
  CHECK_FALSE(b.state().busy);
  std::atomic<bool> go{false};
  b.start([&](Observer& o) {
    o.on_progress({RunStage::Running, "half", 0, 0, 0.5, 0});
    while (!go) std::this_thread::sleep_for(1ms);
  });
  REQUIRE(soon([&] { return b.state().done == 0.5; }));
  CHECK(b.state().busy);
  CHECK(b.state().label == "half");
  go = true;
  REQUIRE(soon([&] { return b.state().finished; }));
  CHECK(wakes >= 2);
  b.start([](Observer&) { throw Error("no luck", {"x", 1, 2}); });
  REQUIRE(soon([&] { return !b.state().busy; }));
  CHECK(b.state().error == "x:1:2: no luck");
  CHECK_FALSE(b.state().finished);
}

TEST_CASE("Work is cancelled by hand, by newer work and by the end", "[threads]") {
  std::atomic<bool> second{false};
  {
    Background b;
    b.start(until_stopped);
    b.cancel();
    REQUIRE(soon([&] { return !b.state().busy; }));
    CHECK_FALSE(b.state().finished);
    CHECK(b.state().error.empty());
    b.start(until_stopped);
    b.start([&](Observer&) { second = true; });
    REQUIRE(soon([&] { return b.state().finished; }));
    CHECK(second);
    b.start(until_stopped);
  }
  SUCCEED("the last one was joined");
}
