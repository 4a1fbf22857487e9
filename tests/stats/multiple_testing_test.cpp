#include "stats/multiple_testing.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/interval.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

void check_equal(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(expected[i]));
}

}  // namespace

TEST_CASE("adjusted p-values of a worked example come in the order of the input") {
  const std::vector<double> p{0.04, 0.01, 0.03, 0.005};
  check_equal(bonferroni(p), {0.16, 0.04, 0.12, 0.02});
  check_equal(holm(p), {0.06, 0.03, 0.06, 0.02});                // 4 * .005, 3 * .01, 2 * .03, max(.06, .04)
  check_equal(benjamini_hochberg(p), {0.04, 0.02, 0.04, 0.02});  // .04, .03 * 4/3 = .04, .01 * 2, .005 * 4
  check_equal(hochberg(p), {0.04, 0.03, 0.04, 0.02});            // .04, min(.06, .04), 3 * .01, 4 * .005
  const double harmonic = 1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4;
  check_equal(benjamini_yekutieli(p), {0.04 * harmonic, 0.02 * harmonic, 0.04 * harmonic, 0.02 * harmonic});
  check_equal(sidak(p), {1 - std::pow(0.96, 4), 1 - std::pow(0.99, 4), 1 - std::pow(0.97, 4), 1 - std::pow(0.995, 4)});
  check_equal(holm_sidak(p), {1 - 0.97 * 0.97, 1 - std::pow(0.99, 3), 1 - 0.97 * 0.97, 1 - std::pow(0.995, 4)});
}

TEST_CASE("an undefined p stays undefined and does not count as a test") {
  const std::vector<double> with{0.02, kNaN, 0.03}, without{0.02, 0.03};
  for (const auto method : {bonferroni, holm, sidak, holm_sidak, hochberg, hommel, benjamini_hochberg, benjamini_yekutieli}) {
    const auto a = method(with), b = method(without);
    CHECK(a[0] == b[0]);
    CHECK(std::isnan(a[1]));
    CHECK(a[2] == b[1]);
  }
  CHECK(holm({}).empty());
}

TEST_CASE("adjustment keeps order and stays between p and 1") {
  Rng rng = stream({41}, Stream::Test, entity_key(0));
  std::vector<double> p;
  for (int i = 0; i < 200; ++i) p.push_back(rng.uniform() * rng.uniform());
  const auto b = bonferroni(p), h = holm(p), f = benjamini_hochberg(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(p[i] <= f[i]);
    CHECK(f[i] <= h[i]);
    CHECK(h[i] <= b[i]);
    CHECK(b[i] <= 1);
    for (std::size_t j = 0; j < p.size(); ++j)
      if (p[i] < p[j]) CHECK((h[i] <= h[j] && f[i] <= f[j]));
  }
}

TEST_CASE("Hommel's adjusted p is the largest Simes p of the sets that hold the hypothesis") {
  // By going through all sets, for random families of six with ties.
  for (std::uint64_t rep = 0; rep < 50; ++rep) {
    Rng rng = stream({45}, Stream::Test, entity_key(rep));
    std::vector<double> p, largest(6, 0.0);
    for (int i = 0; i < 6; ++i) p.push_back(std::round(40 * rng.uniform() * rng.uniform()) / 40);
    for (unsigned set = 1; set < 64; ++set) {
      std::vector<double> inside;
      for (std::size_t i = 0; i < 6; ++i)
        if (set >> i & 1) inside.push_back(p[i]);
      std::ranges::sort(inside);
      double simes = 1;
      for (std::size_t k = 0; k < inside.size(); ++k)
        simes = std::min(simes, inside[k] * static_cast<double>(inside.size()) / static_cast<double>(k + 1));
      for (std::size_t i = 0; i < 6; ++i)
        if (set >> i & 1) largest[i] = std::max(largest[i], simes);
    }
    check_equal(hommel(p), largest);
  }
}

TEST_CASE("each method is at least as strong as its weaker twin") {
  for (std::uint64_t rep = 0; rep < 50; ++rep) {
    Rng rng = stream({47}, Stream::Test, entity_key(rep));
    std::vector<double> p;
    for (int i = 0; i < 12; ++i) p.push_back(std::pow(rng.uniform(), 3));
    const auto at_most = [&](const std::vector<double>& strong, const std::vector<double>& weak) {
      for (std::size_t i = 0; i < p.size(); ++i) CHECK(strong[i] <= weak[i] * (1 + 1e-12));
    };
    at_most(sidak(p), bonferroni(p));
    at_most(holm_sidak(p), holm(p));
    at_most(hochberg(p), holm(p));
    at_most(hommel(p), hochberg(p));
    at_most(benjamini_hochberg(p), hommel(p));
    at_most(benjamini_hochberg(p), benjamini_yekutieli(p));
  }
  CHECK(sidak(std::vector{1e-300, 1.0})[0] == Approx(2e-300).epsilon(1e-12));
}

TEST_CASE("Holm keeps the family-wise error and Benjamini-Hochberg the false-discovery rate") {
  // 4000 families of 10 true nulls: any rejection is false, so both rates are P(some rejection) <= 0.05; bounds at 1e-6.
  std::int64_t by_holm = 0, by_bh = 0;
  const std::int64_t reps = 4000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({43}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> p(10);
    for (double& x : p) x = rng.uniform();
    by_holm += std::ranges::min(holm(p)) <= 0.05;
    by_bh += std::ranges::min(benjamini_hochberg(p)) <= 0.05;
  }
  CHECK(clopper_pearson(by_holm, reps, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(by_bh, reps, 1e-6).low <= 0.05);
}
