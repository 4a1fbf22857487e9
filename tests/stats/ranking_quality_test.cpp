#include "stats/ranking_quality.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("NDCG is one for the best order and by hand otherwise") {
  const std::array<double, 4> best{3, 2, 1, 0}, other{0, 3, 1, 2};
  CHECK(ndcg(best, 4) == 1);
  const double log3 = std::log2(3.0);
  CHECK(dcg(other, 2) == Approx(3 / log3).epsilon(1e-15));
  CHECK(ndcg(other, 2) == Approx((3 / log3) / (3 + 2 / log3)).epsilon(1e-12));
  CHECK(ndcg(other, 9) == Approx((3 / log3 + 1 / 2.0 + 2 / std::log2(5.0)) / (3 + 2 / log3 + 1 / 2.0)).epsilon(1e-12));
  CHECK(std::isnan(ndcg({}, 20)));
  CHECK(std::isnan(ndcg(std::array<double, 2>{0, 0}, 2)));
  CHECK(dcg(best, 0) == 0);
}

TEST_CASE("average precision averages the precision at each relevant item") {
  CHECK(average_precision(std::array{true, false, true, false, false}) == Approx((1 + 2 / 3.0) / 2).epsilon(1e-15));
  CHECK(average_precision(std::array{false, false, true}) == Approx(1 / 3.0).epsilon(1e-15));
  CHECK(average_precision(std::array{true, true}) == 1);
  CHECK(std::isnan(average_precision(std::array{false, false})));
  CHECK(std::isnan(average_precision({})));
}

TEST_CASE("AUC is the share of pairs in order, ties counting half") {
  Rng rng = stream({97}, Stream::Test, {});
  std::vector<double> positives, negatives;
  for (int i = 0; i < 90; ++i) positives.push_back(uniform_below(rng, 12)), negatives.push_back(uniform_below(rng, 10));
  negatives.resize(70);
  double won = 0;
  for (const double p : positives)
    for (const double n : negatives) won += p > n ? 1 : p == n ? 0.5 : 0;
  CHECK(roc_auc(positives, negatives) == Approx(won / (90 * 70)).epsilon(1e-14));
  CHECK(roc_auc(positives, negatives) + roc_auc(negatives, positives) == Approx(1).epsilon(1e-14));
  CHECK(std::isnan(roc_auc({}, negatives)));
  CHECK(std::isnan(roc_auc(positives, {})));
}
