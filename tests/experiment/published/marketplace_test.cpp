#include "experiment/published/marketplace.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

MarketplaceParams small() {
  MarketplaceParams p;
  p.listings = 60;
  p.guests = 40;
  p.considered = 6;
  p.clusters = 6;
  p.outside = 1;
  p.replications = 8;
  return p;
}

int booked(const std::vector<std::uint8_t>& b) { return std::accumulate(b.begin(), b.end(), 0); }

}  // namespace

TEST_CASE("a guest books with the probabilities of the multinomial logit") {
  MarketplaceParams p = small();
  p.guests = 1;
  p.considered = 2;
  p.price_effect = 1;
  p.outside = 0.5;
  Market m;
  m.considered = 2;
  m.place = {0, 0, 1, 1};
  m.appeal = {0.2, 0.4};
  constexpr std::uint32_t kGuests = 20'000;
  double first = 0, second = 0;
  for (std::uint32_t r = 0; r < kGuests; ++r) {
    const auto b = bookings(p, m, std::vector<std::uint8_t>{0, 1}, Seed{1}, r);
    first += b[0], second += b[1];
  }
  const double a = std::exp(0.2), t = std::exp(0.4 - 1), all = a + t + std::exp(0.5);
  const auto five_errors = [&](double q) { return 5 * std::sqrt(q * (1 - q) / kGuests); };  // fails once in 1.7 million seeds
  CHECK(first / kGuests == Approx(a / all).margin(five_errors(a / all)));
  CHECK(second / kGuests == Approx(t / all).margin(five_errors(t / all)));
}

TEST_CASE("no listing is booked twice and only the nearest vacant ones are considered") {
  MarketplaceParams p = small();
  p.guests = 500;
  p.outside = -20;
  const Market m = market_of(p, Seed{2}, 0);
  CHECK(booked(bookings(p, m, std::vector<std::uint8_t>(60, 0), Seed{2}, 0)) == 60);  // all, and then there is none
  p.considered = 1;
  p.guests = 1;
  Market near;
  near.considered = 1;
  near.place = {0, 0, 1, 1};
  near.appeal = {0, 50};  // far better, and out of sight for a guest near the first
  int nearest = 0;
  for (std::uint32_t r = 0; r < 200; ++r) nearest += bookings(p, near, std::vector<std::uint8_t>{0, 0}, Seed{3}, r)[0];
  CHECK(nearest > 60);
  CHECK(nearest < 140);  // half of the square; six standard errors
}

TEST_CASE("without an effect of the price every world of a market is the same, and any number of threads") {
  MarketplaceParams p = small();
  p.price_effect = 0;
  for (const double e : run_marketplace(p, Seed{4}).true_effect) CHECK(e == 0);
  p.price_effect = 1;
  set_threads(1);
  const MarketplaceReport one = run_marketplace(p, Seed{4});
  set_threads(3);
  const MarketplaceReport three = run_marketplace(p, Seed{4});
  set_threads(0);
  CHECK(one.true_effect == three.true_effect);
  CHECK(one.estimate == three.estimate);
  CHECK(*std::max_element(one.true_effect.begin(), one.true_effect.end()) <= 0);
}

TEST_CASE("designs of the price test treat half of the listings or of the clusters") {
  const MarketplaceParams p = small();
  for (std::uint32_t r = 0; r < 10; ++r) {
    const Market m = market_of(p, Seed{5}, r);
    const auto none = bookings(p, m, std::vector<std::uint8_t>(60, 0), Seed{5}, r);
    CHECK(booked(treated_listings(m, 6, "bernoulli", none, Seed{5}, r)) == 30);
    for (const char* design : {"clusters", "blocked_clusters"}) {
      const auto treated = treated_listings(m, 6, design, none, Seed{5}, r);
      std::array<int, 6> of{}, size{};
      for (std::size_t k = 0; k < 60; ++k) of[m.cluster[k]] += treated[k], ++size[m.cluster[k]];
      int whole = 0;
      for (std::size_t c = 0; c < 6; ++c) {
        CHECK((of[c] == 0 || of[c] == size[c]));
        whole += size[c] > 0 && of[c] == size[c];
      }
      CHECK(whole == 3);
    }
  }
  // Pairs by outcome: clusters 0 and 1 book nothing, 2 and 3 everything.
  Market pairs;
  pairs.appeal.assign(8, 0);
  pairs.cluster = {0, 0, 1, 1, 2, 2, 3, 3};
  const std::vector<std::uint8_t> outcome{0, 0, 0, 0, 1, 1, 1, 1};
  int first = 0;
  for (std::uint32_t r = 0; r < 200; ++r) {
    const auto treated = treated_listings(pairs, 4, "blocked_clusters", outcome, Seed{6}, r);
    CHECK(treated[0] + treated[2] == 1);
    CHECK(treated[4] + treated[6] == 1);
    first += treated[0];
  }
  CHECK(first > 60);
  CHECK(first < 140);  // six standard errors
}

TEST_CASE("a marketplace that cannot be is refused, and its table has a row a design") {
  MarketplaceParams p = small();
  p.clusters = 61;
  CHECK(error_of([&] { market_of(p, Seed{1}, 0); }).find("clusters` = 61 is more than there are listings, 60") !=
        std::string::npos);
  const Scenario s = SmallScenario{.sets = {"published.marketplace.listings=60", "published.marketplace.guests=40",
                                            "published.marketplace.clusters=6", "published.marketplace.replications=2"}}
                         .make();
  const auto tables = evaluate_marketplace(s, {.seeds = 2});
  REQUIRE(tables.size() == 1);
  REQUIRE(tables[0].rows.size() == 4);
  CHECK(tables[0].note.find("4 markets") != std::string::npos);
}
