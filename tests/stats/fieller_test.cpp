#include "stats/fieller.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Estimate known(double value, double variance) { return {1000, value, variance, TestStatus::Ok}; }

// Whether the test of treatment = (1 + lift) control keeps it.
bool kept(const Estimate& a, const Estimate& b, double alpha, double lift_of_control) {
  const double ratio = 1 + lift_of_control;
  return std::abs(b.value - ratio * a.value) <= normal_isf(alpha / 2) * std::sqrt(b.variance + ratio * ratio * a.variance);
}

}  // namespace

TEST_CASE("a Fieller set holds exactly the lifts that its test keeps") {
  Rng rng = stream({31}, Stream::Test, entity_key(1));
  int shapes[4] = {};
  for (int i = 0; i < 400; ++i) {
    const Estimate a = known(3 * normal(rng), 1), b = known(3 * normal(rng), 0.5 + rng.uniform());
    const FiellerSet set = fieller(a, b, 0.05);
    ++shapes[static_cast<int>(set.shape)];
    for (double x = -8.003; x < 8; x += 0.2) {
      const double lift = a.value < 0 ? -x : x;  // ours is relative to |control|
      CAPTURE(a.value, b.value, x, to_string(set.shape));
      CHECK(set.contains(lift) == kept(a, b, 0.05, x));
    }
  }
  CHECK(shapes[static_cast<int>(FiellerShape::Bounded)] > 20);
  CHECK(shapes[static_cast<int>(FiellerShape::Open)] > 20);
  CHECK(shapes[static_cast<int>(FiellerShape::Unbounded)] > 20);
}

TEST_CASE("with an exact control Fieller's interval is that of the effect over the control") {
  const FiellerSet set = fieller(known(4, 0), known(5, 0.25), 0.05);
  CHECK(set.shape == FiellerShape::Bounded);
  CHECK(set.lift.low == Approx((1 - 0.5 * normal_isf(0.025)) / 4));
  CHECK(set.lift.high == Approx((1 + 0.5 * normal_isf(0.025)) / 4));
}

TEST_CASE("small lifts keep their digits") {
  const FiellerSet set = fieller(known(1e6, 1e-6), known(1e6 + 1e-3, 1e-6), 0.05);
  const double half = normal_isf(0.025) * std::sqrt(2e-6) / 1e6;  // the delta method's, exact to 1e-9 here
  CHECK(set.lift.low == Approx(1e-9 - half).epsilon(1e-6));
  CHECK(set.lift.high == Approx(1e-9 + half).epsilon(1e-6));
}

TEST_CASE("Fieller covers the true lift at its level when the control is noisy") {
  // A control 2.5 errors from 0. 10000 draws; exact binomial bounds at 1e-6. The delta method covers less than 94 % here.
  std::int64_t covered = 0, by_delta = 0;
  const std::int64_t reps = 10'000;
  Rng rng = stream({32}, Stream::Test, entity_key(1));
  for (std::int64_t i = 0; i < reps; ++i) {
    const Estimate a = known(2.5 + normal(rng), 1), b = known(5 + normal(rng), 1);
    const FiellerSet set = fieller(a, b, 0.05);
    covered += set.contains(a.value < 0 ? -1 : 1);
    by_delta += std::abs(a.value) > 0 && compare(a, b, 0.05).lift_ci.contains(1);
  }
  CHECK(consistent_with_rate(covered, reps, 0.95, 1e-6));
  CHECK(by_delta < covered);
}

TEST_CASE("a control at the very edge of significance leaves a ray") {
  const double q = normal_isf(0.025);
  const Estimate a = known(q, 1), b = known(3, 1);
  const FiellerSet set = fieller(a, b, 0.05);
  CHECK(set.shape == FiellerShape::Open);
  CHECK(set.lift.low == -kInfinity);
  for (double x = -8.003; x < 8; x += 0.2) CHECK(set.contains(x) == kept(a, b, 0.05, x));
}

TEST_CASE("what has no ratio is named") {
  CHECK(fieller(Estimate{}, known(1, 1), 0.05).shape == FiellerShape::NotEnoughData);
  CHECK(fieller(known(0, 0), known(1, 1), 0.05).shape == FiellerShape::NotEnoughData);
  CHECK_FALSE(fieller(Estimate{}, known(1, 1), 0.05).contains(0));
  CHECK(fieller(known(0, 1), known(0, 1), 0.05).shape == FiellerShape::Unbounded);
  CHECK(fieller(Comparison{}).shape == FiellerShape::NotEnoughData);
  RatioMoments a, b;
  for (int i = 0; i < 4; ++i) a.add(10 + i), b.add(12 + i);
  const Comparison c = compare(a, b, 0.05);
  const FiellerSet small = fieller(c), large = fieller(c.control, c.treatment, 0.05);
  CHECK(small.lift.low < large.lift.low);  // Student's quantile is the wider one
  CHECK(small.lift.high > large.lift.high);
}
