#include "stats/cell_contrast.hpp"

#include <array>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

RatioMoments cell(Rng& rng, int n, double mean, double sd) {
  RatioMoments m;
  for (int i = 0; i < n; ++i) m.add(mean + sd * normal(rng));
  return m;
}

}  // namespace

TEST_CASE("a contrast of two cells is Welch's test") {
  Rng rng = stream({101}, Stream::Test, entity_key(1));
  const std::array cells{cell(rng, 10, 0, 1), cell(rng, 25, 1, 3), cell(rng, 7, 5, 1)};
  const CellContrast c = cell_contrast(cells, std::array{-1.0, 1.0, 0.0}, 0.05);
  const Comparison welch = compare(cells[0], cells[1], 0.05);
  CHECK(c.estimate == Approx(welch.effect));
  CHECK(c.se == Approx(welch.se));
  CHECK(c.df == Approx(welch.df));
  CHECK(c.p == Approx(welch.p));
  CHECK(c.n == 42);
}

TEST_CASE("effects that add up are found to interact at the level of the test") {
  // 4000 pairs of experiments with unlike cells; exact binomial bounds at 1e-6, widened by 0.5 % for Welch's approximation.
  std::int64_t alarms = 0;
  const std::int64_t reps = 4000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({102}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    const std::array cells{cell(rng, 12, 1, 1), cell(rng, 20, 3, 2), cell(rng, 15, 2, 1), cell(rng, 30, 4, 3)};
    alarms += interaction(cells, 0.05).p < 0.05;
  }
  const Interval rate = clopper_pearson(alarms, reps, 1e-6);
  CHECK(rate.low < 0.055);
  CHECK(rate.high > 0.045);
}

TEST_CASE("the errors of the saturated regression differ as their divisors do") {
  std::array<RatioMoments, 2> cells;  // m2 of 2 and 8
  for (const double y : {0.0, 1.0, 2.0}) cells[0].add(y);
  for (const double y : {1.0, 5.0}) cells[1].add(y);
  const SaturatedErrors e = saturated_errors(cells, std::array{-1.0, 1.0});
  CHECK(e.df == 3);
  CHECK(e.classical == Approx(std::sqrt(10.0 / 3 * (1.0 / 3 + 1.0 / 2))));
  CHECK(e.hc0 == Approx(std::sqrt(2.0 / 9 + 8.0 / 4)));
  CHECK(e.hc1 == Approx(e.hc0 * std::sqrt(5.0 / 3)));
  CHECK(e.hc2 == Approx(std::sqrt(2.0 / 6 + 8.0 / 2)));
  CHECK(e.hc3 == Approx(std::sqrt(2.0 / 4 + 8.0)));
  CHECK(e.hc2 == Approx(cell_contrast(cells, std::array{-1.0, 1.0}, 0.05).se));
  CHECK(e.r_squared == Approx(1 - 10 / (10 + 4 * 6.0 / 5)));
}

TEST_CASE("cells without units and constant cells are named") {
  std::array<RatioMoments, 4> cells;
  const CellContrast none = interaction(cells, 0.05);
  CHECK(none.status == TestStatus::NotEnoughData);
  CHECK(std::isnan(none.estimate));
  CHECK(std::isnan(saturated_errors(cells, std::array{1.0, -1.0, -1.0, 1.0}).classical));
  for (std::size_t i = 0; i < 4; ++i) cells[i].add(static_cast<double>(i * i)), cells[i].add(static_cast<double>(i * i));
  const CellContrast flat = interaction(cells, 0.05);
  CHECK(flat.status == TestStatus::ZeroVariance);
  CHECK(flat.estimate == 4);
  CHECK(cell_contrast(cells, std::array{0.0, 0.0, 0.0, 0.0}, 0.05).status == TestStatus::NotEnoughData);
}
