#include "experiment/metrics/platform.hpp"

#include <cmath>

#include "tests/experiment/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("popularity counts each user who had clicked an item once") {
  const Platform p = tiny_platform();
  CHECK(p.clicked_before == std::vector<std::int64_t>{2, 1, 0, 0, 0, 0, 0, 0});
  CHECK(p.surprise_bits[0] == Approx(-std::log2(3.0 / 4)));
  CHECK(p.surprise_bits[7] == Approx(2));
}

TEST_CASE("where nobody had clicked anything every item is equally surprising") {
  const Platform p = blank_platform(2, 3);
  for (const float bits : p.surprise_bits) CHECK(bits == 1);
}

TEST_CASE("who signed up at the start of the experiment or later is new") {
  Platform p = tiny_platform();
  CHECK_FALSE(p.newcomer(0));
  CHECK(p.newcomer(3));
  p.joined[0] = p.t0;
  CHECK(p.newcomer(0));
}
