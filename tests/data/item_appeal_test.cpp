#include "data/item_appeal.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

// 4,000 items: the shape's standard error is about 4 % there; 20 % is five of them (6e-7).
TEST_CASE("the shape of planted intensities is recovered") {
  for (const double shape : {0.3, 2.0}) {
    std::vector<std::int64_t> counts;
    for (std::uint32_t i = 0; i < 4000; ++i) {
      Rng rng = stream(Seed{6}, Stream::Test, entity_key(i, static_cast<std::uint64_t>(10 * shape)));
      counts.push_back(poisson(rng, gamma(rng, shape, 12 / shape)));
    }
    CHECK(fit_popularity_shape(counts) == Approx(shape).epsilon(0.2));
  }
}

namespace {

// Users who all share one taste, so that nothing but weights explains the items: each chooses an item once, with chance 1 -
// e^-w.
struct Planted {
  InteractionLog log;
  TasteFactors tastes;
  std::vector<double> weight;
};

Planted planted(std::uint32_t users, std::uint32_t items) {
  Planted p;
  p.log.labels = {"all"};
  p.tastes.strength = 1;
  for (std::uint32_t i = 0; i < items; ++i) {
    p.log.items.push_back({std::to_string(i), "", {0}});
    p.tastes.items.push_back({1});
    p.weight.push_back(0.01 * std::pow(300.0, static_cast<double>(i) / (items - 1)));
  }
  for (std::uint32_t u = 0; u < users; ++u) {
    p.log.users.push_back(std::to_string(u));
    p.tastes.users.push_back({1});
    for (std::uint32_t i = 0; i < items; ++i) {
      Rng rng = stream(Seed{7}, Stream::Test, entity_key(u, i));
      if (bernoulli(rng, 1 - std::exp(-p.weight[i]))) p.log.events.push_back({u, i, 1, 0});
    }
  }
  make_canonical(p.log);
  return p;
}

}  // namespace

TEST_CASE("weights behind choices that happen once are found, also for what nearly everybody chose") {
  Planted p = planted(4000, 60);
  // make_canonical() sorted the ids as numbers, which is the order they were made in.
  const ItemAppeal all = measure_appeal(p.log, p.tastes, {}, {}, 1.0, Seed{1});
  const double kept = all.coefficient;
  REQUIRE(kept > 0.5);
  // Differences of offsets over the coefficient are differences of ln w. The rarest item has 40 events: 5 standard errors of
  // its log are 0.8; the commonest is chosen by 95 %.
  CHECK((all.offset[59] - all.offset[20]) / kept == Approx(std::log(p.weight[59] / p.weight[20])).margin(0.4));
  CHECK((all.offset[40] - all.offset[0]) / kept == Approx(std::log(p.weight[40] / p.weight[0])).margin(0.8));
}

TEST_CASE("what is not appeal is exposure") {
  Planted p = planted(500, 40);
  const ItemAppeal none = measure_appeal(p.log, p.tastes, {}, {}, 0.0, Seed{1});
  const ItemAppeal half = measure_appeal(p.log, p.tastes, {}, {}, 0.5, Seed{1});
  const ItemAppeal all = measure_appeal(p.log, p.tastes, {}, {}, 1.0, Seed{1});
  CHECK(none.coefficient == 0);
  CHECK(half.coefficient == Approx(all.coefficient - 0.5));
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(none.offset[i] == 0);
    CHECK(all.exposure[i] == Approx(1));
    CHECK(none.exposure[i] == Approx(half.exposure[i] * half.exposure[i]));
  }
  double behind_event = 0;
  const auto counts = p.log.events_per_item();
  for (std::size_t i = 0; i < 40; ++i) behind_event += all.offset[i] * static_cast<double>(counts[i]);
  CHECK(behind_event == Approx(0).margin(1e-6));
}
