#include "stats/srm.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

SrmResult srm(std::vector<std::int64_t> observed, std::vector<double> shares) { return sample_ratio_test(observed, shares); }

}  // namespace

TEST_CASE("51 to 49 is noise among ten thousand units and a mismatch among thirty thousand") {
  // chi-square is 4e-4 n on one degree of freedom
  CHECK(srm({5100, 4900}, {1, 1}).p == Approx(0.0455003).epsilon(1e-5));
  CHECK(srm({15300, 14700}, {1, 1}).p == Approx(5.32e-4).epsilon(1e-3));
  CHECK(srm({51000, 49000}, {1, 1}).p == Approx(2.54e-10).epsilon(1e-2));
  CHECK(srm({5100, 4900}, {1, 1}).state == SrmState::Healthy);
  CHECK(srm({15300, 14700}, {1, 1}).state == SrmState::Unhealthy);
}

TEST_CASE("an even split of 821588 against 815482 is a mismatch") {
  // Fabijan et al. 2019, sec. 1: p about 1.8e-6 (chi2 = difference^2 / total for two even variants).
  const SrmResult r = srm({821588, 815482}, {0.5, 0.5});
  CHECK(r.chi2 == Approx(6106.0 * 6106.0 / 1637070.0));
  CHECK(r.p == Approx(1.8e-6).epsilon(0.05));
  CHECK(r.state == SrmState::Unhealthy);
}

TEST_CASE("a mismatch beyond any double below 1 keeps a positive p") {
  const SrmResult r = srm({510000, 490000}, {1, 1});
  CHECK(r.p > 0);
  CHECK(r.p == Approx(5.507248237212379e-89).epsilon(1e-8));
}

TEST_CASE("the likelihood ratio follows its definition and is near Pearson's for many units") {
  const SrmResult r = srm({30, 50, 40}, {1, 1, 1});
  CHECK(r.g == Approx(2 * (30 * std::log(30 / 40.0) + 50 * std::log(50 / 40.0))));
  CHECK(srm({40, 0}, {1, 1}).g == Approx(80 * std::log(2.0)));
  const SrmResult many = srm({501'000, 499'000}, {1, 1});
  CHECK(many.g == Approx(many.chi2).epsilon(1e-5));
  CHECK(srm({1000, 1000}, {1, 1}).g == 0);
}

TEST_CASE("two variants have an exact p that holds for few units") {
  CHECK(srm({9, 1}, {1, 1}).p_exact == Approx(22.0 / 1024));  // 0, 1, 9 and 10 of 10
  CHECK(srm({9, 0, 1}, {1, 0, 1}).p_exact == Approx(22.0 / 1024));
  CHECK(std::isnan(srm({9, 1, 4}, {1, 1, 1}).p_exact));
}

TEST_CASE("only the proportion of shares matters") {
  const SrmResult a = srm({700, 290}, {0.7, 0.3}), b = srm({700, 290}, {70, 30});
  CHECK(a.chi2 == Approx(b.chi2));
  CHECK(a.state == SrmState::Healthy);
}

TEST_CASE("a variant of share 0 counts neither in the statistic nor in the degrees of freedom") {
  const SrmResult with = srm({520, 480, 0}, {0.5, 0.5, 0}), without = srm({520, 480}, {0.5, 0.5});
  CHECK(with.df == 1);
  CHECK(with.chi2 == without.chi2);
  CHECK(with.p == without.p);
}

TEST_CASE("units in a variant of share 0 are a mismatch whatever the rest shows") {
  const SrmResult r = srm({500, 500, 3}, {0.5, 0.5, 0});
  CHECK(r.stray == 3);
  CHECK(r.units == 1000);
  CHECK(r.state == SrmState::Unhealthy);
}

TEST_CASE("little traffic is neither healthy nor unhealthy") {
  CHECK(srm({40, 0}, {1, 1}).state == SrmState::NotEnoughTraffic);
  CHECK(srm({150, 4}, {0.98, 0.02}).state == SrmState::NotEnoughTraffic);  // expected 3.1 in the second
  CHECK(srm({0, 0}, {1, 1}).state == SrmState::NotEnoughTraffic);
  CHECK(std::isnan(srm({0, 0}, {1, 1}).p));
  CHECK(srm({1000}, {1}).state == SrmState::NotEnoughTraffic);
  CHECK(srm({}, {}).state == SrmState::NotEnoughTraffic);
  CHECK(to_string(SrmState::NotEnoughTraffic) == "not enough traffic");
}

TEST_CASE("healthy splits raise alarms at the declared level") {
  // 20000 three-way splits of 600 units, alarm at p < 0.01; exact binomial bounds at 1e-6, widened by 0.002 for the
  // discreteness of counts.
  const std::vector<double> shares{0.5, 0.3, 0.2};
  std::int64_t alarms = 0;
  const std::int64_t reps = 20'000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({21}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<std::int64_t> counts(3);
    for (int i = 0; i < 600; ++i) ++counts[categorical(rng, shares)];
    alarms += sample_ratio_test(counts, shares, 0.01).state == SrmState::Unhealthy;
  }
  const Interval seen = clopper_pearson(alarms, reps, 1e-6);
  CHECK(seen.low < 0.012);
  CHECK(seen.high > 0.008);
}
