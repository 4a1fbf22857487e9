#include "experiment/replication/measured.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

namespace feedloop {

TEST_CASE("a measured share has its binomial error") {
  const MeasuredShare s = measured_share(20, 100);
  CHECK(s.value == 0.2);
  CHECK(s.se == Approx(0.04));
  CHECK(s.ci.contains(0.2));
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
