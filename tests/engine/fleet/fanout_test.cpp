#include "engine/fleet/fanout.hpp"

#include "tests/engine/fleet/planted_trace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// One action a minute.
Trace steady(std::uint32_t minutes = 2000) {
  std::vector<TracedRequest> all;
  for (std::uint32_t i = 0; i < minutes; ++i) all.push_back(asked(i % 7, i, {}, 1));
  return trace_of(minutes, std::move(all));
}

FleetParams fleet(double fanout) {
  FleetParams p;
  p.fanout = fanout;
  p.fanout_utilisation = 0.1;
  return p;
}

}  // namespace

TEST_CASE("below a load of 1 the queue empties between steady arrivals") {
  const FanoutLoad load = load_fanout(steady(), fleet(9));
  CHECK(load.utilisation == Approx(0.9));
  CHECK(load.growth == Approx(0).margin(1e-9));
  CHECK(load.longest == Approx(9));
  CHECK(load.mean_wait_s == Approx(4 * 6));  // behind four of its own, on average, of six seconds each
}

TEST_CASE("above a load of 1 what exceeds the capacity stays") {
  for (const double fanout : {15.0, 20.0, 40.0}) {
    const FanoutLoad load = load_fanout(steady(), fleet(fanout));
    CHECK(load.growth == Approx(1 - 1 / load.utilisation).margin(0.002));
    CHECK(load.longest > 1000);
  }
}

TEST_CASE("no actions make no queue") {
  CHECK(load_fanout(trace_of(10, {asked(1, 1)}), fleet(20)).growth == 0);
  CHECK(load_fanout(steady(), fleet(0)).utilisation == 0);
}
