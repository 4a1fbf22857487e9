#include "experiment/replication/rerandomise.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

namespace feedloop {
namespace {

// Unequal users: a mean, a ratio whose denominator follows the numerator, and a share that a third cannot be judged by.
std::vector<UnitSums> some_units(std::size_t n, double offset = 0) {
  std::vector<UnitSums> columns{{"mean", {}, {}}, {"ratio", {}, {}}, {"share", {}, {}}};
  for (std::size_t u = 0; u < n; ++u) {
    Rng rng = stream({5}, Stream::Test, entity_key(u));
    const double activity = -std::log(rng.uniform_open()), pages = 1 + std::floor(10 * activity);
    columns[0].num.push_back(offset + activity * rng.uniform());
    columns[0].den.push_back(1);
    columns[1].num.push_back(std::floor(pages * rng.uniform()));
    columns[1].den.push_back(pages);
    const bool judged = u % 3 != 0;
    columns[2].num.push_back(judged ? rng.uniform() < 0.3 : kNaN);
    columns[2].den.push_back(judged ? 1 : kNaN);
  }
  return columns;
}

Rerandomisation request(std::int64_t assignments) { return {{"control", "treatment"}, {0.5, 0.5}, assignments, 0.05, 0, {9}}; }

}  // namespace

TEST_CASE("lanes of assignments give what the plain loop gives") {
  for (const double offset : {0.0, 1e6}) {
    const auto units = some_units(1234, offset);
    Rerandomisation q{{"control", "small", "other"}, {0.5, 0.1, 0.4}, 21, 0.05, 0.1, {3}};
    const auto fast = rerandomise(q, units), plain = rerandomise_plainly(q, units);
    REQUIRE(fast.metrics.size() == 6);
    CHECK(fast.units == 1234);
    CHECK(fast.srm_flatness.d == plain.srm_flatness.d);
    for (std::size_t i = 0; i < 6; ++i) {
      const RerandomisedMetric &a = fast.metrics[i], &b = plain.metrics[i];
      CHECK(a.variant == b.variant);
      CHECK(a.metric == b.metric);
      CHECK(a.units == (a.metric == "share" ? 822 : 1234));
      CHECK(a.type_1.hits == b.type_1.hits);
      CHECK(a.type_1.trials == 21);
      CHECK(a.power.hits == b.power.hits);
      CHECK(a.coverage.hits == b.coverage.hits);
      CHECK(a.flatness.d == Approx(b.flatness.d).epsilon(1e-6));
      CHECK(a.mean == Approx(b.mean).margin(1e-9));
      CHECK(a.sd == Approx(b.sd).epsilon(1e-7));
      CHECK(a.mean_se == Approx(b.mean_se).epsilon(1e-7));
      CHECK(a.low == Approx(b.low).margin(1e-9));
      CHECK(a.planted == b.planted);
    }
  }
}

TEST_CASE("an assignment depends on its number alone: not on threads, on how many there are, or on the metrics") {
  const auto units = some_units(300);
  const auto one = rerandomise(request(40), units);
  set_threads(3);
  const auto three = rerandomise(request(40), units);
  set_threads(0);
  for (std::size_t i = 0; i < one.metrics.size(); ++i) {
    CHECK(one.metrics[i].mean == three.metrics[i].mean);
    CHECK(one.metrics[i].flatness.d == three.metrics[i].flatness.d);
  }
  const auto alone = rerandomise(request(40), std::span(units).subspan(1, 1));
  CHECK(alone.metrics[0].mean == one.metrics[1].mean);
  double by_hand = 0;  // the mean of ten is that of the first ten of twenty
  const auto ten = rerandomise(request(10), units), twenty = rerandomise(request(20), units);
  by_hand = 2 * twenty.metrics[0].mean - ten.metrics[0].mean;
  CHECK(ten.metrics[0].mean != twenty.metrics[0].mean);
  CHECK(std::abs(by_hand) < 5 * ten.metrics[0].sd);
}

// Each check within kZ binomial errors fails without cause with probability below 1e-6, a KS p below 1e-6 with that.
TEST_CASE("tests of an A/A archive err as often as they say, their p is flat and their error is the spread of the estimate") {
  const auto units = some_units(2000);
  const std::int64_t n = 4000;
  const auto result = rerandomise(request(n), units);
  const double error = std::sqrt(0.05 * 0.95 / static_cast<double>(n));
  for (const RerandomisedMetric& m : result.metrics) {
    INFO(m.metric);
    CHECK(std::abs(m.type_1.value - 0.05) < kZ * error);
    CHECK(m.flatness.p > 1e-6);
    CHECK(std::abs(m.mean) < kZ * m.sd / std::sqrt(static_cast<double>(n)));
    CHECK(m.mean_se == Approx(m.sd).epsilon(kZ / std::sqrt(2.0 * static_cast<double>(n))));
    CHECK(m.low < 0);
    CHECK(m.high > 0);
    CHECK(m.power.trials == 0);
  }
  CHECK(std::abs(result.srm_alarms.value - 0.05) < kZ * error + 0.01);  // counts are whole: up to a point of steps
}

TEST_CASE("a planted effect is covered as often as intervals say, and found more often the larger it is") {
  const auto units = some_units(2000);
  double before = 0.05;
  for (const double lift : {0.03, 0.1, 0.3}) {
    Rerandomisation q = request(2000);
    q.lift = lift;
    const RerandomisedMetric m = rerandomise(q, units).metrics[0];
    CHECK(std::abs(m.coverage.value - 0.95) < kZ * std::sqrt(0.05 * 0.95 / 2000) + 0.002);
    CHECK(m.power.value > before);
    // Power of the two-sided z test at the spread that the estimate has.
    const double z = m.planted / m.sd;
    CHECK(m.power.value == Approx(0.5 * std::erfc((1.959964 - z) / std::sqrt(2.0))).margin(0.05));
    before = m.power.value;
  }
}

TEST_CASE("what the past explains is taken out: the test keeps its level and the variance falls by the correlation's square") {
  UnitSums metric{"ratio", {}, {}}, before{"ratio_before", {}, {}};
  for (std::size_t u = 0; u < 3000; ++u) {
    Rng rng = stream({6}, Stream::Test, entity_key(u));
    const double taste = rng.uniform();
    for (UnitSums* sums : {&metric, &before}) {
      const double pages = std::floor(1 + 20 * rng.uniform());
      const bool unknown = sums == &before && u % 5 == 0;
      sums->den.push_back(unknown ? kNaN : pages);
      sums->num.push_back(unknown ? kNaN : pages * (taste + 0.3 * normal(rng)));
    }
  }
  const AdjustedSums adjusted = adjusted_by_past(metric, before);
  CHECK(adjusted.rho > 0.3);
  const std::int64_t n = 4000;
  const auto plain = rerandomise(request(n), std::span(&metric, 1)),
             better = rerandomise(request(n), std::span(&adjusted.sums, 1));
  const double left = std::pow(better.metrics[0].sd / plain.metrics[0].sd, 2), expected = 1 - adjusted.rho * adjusted.rho;
  CHECK(std::abs(std::log(left / expected)) < kZ * 2 * adjusted.rho / std::sqrt(static_cast<double>(n)));
  CHECK(std::abs(better.metrics[0].type_1.value - 0.05) < kZ * std::sqrt(0.05 * 0.95 / static_cast<double>(n)));
  CHECK(better.metrics[0].flatness.p > 1e-6);

  UnitSums nothing{"none", std::vector<double>(3000, 0.0), std::vector<double>(3000, 0.0)};
  CHECK(adjusted_by_past(metric, nothing).sums.num == metric.num);
  CHECK(std::isnan(adjusted_by_past(metric, nothing).rho));
}

TEST_CASE("units too few or without variation give no test instead of a number") {
  auto units = some_units(1);
  for (const RerandomisedMetric& m : rerandomise(request(16), units).metrics) {
    CHECK(m.type_1.trials == 0);
    CHECK(std::isnan(m.type_1.value));
    CHECK(std::isnan(m.sd));
  }
  std::vector<UnitSums> constant{{"constant", std::vector<double>(50, 2.0), std::vector<double>(50, 1.0)},
                                 {"nobody", std::vector<double>(50, kNaN), std::vector<double>(50, kNaN)}};
  for (const RerandomisedMetric& m : rerandomise(request(16), constant).metrics) CHECK(m.type_1.trials == 0);
  CHECK(rerandomise(request(16), {}).units == 0);
}

}  // namespace feedloop
