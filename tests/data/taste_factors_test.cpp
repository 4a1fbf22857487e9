#include "data/taste_factors.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "data/calibration.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

bool of_unit_length(const Latent& v) { return std::fabs(dot(v, v) - 1) < 1e-5f; }

}  // namespace

// The interval is 1.96 standard errors to each side over hundreds of users; its low end times 5 / 1.96 away from chance is
// missed by a log without taste with probability 3e-7.
TEST_CASE("on the bundled log taste ranks held-out choices above chance and adds to popularity") {
  const InteractionLog log = read_interaction_log(sample_source());
  const TasteFactors fit = fit_tastes(log, choose_categories(log).of_item, Seed{5});
  const HoldOut& h = fit.hold_out;
  CHECK(h.events > 2000);
  for (const Auc& auc : {h.taste, h.taste_matched, h.both, h.popularity}) {
    const double se = (auc.ci.high - auc.value) / 1.96;
    CHECK(auc.value - 5 * se > 0.5);
  }
  CHECK(h.both.value > h.popularity.value + 0.01);
  CHECK(fit.strength_ci.low > 0);
  REQUIRE(fit.users.size() == log.users.size());
  REQUIRE(fit.items.size() == log.items.size());
  CHECK(std::all_of(fit.users.begin(), fit.users.end(), of_unit_length));
  CHECK(std::all_of(fit.items.begin(), fit.items.end(), of_unit_length));
}

// 300 users draw 30 of 200 items by popularity alone: no taste to find. A choice of lambda among five on the hold-out favours
// luck; five standard errors cover it (failure probability below 1e-5).
TEST_CASE("a log without taste gives none") {
  InteractionLog log;
  log.labels = {"all"};
  for (int i = 0; i < 200; ++i) log.items.push_back({std::to_string(i), "", {0}});
  for (std::uint32_t u = 0; u < 300; ++u) {
    log.users.push_back(std::to_string(u));
    std::vector<double> weight;
    for (int i = 0; i < 200; ++i) weight.push_back(1.0 / (i + 20));
    Rng rng = stream(Seed{3}, Stream::Test, entity_key(u));
    for (int k = 0; k < 30; ++k) {
      const auto i = categorical(rng, weight);
      weight[i] = 0;
      log.events.push_back({u, static_cast<std::uint32_t>(i), 1, 0});
    }
  }
  make_canonical(log);
  const TasteFactors fit = fit_tastes(log, std::vector<int>(200, 0), Seed{5});
  const Auc& auc = fit.hold_out.taste_matched;
  CHECK(std::fabs(auc.value - 0.5) < 5 * (auc.ci.high - auc.value) / 1.96);
  CHECK(fit.strength < 0.5);
}

// Two camps who choose 16 of 40 items each: vectors of one side agree and those of the other do not. Of the opponents that a
// held-out choice meets, 24 in 64 are of the user's own camp, a toss-up; so the best to be had is 1 - 0.375 / 2 = 0.81.
TEST_CASE("planted camps are told apart") {
  InteractionLog log;
  log.labels = {"left", "right"};
  for (int i = 0; i < 80; ++i) log.items.push_back({std::to_string(i), "", {i % 2}});
  for (std::uint32_t u = 0; u < 60; ++u) {
    log.users.push_back(std::to_string(u));
    for (std::uint32_t k = 0; k < 40; ++k) {
      Rng rng = stream(Seed{4}, Stream::Test, entity_key(u, k));
      if (bernoulli(rng, 0.4)) log.events.push_back({u, 2 * k + u % 2, 1, 0});
    }
  }
  make_canonical(log);
  std::vector<int> category;
  for (const LogItem& item : log.items) category.push_back(item.labels[0]);
  const TasteFactors fit = fit_tastes(log, category, Seed{5});
  CHECK(fit.hold_out.taste_matched.value > 0.75);
  double own = 0, other = 0;
  for (std::size_t u = 0; u < log.users.size(); ++u)
    for (std::size_t i = 0; i < log.items.size(); ++i)
      (std::stoi(log.users[u]) % 2 == category[i] ? own : other) += dot(fit.users[u], fit.items[i]) / 2400;
  CHECK(own > other + 0.5);
}
