#include "experiment/analysis/quantiles.hpp"

#include <algorithm>
#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("quantiles are those of the sorted units, and an effect on the tail shows in the tail") {
  SyntheticRun run(500);
  std::vector<double> values[2];
  for (std::size_t u = 0; u < run.users; ++u) {
    const std::size_t v = run.variant(u);
    double minutes = 10 + 90 * scatter(u, 0);
    if (v == 1 && minutes > 70) minutes += 40;
    run.watch(u, 0, minutes);
    values[v].push_back(std::floor(minutes * 60000) / 60000);
  }
  const ExperimentReport report = run.analyse(1);
  for (auto& v : values) std::sort(v.begin(), v.end());
  const auto quantile = [&](int v, double level) {
    return values[v][static_cast<std::size_t>(std::ceil(level * static_cast<double>(values[v].size()))) - 1];
  };
  int seen = 0;
  for (const QuantileEffect& q : report.quantiles) {
    if (q.metric != "watch_per_user_day") continue;
    ++seen;
    INFO(q.level);
    CHECK(q.control == Approx(quantile(0, q.level)).epsilon(1e-6));
    CHECK(q.treatment == Approx(quantile(1, q.level)).epsilon(1e-6));
    CHECK(q.effect == Approx(q.treatment - q.control));
    CHECK((q.p < 0.001) == (q.level == 0.9));
  }
  CHECK(seen == 2);
}
