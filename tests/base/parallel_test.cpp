#include "base/parallel.hpp"

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr int kThreadCounts[] = {1, 2, 3, 8};

struct RestoreThreads {
  ~RestoreThreads() { set_threads(0); }
};

}  // namespace

TEST_CASE("every index is visited once in pieces of the grain on any number of threads", "[threads]") {
  const RestoreThreads restore;
  for (const int n : kThreadCounts) {
    set_threads(n);
    CHECK(threads() == n);
    std::vector<int> visits(1003);
    std::atomic<bool> well_cut{true};
    parallel_for(visits.size(), 10, [&](std::size_t b, std::size_t e) {
      if (b % 10 != 0 || (e - b != 10 && e != 1003)) well_cut = false;
      for (std::size_t i = b; i < e; ++i) ++visits[i];
    });
    CAPTURE(n);
    CHECK(visits == std::vector<int>(1003, 1));
    CHECK(well_cut);
  }
}

TEST_CASE("floating sums have the same bits on any number of threads", "[threads]") {
  const RestoreThreads restore;
  const auto sum = [] {
    return parallel_reduce(
        100'000, 97, 0.0,
        [](std::size_t b, std::size_t e) {
          double s = 0;
          for (std::size_t i = b; i < e; ++i) s += 1.0 / std::sqrt(static_cast<double>(i) + 0.1);
          return s;
        },
        [](double a, double b) { return a + b; });
  };
  set_threads(1);
  const double expected = sum();
  for (const int n : kThreadCounts) {
    set_threads(n);
    for (int repeat = 0; repeat < 3; ++repeat) CHECK(sum() == expected);
  }
}

TEST_CASE("pieces are merged left to right", "[threads]") {
  const RestoreThreads restore;
  for (const int n : kThreadCounts) {
    set_threads(n);
    const auto text = parallel_reduce(
        20, 3, std::string(), [](std::size_t b, std::size_t e) { return std::to_string(b) + "-" + std::to_string(e) + " "; },
        [](std::string a, const std::string& b) { return a + b; });
    CHECK(text == "0-3 3-6 6-9 9-12 12-15 15-18 18-20 ");
  }
}

TEST_CASE("nothing to do calls nothing and gives the initial value", "[threads]") {
  parallel_for(0, 10, [](std::size_t, std::size_t) { FAIL("called"); });
  CHECK(parallel_reduce(
            0, 10, 42, [](std::size_t, std::size_t) { return 0; }, [](int a, int b) { return a + b; }) == 42);
}

TEST_CASE("the exception of the first failing piece reaches the caller on any number of threads", "[threads]") {
  const RestoreThreads restore;
  for (const int n : kThreadCounts) {
    set_threads(n);
    CAPTURE(n);
    CHECK_THROWS_WITH(parallel_for(100, 1,
                                   [](std::size_t b, std::size_t) {
                                     if (b % 30 == 29) throw std::runtime_error("piece " + std::to_string(b));
                                   }),
                      "piece 29");
    // The loop is usable afterwards.
    std::atomic<int> done{0};
    parallel_for(50, 1, [&](std::size_t, std::size_t) { ++done; });
    CHECK(done == 50);
  }
}
