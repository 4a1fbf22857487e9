#include "stats/diversity.hpp"

#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Counts = std::vector<std::int64_t>;

TEST_CASE("Gini is half the mean difference over the mean") {
  Rng rng = stream({51}, Stream::Test, entity_key(0));
  Counts counts;
  for (int i = 0; i < 120; ++i) counts.push_back(poisson(rng, pareto(rng, 0.5, 1.2)));
  double differences = 0, total = 0;
  for (const auto a : counts) {
    total += static_cast<double>(a);
    for (const auto b : counts) differences += static_cast<double>(std::abs(a - b));
  }
  const double n = static_cast<double>(counts.size());
  CHECK(gini(counts) == Approx(differences / (n * n) / (2 * total / n)).epsilon(1e-12));
}

TEST_CASE("Gini is 0 for even exposure and (n - 1) / n when one item takes all") {
  CHECK(gini(Counts{5, 5, 5, 5}) == 0);
  CHECK(gini(Counts{0, 0, 9, 0}) == Approx(0.75));
  CHECK(gini(Counts(1, 7)) == 0);
}

TEST_CASE("items never shown raise the Gini coefficient") { CHECK(gini(Counts{4, 4, 0, 0}) == Approx(0.5)); }

TEST_CASE("Gini of a large catalogue of large counts is exact") {
  Counts counts(100'000, 0);
  counts[7] = std::int64_t{1} << 60;
  CHECK(gini(counts) == Approx(0.99999).epsilon(1e-14));
}

TEST_CASE("entropy counts even items") {
  CHECK(entropy(Counts{3, 3, 3, 3, 0}) == Approx(std::log(4)));
  CHECK(effective_number(Counts{3, 3, 3, 3, 0}) == Approx(4));
  CHECK(entropy(Counts{12}) == 0);
}

TEST_CASE("Herfindahl is the chance that two impressions show one item, and Simpson's index the rest") {
  const Counts counts{5, 0, 2, 3};
  // Over all ordered pairs of the ten impressions, an impression with itself included.
  CHECK(herfindahl(counts) == Approx((25 + 4 + 9) / 100.0).epsilon(1e-15));
  CHECK(simpson(counts) == Approx(2 * (5 * 2 + 5 * 3 + 2 * 3) / 100.0).epsilon(1e-15));
  CHECK(herfindahl(Counts(8, 3)) == Approx(1.0 / 8).epsilon(1e-15));
  CHECK(simpson(Counts{0, 7}) == 0);
  // One impression beside 10^15 others: 1 - sum p^2 in floating point would have one digit.
  CHECK(simpson(Counts{1'000'000'000'000'000, 1}) == Approx(2e-15).epsilon(1e-12).margin(0));
}

TEST_CASE("coverage counts the items shown often enough") {
  CHECK(coverage(Counts{0, 1, 5, 100}) == Approx(0.75));
  CHECK(coverage(Counts{0, 1, 5, 100}, 100) == Approx(0.25));
  CHECK(coverage(Counts{0, 0}) == 0);
}

TEST_CASE("the top share takes the most shown items wherever they stand") {
  CHECK(top_share(Counts{1, 90, 2, 3, 4, 0, 0, 0, 0, 0}, 0.1) == Approx(0.9));
  CHECK(top_share(Counts{1, 90, 2, 3, 4, 0, 0, 0, 0, 0}, 0.11) == Approx(0.94));  // rounded up to two items
  CHECK(top_share(Counts{6, 4}, 1) == 1);
  CHECK(top_share(Counts{6, 4}, 1e-9) == Approx(0.6));
  CHECK(top_share(Counts(30, 1), 0.1) == Approx(0.1));  // 0.1 * 30 is three items
}

TEST_CASE("no items or no exposure is undefined") {
  for (const Counts& none : {Counts{}, Counts{0, 0}}) {
    CHECK(std::isnan(gini(none)));
    CHECK(std::isnan(entropy(none)));
    CHECK(std::isnan(herfindahl(none)));
    CHECK(std::isnan(simpson(none)));
    CHECK(std::isnan(effective_number(none)));
    CHECK(std::isnan(top_share(none, 0.1)));
  }
  CHECK(std::isnan(coverage(Counts{})));
}

TEST_CASE("the Lorenz curve rises from nothing to all, below the diagonal by half of Gini") {
  const std::vector<std::int64_t> counts{0, 10, 40, 0, 50};
  const auto curve = lorenz_curve(counts, 100);
  REQUIRE(curve.size() == 6);  // no more points than items
  const double shares[] = {0, 0, 0, 0.1, 0.5, 1};
  double area = 0;
  for (std::size_t k = 0; k < curve.size(); ++k) {
    CHECK(curve[k].items == Approx(0.2 * static_cast<double>(k)));
    CHECK(curve[k].share == Approx(shares[k]));
    if (k > 0) area += 0.2 * (curve[k].share + curve[k - 1].share) / 2;
  }
  CHECK(gini(counts) == Approx(1 - 2 * area));
  CHECK(lorenz_curve(counts, 2).size() == 3);
  CHECK(lorenz_curve(counts, 2)[1].items == Approx(0.4));
  CHECK(lorenz_curve(std::vector<std::int64_t>{0, 0}, 10).empty());
  CHECK(lorenz_curve(std::vector<std::int64_t>{}, 10).empty());
}
