#include "policies/propensity.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// P(rank at slot) by enumerating every order of draws.
std::vector<std::vector<double>> enumerate(double epsilon, int n, int slots) {
  std::vector<std::vector<double>> p(static_cast<std::size_t>(n), std::vector<double>(static_cast<std::size_t>(slots), 0.0));
  std::vector<int> left;
  for (int i = 0; i < n; ++i) left.push_back(i);
  const std::function<void(std::vector<int>, int, double)> walk = [&](const std::vector<int>& remaining, int slot,
                                                                      double mass) {
    if (slot == slots) return;
    for (std::size_t i = 0; i < remaining.size(); ++i) {
      const double q = epsilon / static_cast<double>(remaining.size()) + (i == 0 ? 1 - epsilon : 0.0);
      p[static_cast<std::size_t>(remaining[i])][static_cast<std::size_t>(slot)] += mass * q;
      std::vector<int> rest = remaining;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      walk(rest, slot + 1, mass * q);
    }
  };
  walk(left, 0, 1);
  return p;
}

}  // namespace

TEST_CASE("conditional propensities of what is left sum to one") {
  for (const double epsilon : {0.0, 0.05, 0.5, 1.0})
    for (int left = 1; left <= 40; ++left) {
      double sum = 0;
      for (int better = 0; better < left; ++better) sum += epsilon_greedy_propensity(epsilon, better, left);
      CHECK(sum == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("marginals equal the enumeration of all orders") {
  for (const double epsilon : {0.0, 0.03, 0.3, 0.8, 1.0})
    for (int n = 1; n <= 5; ++n)
      for (int slots = 1; slots <= n; ++slots) {
        const auto want = enumerate(epsilon, n, slots);
        for (int rank = 0; rank < n; ++rank) {
          const auto got = epsilon_greedy_marginals(epsilon, n, rank, slots);
          REQUIRE(got.size() == static_cast<std::size_t>(slots));
          for (int k = 0; k < slots; ++k) {
            INFO("epsilon " << epsilon << " n " << n << " rank " << rank << " slot " << k);
            CHECK(got[static_cast<std::size_t>(k)] ==
                  Approx(want[static_cast<std::size_t>(rank)][static_cast<std::size_t>(k)]).margin(1e-12));
          }
        }
      }
}

TEST_CASE("at every slot the marginals of all items sum to one") {
  for (const double epsilon : {0.0, 0.01, 0.2, 1.0})
    for (const int n : {1, 7, 60}) {
      const int slots = std::min(n, 20);
      std::vector<double> sum(static_cast<std::size_t>(slots), 0.0);
      for (int rank = 0; rank < n; ++rank) {
        const auto m = epsilon_greedy_marginals(epsilon, n, rank, slots);
        double shown = 0;
        for (std::size_t k = 0; k < m.size(); ++k) {
          CHECK(m[k] >= 0);
          sum[k] += m[k];
          shown += m[k];
        }
        CHECK(shown <= 1 + 1e-12);  // an item stands in one slot at most
      }
      for (const double s : sum) CHECK(s == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("without exploration rank k stands at slot k and with nothing else every order is alike") {
  for (int rank = 0; rank < 10; ++rank) {
    const auto greedy = epsilon_greedy_marginals(0, 10, rank, 10), uniform = epsilon_greedy_marginals(1, 10, rank, 10);
    for (int k = 0; k < 10; ++k) {
      CHECK(greedy[static_cast<std::size_t>(k)] == (k == rank ? 1.0 : 0.0));
      CHECK(uniform[static_cast<std::size_t>(k)] == Approx(0.1).epsilon(1e-12));
    }
  }
}

TEST_CASE("fewer slots give the head of the longer marginals") {
  const auto few = epsilon_greedy_marginals(0.2, 30, 8, 5), many = epsilon_greedy_marginals(0.2, 30, 8, 20);
  for (std::size_t k = 0; k < few.size(); ++k) CHECK(few[k] == Approx(many[k]).epsilon(1e-12));
}
