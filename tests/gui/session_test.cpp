#include "gui/session.hpp"

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

void pause_and_rest(RunController& c) {
  c.pause();
  REQUIRE(c.wait(kPatience));
  REQUIRE(c.state().status == RunStatus::Paused);
}

}  // namespace

TEST_CASE("A run goes from idle to finished and keeps its report and last snapshot", "[threads]") {
  RunController c(sample_work(3));
  CHECK(c.state().status == RunStatus::Idle);
  c.play();
  REQUIRE(c.wait(kPatience));
  const RunState s = c.state();
  CHECK(s.status == RunStatus::Finished);
  REQUIRE(s.report != nullptr);
  CHECK(s.report->requests == 10 * 3 * 288);
  REQUIRE(s.snapshot != nullptr);
  CHECK(s.snapshot->experiment_day == Approx(3));
}

TEST_CASE("A paused run stands still and its snapshot shows the instant where it stands", "[threads]") {
  RunController c(sample_work(1000, 100us));
  c.play();
  while (c.state().snapshot == nullptr) std::this_thread::sleep_for(1ms);
  pause_and_rest(c);
  const RunState before = c.state();
  CHECK(before.snapshot->progress.day == before.progress.day);
  std::this_thread::sleep_for(20ms);
  CHECK(c.state().progress.day == before.progress.day);
  c.play();
  while (c.state().progress.day == before.progress.day) std::this_thread::sleep_for(1ms);
  CHECK(c.state().status == RunStatus::Running);
}

TEST_CASE("A step advances the paused run by exactly the asked simulated time", "[threads]") {
  RunController c(sample_work(1000, 100us));
  c.play();
  pause_and_rest(c);
  for (const Duration amount : {kHour, kDay, kHour}) {
    const double before = c.state().snapshot->experiment_day;
    c.step(amount);
    REQUIRE(c.wait(kPatience));
    CHECK(c.state().status == RunStatus::Paused);
    CHECK(c.state().snapshot->experiment_day - before == Approx(amount.days()).epsilon(1e-9));
  }
}

TEST_CASE("A step does nothing while the run plays", "[threads]") {
  RunController c(sample_work(1000, 100us));
  c.play();
  while (c.state().progress.day == 0) std::this_thread::sleep_for(1ms);
  c.step(kHour);
  std::this_thread::sleep_for(30ms);
  CHECK(c.state().status == RunStatus::Running);
}

TEST_CASE("A run pauses by itself on the day asked for", "[threads]") {
  RunController c(sample_work(10));
  c.pause_at(4.5);
  c.play();
  REQUIRE(c.wait(kPatience));
  CHECK(c.state().status == RunStatus::Paused);
  CHECK_FALSE(c.state().playing);
  CHECK(c.state().snapshot->experiment_day == Approx(4.5).epsilon(1e-9));
  c.play();
  REQUIRE(c.wait(kPatience));
  CHECK(c.state().status == RunStatus::Finished);
}

TEST_CASE("A speed holds the run back and a new speed wakes it", "[threads]") {
  RunController c(sample_work(1000));
  c.set_speed(1);  // an epoch would now take five seconds
  c.play();
  while (c.state().progress.day == 0) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(30ms);
  CHECK(c.state().progress.day <= 2.0 / 288 + 1e-9);
  c.set_speed(0);
  const auto from = std::chrono::steady_clock::now();
  while (c.state().progress.day < 1) std::this_thread::sleep_for(1ms);
  CHECK(std::chrono::steady_clock::now() - from < 4s);
}

TEST_CASE("An exception of the run becomes an error state and the last snapshot stays", "[threads]") {
  RunController c(sample_work(10, {}, 2));
  c.play();
  REQUIRE(c.wait(kPatience));
  const RunState s = c.state();
  CHECK(s.status == RunStatus::Failed);
  CHECK(s.error.find("weight is not finite (nan)") != std::string::npos);
  CHECK(s.error.find("world.toml:12:3") != std::string::npos);
  CHECK(s.snapshot != nullptr);
  CHECK_THROWS_AS(c.rethrow(), Error);
}

TEST_CASE("Stopping and resetting leave a run that can start again", "[threads]") {
  RunController c(sample_work(1000, 100us));
  c.play();
  while (c.state().snapshot == nullptr) std::this_thread::sleep_for(1ms);
  c.stop();
  REQUIRE(c.wait(kPatience));
  CHECK(c.state().status == RunStatus::Stopped);
  CHECK(c.state().snapshot != nullptr);
  c.reset();
  REQUIRE(c.wait(kPatience));
  CHECK(c.state().status == RunStatus::Idle);
  CHECK(c.state().snapshot == nullptr);
  c.play();
  while (c.state().snapshot == nullptr) std::this_thread::sleep_for(1ms);
  CHECK(c.state().status == RunStatus::Running);
  c.reset();  // while it runs
  REQUIRE(c.wait(kPatience));
  CHECK(c.state().status == RunStatus::Idle);
}

TEST_CASE("A running or paused run ends when its controller goes", "[threads]") {
  for (const bool paused : {false, true}) {
    bool stopped = false;
    {
      RunController c([&stopped, work = sample_work(100'000, 100us)](Observer& o) {
        try {
          return work(o);
        } catch (...) {
          stopped = true;
          throw;
        }
      });
      c.play();
      if (paused)
        pause_and_rest(c);
      else
        while (c.state().snapshot == nullptr) std::this_thread::sleep_for(1ms);
    }
    CHECK(stopped);
  }
}

TEST_CASE("Many readers see snapshots in order while the run publishes", "[threads]") {
  std::atomic<int> wakes{0};
  RunController c(sample_work(40, 20us), [&] { ++wakes; });
  c.play();
  std::atomic<bool> ordered{true};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      for (RunState s = c.state(); s.status != RunStatus::Finished; s = c.state()) {
        if (s.snapshot == nullptr) continue;
        if (s.snapshot->sequence < last || s.snapshot->progress.day > s.progress.day + 1e-9) ordered = false;
        last = s.snapshot->sequence;
        std::this_thread::sleep_for(200us);
      }
    });
  }
  for (int i = 0; i < 40; ++i) {
    if (i % 2 == 0)
      c.pause();
    else
      c.play();
    std::this_thread::sleep_for(1ms);
  }
  c.play();
  for (std::thread& t : readers) t.join();
  CHECK(ordered);
  CHECK(wakes > 0);
}

TEST_CASE("Snapshots are asked for at most every publishing interval") {
  using Clock = std::chrono::steady_clock;
  std::uint64_t published = 0;
  Clock::duration lasted{};
  RunController c([&](Observer& o) {
    const Clock::time_point begin = Clock::now();
    for (double day = 0.5; Clock::now() < begin + 300ms; day += 1e-9) {  // no day ends: that is always shown
      o.on_progress({RunStage::Running, "experiment", day, 100, 0, 0});
      if (!o.wants_snapshot()) continue;
      ++published;
      o.on_snapshot(std::make_shared<Snapshot>());
    }
    lasted = Clock::now() - begin;  // a busy machine may take longer than was asked
    return Report{};
  });
  c.play();
  REQUIRE(c.wait(kPatience));
  CHECK(published >= 1);
  CHECK(published <= 1 + static_cast<std::uint64_t>(lasted / RunController::kPublishEvery));
}

TEST_CASE("A run that nobody watches is shown at the end of its days alone", "[threads]") {
  RunController c(sample_work(4, 300us));
  c.watch(false);
  c.play();
  int seen = 0;
  std::shared_ptr<const Snapshot> last;
  while (!c.wait(1ms)) {
    const auto s = c.state().snapshot;
    if (s == nullptr || s == last || s->experiment_day > 3.95) continue;
    last = s;
    ++seen;
    CHECK(s->experiment_day == Approx(std::round(s->experiment_day)));
  }
  CHECK(seen <= 4);
  CHECK(c.state().days.size() == 4);
}
