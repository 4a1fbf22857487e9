#include "engine/budget.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kRequests = 100'000;

struct Load {
  std::vector<float> ms;
  double partial = 0;  // share without the store's answer
  double quantile(double q) {
    std::sort(ms.begin(), ms.end());
    return static_cast<double>(ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))]);
  }
};

Load serve(const BudgetParams& p, const Breakers& breakers = {}, SimTime now = {}) {
  Load load;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const Served s = serve_within(p, breakers, now, stream({1}, Stream::Test, entity_key(i)));
    load.ms.push_back(s.total_ms);
    load.partial += !s.answered[0] / static_cast<double>(kRequests);
  }
  return load;
}

BudgetParams serial() {
  BudgetParams p;
  p.parallel = p.timeouts = false;
  return p;
}

}  // namespace

// Quantiles of 100,000 draws stand within 1 ms of their means at p50 and 5 ms at p99 (5 standard errors).
TEST_CASE("one slow store ruins the tail but not the median") {
  BudgetParams p = serial();
  Load usual = serve(p);
  CHECK(usual.quantile(0.5) == Approx(86).margin(3));
  CHECK(usual.quantile(0.99) < 200);
  p.service[0].slow_share = 0.02;
  Load slow = serve(p);
  CHECK(slow.quantile(0.5) == Approx(usual.quantile(0.5)).margin(1));
  CHECK(slow.quantile(0.99) > 300);
}

TEST_CASE("asking at once does not help the tail and a timeout does for a few partial pages") {
  BudgetParams p = serial();
  p.service[0].slow_share = 0.02;
  p.parallel = true;
  CHECK(serve(p).quantile(0.99) > 290);
  p.timeouts = true;
  Load load = serve(p);
  CHECK(load.quantile(0.99) < 130);
  CHECK(load.partial > 0.02);
  CHECK(load.partial < 0.04);
}

TEST_CASE("a service that is down costs its timeout and an open breaker nothing") {
  BudgetParams p;
  p.service[0].outage_from_days = 1;
  p.service[0].outage_minutes = 20;
  const SimTime during = SimTime{0} + kDay + kMinute;
  CHECK(serve(p).partial < 0.05);
  CHECK(serve(p, {}, during).partial == Approx(1));
  Breakers breakers;
  breakers.observe(p, during, {100, 100, 100, 100}, {2, 1, 0, 0});
  CHECK(breakers.open(Service::Store));
  CHECK_FALSE(breakers.open(Service::Index));
  CHECK(serve(p, breakers, during).quantile(0.5) < serve(p, {}, during).quantile(0.5) - 15);
  // Half open after its time: an epoch of good calls closes it, a bad one opens it again.
  breakers.observe(p, during + kMinute * 4, {0, 100, 100, 100}, {});
  CHECK(breakers.open(Service::Store));
  breakers.observe(p, during + kMinute * 5, {0, 100, 100, 100}, {});
  CHECK_FALSE(breakers.open(Service::Store));
  breakers.observe(p, during + kMinute * 10, {50, 100, 100, 100}, {50, 0, 0, 0});
  CHECK(breakers.open(Service::Store));
}

TEST_CASE("another parameter leaves all other luck as it was") {
  BudgetParams a, b;
  b.service[0].slow_share = 1;
  b.service[0].slow_low_ms = b.service[0].slow_high_ms = 25;
  b.service[0].timeout_ms = a.service[0].timeout_ms = 1000;
  a.parallel = b.parallel = false;
  a.service[0].sigma = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    const Rng rng = stream({1}, Stream::Test, entity_key(i));
    CHECK(serve_within(b, {}, {}, rng).total_ms == Approx(serve_within(a, {}, {}, rng).total_ms + 8).epsilon(1e-5));
  }
}

TEST_CASE("a page over the total budget is popularity's and no later than it") {
  BudgetParams p;
  p.total_ms = 60;
  std::size_t over = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const Served s = serve_within(p, {}, {}, stream({1}, Stream::Test, entity_key(i)));
    CHECK(s.total_ms <= 60);
    over += s.over_budget;
  }
  CHECK(over > 800);
}

TEST_CASE("a ranker that takes time for each candidate takes that time and moves nothing else") {
  BudgetParams a, b;
  a.timeouts = b.timeouts = false;
  b.rank_item_us = 50;
  for (std::size_t i = 0; i < 100; ++i) {
    const Rng rng = stream({1}, Stream::Test, entity_key(i));
    const double plain = static_cast<double>(serve_within(a, {}, {}, rng, 1000).total_ms);
    CHECK(static_cast<double>(serve_within(b, {}, {}, rng, 1000).total_ms) == Approx(plain + 50).epsilon(1e-5));
    CHECK(static_cast<double>(serve_within(b, {}, {}, rng, 0).total_ms) == Approx(plain));
  }
  b.timeouts = true;
  CHECK_FALSE(serve_within(b, {}, {}, stream({1}, Stream::Test, entity_key(0)), 10'000)
                  .answered[static_cast<std::size_t>(Service::Ranker)]);
}
