#include <numeric>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a quota is lost or handed on in proportion") {
  const std::vector<std::size_t> quotas{100, 50, 0, 250};
  CHECK(quotas_without(quotas, 0, false) == std::vector<std::size_t>{0, 50, 0, 250});
  CHECK(quotas_without(quotas, 0, true) == std::vector<std::size_t>{0, 67, 0, 333});
  CHECK(quotas_without(quotas, 2, true) == quotas);
  for (std::size_t s = 0; s < quotas.size(); ++s) {
    const auto handed_on = quotas_without(quotas, s, true);
    CHECK(std::accumulate(handed_on.begin(), handed_on.end(), std::size_t{0}) == 400);
  }
  CHECK(quotas_without(std::vector<std::size_t>{30}, 0, true) == std::vector<std::size_t>{0});
}
