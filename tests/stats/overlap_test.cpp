#include "stats/overlap.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;
using Ids = std::vector<std::int64_t>;

TEST_CASE("the Jaccard index is common items over all items, in any order and however often") {
  CHECK(jaccard(Ids{1, 2, 3}, Ids{3, 4}) == 0.25);
  CHECK(jaccard(Ids{3, 1, 2, 3, 3}, Ids{4, 3, 4}) == 0.25);
  CHECK(jaccard(Ids{5, 6}, Ids{6, 5}) == 1);
  CHECK(jaccard(Ids{5, 6}, Ids{7}) == 0);
  CHECK(jaccard(Ids{5, 6}, Ids{}) == 0);
  CHECK(std::isnan(jaccard(Ids{}, Ids{})));
}

TEST_CASE("the mean over pairs leaves out pairs of which neither saw anything") {
  const std::vector<Ids> lists{{1, 2}, {2, 1}, {}, {}, {2, 3}};
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  CHECK(mean_jaccard(lists, Pairs{{0, 1}, {0, 4}, {2, 3}}) == Approx((1 + 1 / 3.0) / 2).epsilon(1e-15));
  CHECK(std::isnan(mean_jaccard(lists, Pairs{{2, 3}})));
  CHECK(std::isnan(mean_jaccard(lists, Pairs{})));
}
