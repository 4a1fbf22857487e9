#include "engine/fleet/result_cache.hpp"

#include <cmath>

#include "tests/engine/fleet/planted_trace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// User 0 comes every ten minutes, users 1 to 9 once in each half.
Trace one_heavy() {
  std::vector<TracedRequest> all;
  for (std::uint32_t i = 0; i < 200; ++i) {
    all.push_back(asked(0, i * 10));
    if (i % 100 < 9) all.push_back(asked(1 + i % 100, i * 10 + 1));
  }
  return trace_of(2000, std::move(all));
}

FleetParams fleet(double users, double minutes) {
  FleetParams p;
  p.cached_users = users;
  p.cache_minutes = minutes;
  return p;
}

}  // namespace

TEST_CASE("the share of the most active counts sessions and not pages") {
  Trace trace = one_heavy();
  CHECK(heavy_session_share(trace, 0.1) == Approx(200.0 / 218));
  CHECK(heavy_session_share(trace, 1) == 1);
  for (int i = 0; i < 100; ++i) trace.requests.push_back(asked(5, 1999, {}, 0, 1));  // further pages of a visit
  CHECK(heavy_session_share(trace, 0.1) == Approx(200.0 / 218));
  CHECK(std::isnan(heavy_session_share(trace_of(1, {}), 0.1)));
}

TEST_CASE("a list is served until it is too old and then made anew") {
  // In the second half user 0 makes 100 of 109 requests. A list of 35 minutes serves three more pages, aged 10, 20 and 30.
  const CacheLoad load = load_cache(one_heavy(), fleet(0.1, 35));
  CHECK(load.hits == Approx(75.0 / 109));
  CHECK(load.age_minutes == Approx(20));
  CHECK(load_cache(one_heavy(), fleet(0.1, 5)).hits == 0);
  CHECK(load_cache(one_heavy(), fleet(0, 35)).hits == 0);
}
