#include "experiment/replication/measured.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

namespace feedloop {

TEST_CASE("a measured share has Wilson's interval, also where all trials or none are hits") {
  const MeasuredShare s = measured_share(20, 100);
  CHECK(s.value == 0.2);
  CHECK(s.ci.low == Approx(0.13336).margin(1e-5));
  CHECK(s.ci.high == Approx(0.28883).margin(1e-5));
  CHECK(measured_share(0, 20).ci.high == Approx(0.16113).margin(1e-5));  // z² / (n + z²)
  CHECK(measured_share(20, 20).ci.low == Approx(1 - 0.16113).margin(1e-5));
  CHECK(std::isnan(measured_share(0, 0).value));
}

TEST_CASE("a measured mean has Student's interval over runs") {
  const MeasuredMean m = measured_mean({1, 2, 3, 4});
  CHECK(m.mean == 2.5);
  CHECK(m.se == Approx(std::sqrt(5.0 / 3 / 4)));
  CHECK(m.ci.high == Approx(2.5 + 3.182446 * m.se));
  CHECK(measured_mean({7}).mean == 7);
  CHECK(std::isnan(measured_mean({7}).se));
  CHECK(std::isnan(measured_mean({}).mean));
  CHECK(measured_mean({2, 2}).ci.low == 2);
}

}  // namespace feedloop
