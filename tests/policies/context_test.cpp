#include "policies/context.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("few features stand as they are after the constant") {
  const ContextMap map({.dims = 4, .standardise = false});
  std::vector<float> x(map.size());
  map.map(std::vector<float>{2, -3}, x.data());
  CHECK(x == std::vector<float>{1, 2, -3, 0, 0});
  map.map({}, x.data());
  CHECK(x == std::vector<float>{1, 0, 0, 0, 0});
}

TEST_CASE("many features are hashed with signs and none is lost") {
  const ContextMap map({.dims = 4, .standardise = false});
  std::vector<float> x(map.size());
  for (std::size_t j = 0; j < 50; ++j) {
    std::vector<float> row(50, 0.0f);
    row[j] = 3;
    map.map(row, x.data());
    float total = 0;
    for (std::size_t d = 1; d < x.size(); ++d) total += std::fabs(x[d]);
    CHECK(total == 3);
    CHECK(std::fabs(x[1 + j % 4]) == 3);
  }
}

TEST_CASE("standardised features have mean 0 and variance 1 by the first rows and then stay") {
  ContextMap map({.dims = 2, .standardise = true});
  Rng rng = stream({9}, Stream::Test, {});
  std::vector<float> x(map.size());
  const auto row = [&] { return std::vector<float>{static_cast<float>(100 + 5 * normal(rng)), 7}; };
  for (std::int64_t n = 0; n < ContextMap::kFreezeRows; ++n) {
    map.map(row(), x.data());
    REQUIRE(x == std::vector<float>{1, 0, 0});
    map.observe(row());
  }
  double sum = 0, squares = 0;
  for (int n = 0; n < 4000; ++n) {
    map.map(row(), x.data());
    sum += static_cast<double>(x[1]);
    squares += static_cast<double>(x[1]) * static_cast<double>(x[1]);
    REQUIRE(x[2] == 0);  // a constant says nothing
  }
  // Five standard errors, of the thousand rows and of these.
  CHECK(std::fabs(sum / 4000) < 5 / std::sqrt(2 * 800.0));
  CHECK(squares / 4000 == Approx(0.5).epsilon(0.25));
  const std::string before = save_state(map);
  for (int n = 0; n < 100; ++n) map.observe(row());
  CHECK(save_state(map) == before);
}
