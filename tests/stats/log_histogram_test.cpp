#include "stats/log_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "base/distributions.hpp"
#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("quantiles stay within the stated error of the order statistics") {
  Rng rng = stream({61}, Stream::Test, entity_key(0));
  LogHistogram h;
  std::vector<double> x;
  for (int i = 0; i < 20'000; ++i) {
    x.push_back(lognormal(rng, 3e5, 2));
    h.add(x.back());
  }
  std::sort(x.begin(), x.end());
  for (const double q : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * 20'000 - 1e-9)));
    CAPTURE(q);
    CHECK(std::abs(h.quantile(q) / x[rank - 1] - 1) <= LogHistogram::kRelativeError);
  }
}

TEST_CASE("merged histograms equal the whole") {
  Rng rng = stream({63}, Stream::Test, entity_key(0));
  LogHistogram whole, left, right;
  for (int i = 0; i < 3000; ++i) {
    const double x = exponential(rng, 40);
    whole.add(x);
    (i % 3 ? left : right).add(x);
  }
  right.merge(left);
  CHECK(right.count() == whole.count());
  for (double q = 0; q <= 1; q += 0.01) CHECK(right.quantile(q) == whole.quantile(q));
}

TEST_CASE("values outside the buckets are kept at the ends") {
  LogHistogram h;
  for (const double x : {0.0, -3.0, 1e-300, kInfinity, 1e300}) h.add(x);
  h.add(kNaN);
  CHECK(h.count() == 5);
  CHECK(h.quantile(0.5) == 0);
  CHECK(h.quantile(1) == Approx(std::ldexp(1.0, 64)).epsilon(LogHistogram::kRelativeError));
}

TEST_CASE("an empty histogram has no quantile") {
  CHECK(std::isnan(LogHistogram{}.quantile(0.5)));
  STATIC_REQUIRE(std::is_trivially_copyable_v<LogHistogram>);
}

TEST_CASE("one value is every quantile and a weight counts as that many") {
  LogHistogram h;
  h.add(1000, 99);
  h.add(1e6);
  CHECK(h.quantile(0.5) == Approx(1000).epsilon(LogHistogram::kRelativeError));
  CHECK(h.quantile(0.99) == Approx(1000).epsilon(LogHistogram::kRelativeError));
  CHECK(h.quantile(1) == Approx(1e6).epsilon(LogHistogram::kRelativeError));
}
