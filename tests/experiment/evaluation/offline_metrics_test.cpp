#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("a rank correlation is that of the ranks and ties share theirs") {
  const std::vector<double> x{1, 2, 3, 4, 5};
  CHECK(rank_correlation(x, std::vector<double>{10, 20, 30, 40, 1000}) == Approx(1));
  CHECK(rank_correlation(x, std::vector<double>{5, 4, 3, 2, 1}) == Approx(-1));
  CHECK(rank_correlation(x, std::vector<double>{2, 1, 4, 3, 5}) == Approx(0.8));  // 1 - 6 * 4 / (5 * 24)
  // Ranks 1, 2.5, 2.5, 4 against 1 to 4: 4.5 / sqrt(4.5 * 5).
  CHECK(rank_correlation(std::vector<double>{1, 2, 2, 3}, std::vector<double>{1, 2, 3, 4}) == Approx(std::sqrt(0.9)));
  CHECK(std::isnan(rank_correlation(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
}

TEST_CASE("logs order thirty rankers better than chance and worse than the truth", "[slow]") {
  const Scenario scenario = SmallScenario{.users = 600, .items = 800, .warmup_days = 4, .days = 1}.make();
  const OfflineMetrics m = offline_metrics(scenario);
  for (const std::size_t metric : {0, 1, 2, 3}) {
    INFO(kOfflineMetrics[metric]);
    CHECK(m.of[metric].clicks > 0.43);  // without any relation P = 1 %
    CHECK(m.of[metric].clicks < 0.99);
  }
  CHECK(m.spread > 0.1);
}
