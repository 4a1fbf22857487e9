#include "stats/sequential_srm.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/interval.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the factor is the product of the urn's predictions over the plan's") {
  // A Dirichlet prior predicts each unit as an urn does that gains a ball of the colour drawn.
  const std::vector<double> shares{0.5, 0.2, 0.3};
  const std::vector<std::size_t> arrivals{0, 2, 0, 1, 1, 1, 2, 0, 1, 1};
  const double concentration = 7;
  std::vector<std::int64_t> counts(3, 0);
  double log_factor = 0, n = 0;
  for (const std::size_t v : arrivals) {
    log_factor += std::log((concentration * shares[v] + static_cast<double>(counts[v])) / (concentration + n) / shares[v]);
    ++counts[v];
    ++n;
  }
  CHECK(log_mismatch_factor(counts, shares, concentration) == Approx(log_factor).epsilon(1e-12));
  const std::vector<double> scaled{5, 2, 3};
  CHECK(log_mismatch_factor(counts, scaled, concentration) == Approx(log_factor).epsilon(1e-12));
}

TEST_CASE("it does not matter how units were grouped except that p remembers the strongest look") {
  SequentialSrm whole({1, 1}), parts({1, 1});
  whole.add(std::vector<std::int64_t>{900, 700});
  parts.add(std::vector<std::int64_t>{900, 100});
  const double strongest = parts.p();
  parts.add(std::vector<std::int64_t>{0, 600});
  CHECK(parts.log_bayes_factor() == Approx(whole.log_bayes_factor()).epsilon(1e-12));
  CHECK(parts.p() == strongest);
  CHECK(whole.p() > strongest);
  CHECK(whole.posterior() == Approx(1 / (1 + std::exp(-whole.log_bayes_factor()))));
}

TEST_CASE("nothing yet is no evidence and a unit where none can be is proof") {
  SequentialSrm test({0.5, 0.5, 0});
  CHECK(test.log_bayes_factor() == 0);
  CHECK(test.p() == 1);
  CHECK(test.posterior() == 0.5);
  test.add(std::vector<std::int64_t>{0, 0, 0});
  CHECK(test.p() == 1);
  test.add(std::vector<std::int64_t>{10, 9, 1});
  CHECK(test.log_bayes_factor() == kInfinity);
  CHECK(test.p() == 0);
  CHECK(test.posterior() == 1);
}

TEST_CASE("reading the counts after every period keeps the level and finds a mismatch") {
  // 1500 tests of 20 periods of 100 units; a false alarm in more than 5 % only with probability at most 1e-6.
  const std::int64_t reps = 1500;
  std::int64_t alarms = 0, found = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({47}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    SequentialSrm fair({1, 1}, 100), broken({1, 1}, 100);
    for (int period = 0; period < 20; ++period) {
      std::int64_t even = 0, skewed = 0;
      for (int i = 0; i < 100; ++i) {
        const double u = rng.uniform();
        even += u < 0.5;
        skewed += u < 0.57;
      }
      fair.add(std::vector<std::int64_t>{even, 100 - even});
      broken.add(std::vector<std::int64_t>{skewed, 100 - skewed});
    }
    alarms += fair.p() <= 0.05;
    found += broken.p() <= 0.05;
  }
  CHECK(clopper_pearson(alarms, reps, 1e-6).low <= 0.05);
  CHECK(alarms > 0);
  CHECK(found > reps * 95 / 100);
}
