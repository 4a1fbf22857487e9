#include "engine/ranking/position_bias.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "engine/ranking/scorer.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr double kEta = 0.5;
constexpr std::size_t kItems = 40;
constexpr std::size_t kPageSlots = 10;

double relevance(std::size_t item) { return 0.9 / (1.0 + 0.3 * static_cast<double>(item)); }

bool click(std::size_t item, std::size_t slot, Rng& rng) {
  return bernoulli(rng, relevance(item) * std::pow(static_cast<double>(slot), -kEta));
}

// A share of the pages in random order, the others in order of relevance, as a greedy policy logs them.
std::vector<Interaction> randomised_pages(std::size_t pages, double share) {
  std::vector<Interaction> out;
  for (std::size_t p = 0; p < pages; ++p) {
    Rng rng = stream({1}, Stream::Test, entity_key(p));
    Interaction page;
    std::vector<std::size_t> order(kItems);
    for (std::size_t i = 0; i < kItems; ++i) order[i] = i;
    const bool random = bernoulli(rng, share);
    if (random)
      for (std::size_t i = 0; i + 1 < kItems; ++i)
        std::swap(order[i], order[i + uniform_below(rng, static_cast<std::uint32_t>(kItems - i))]);
    for (std::size_t k = 1; k <= kPageSlots; ++k) {
      Slot slot;
      slot.item = ItemId{order[k - 1]};
      if (random) slot.action_set = static_cast<std::int32_t>(kItems - k + 1);
      slot.propensity = 1.0f / static_cast<float>(slot.action_set);
      page.slate.slots.push_back(slot);
      SlotOutcome o;
      o.clicked = click(order[k - 1], k, rng);
      page.outcome.slots.push_back(o);
    }
    out.push_back(std::move(page));
  }
  return out;
}

// Two rankers, each page served by one of them: the second ranks by a noisy copy of the first's order.
std::vector<Interaction> two_rankers(std::size_t pages, double share) {
  std::vector<Interaction> out;
  for (std::size_t p = 0; p < pages; ++p) {
    Rng rng = stream({2}, Stream::Test, entity_key(p));
    std::vector<std::pair<double, std::size_t>> order[2];
    for (std::size_t i = 0; i < kItems; ++i) {
      const double z = static_cast<double>(i) + 3 * normal(rng);
      order[0].emplace_back(z, i);
      order[1].emplace_back(z + 2 * normal(rng), i);
    }
    std::vector<std::size_t> slot_of[2] = {std::vector<std::size_t>(kItems), std::vector<std::size_t>(kItems)};
    for (int r : {0, 1}) {
      std::sort(order[r].begin(), order[r].end());
      for (std::size_t k = 0; k < kItems; ++k) slot_of[r][order[r][k].second] = k + 1;
    }
    Interaction page;
    page.cell = bernoulli(rng, share) ? 0 : 1;
    for (std::size_t k = 0; k < kPageSlots; ++k) {
      const std::size_t item = order[page.cell][k].second, other = slot_of[1 - page.cell][item];
      Slot slot;
      slot.item = ItemId{item};
      slot.other_slot = other <= kPageSlots ? static_cast<std::uint8_t>(other) : 0;
      page.slate.slots.push_back(slot);
      SlotOutcome o;
      o.clicked = click(item, k + 1, rng);
      page.outcome.slots.push_back(o);
    }
    out.push_back(std::move(page));
  }
  return out;
}

}  // namespace

TEST_CASE("randomised slots recover the examination curve although good items stand high") {
  PositionBias bias;
  bias.observe(randomised_pages(60'000, 0.3));
  const Examination e = bias.randomised();
  INFO("eta " << e.eta << " +- " << e.eta_se);
  // Within 5 standard errors: fails by chance once in 1.7 million seeds.
  CHECK(std::fabs(e.eta - kEta) < 5 * e.eta_se);
  CHECK(e.eta_se < 0.02);
  REQUIRE(e.relative.size() == kPageSlots);
  CHECK(e.relative[3] == Approx(0.5).margin(0.1));
}

TEST_CASE("the click rate by slot alone would be far off") {
  double first = 0, last = 0;
  for (const Interaction& page : randomised_pages(20'000, 0.3)) {
    first += page.outcome.slots[0].clicked;
    last += page.outcome.slots[kPageSlots - 1].clicked;
  }
  CHECK(std::log(first / last) / std::log(static_cast<double>(kPageSlots)) > kEta + 0.2);
}

TEST_CASE("harvesting the disagreement of two rankers recovers the curve at unequal shares") {
  PositionBias bias;
  bias.observe(two_rankers(60'000, 0.7));
  const Examination e = bias.harvested();
  INFO("eta " << e.eta << " +- " << e.eta_se);
  CHECK(std::fabs(e.eta - kEta) < 5 * e.eta_se);
  CHECK(e.eta_se < 0.02);
  REQUIRE(e.relative.size() == kPageSlots);
  for (std::size_t k = 1; k < kPageSlots; ++k)
    CHECK(e.relative[k] == Approx(std::pow(static_cast<double>(k + 1), -kEta)).epsilon(0.15));
}

TEST_CASE("without randomness or clicks there is no estimate") {
  PositionBias bias;
  CHECK(bias.randomised().relative.empty());
  CHECK(bias.harvested().relative.empty());
  bias.observe(randomised_pages(50, 0));
  CHECK(bias.randomised().relative.empty());
  CHECK(bias.harvested().relative.empty());
}

TEST_CASE("a slot is random only where everything left could stand with one probability") {
  PositionBias bias;
  std::vector<Interaction> pages = randomised_pages(3000, 1);
  // Exploring slot by slot: all could stand, the favourite more often than the others.
  for (Interaction& page : pages)
    for (Slot& slot : page.slate.slots) slot.propensity *= 0.5f;
  bias.observe(pages);
  CHECK(bias.randomised().relative.empty());
  // Rules of the slate keep some of what is left out of a slot.
  pages = randomised_pages(3000, 1);
  for (Interaction& page : pages) {
    page.slate.slots[5].action_set -= 3;
    page.slate.slots[5].propensity = 1.0f / static_cast<float>(page.slate.slots[5].action_set);
  }
  bias.observe(pages);
  CHECK(bias.randomised().relative.empty());
}

TEST_CASE("of two estimates the more precise one is taken") {
  PositionBias bias;
  bias.observe(randomised_pages(2000, 1));
  CHECK(bias.examination().eta == bias.randomised().eta);
  bias.observe(two_rankers(60'000, 0.5));
  REQUIRE(bias.harvested().eta_se < bias.randomised().eta_se);
  CHECK(bias.examination().eta == bias.harvested().eta);
  PositionBias loaded;
  load_state(loaded, save_state(bias));
  CHECK(loaded.examination().eta == bias.examination().eta);
}

TEST_CASE("with clicks that weigh the inverse of examination every scorer learns relevance in place of position") {
  // The better items, of feature 1, have always stood low.
  constexpr double kBetter = 0.4, kWorse = 0.25, kSteep = 0.8;
  TrainingParams params;
  params.negative_rate = 1;
  TrainingLog log(params, {1});
  const auto shelf = make_shelf(kPageSlots);
  std::vector<Interaction> pages;
  for (std::size_t p = 0; p < 2500; ++p) {
    Rng rng = stream({3}, Stream::Test, entity_key(p));
    Interaction page;
    page.request = request_of(UserId{p % 50}, SimTime{static_cast<std::int64_t>(p)}, static_cast<std::uint32_t>(p));
    page.width = 1;
    for (std::size_t k = 0; k < kPageSlots; ++k) {
      const bool better = k >= kPageSlots / 2;
      page.slate.slots.emplace_back();
      page.slate.slots.back().item = ItemId{k};
      page.features.push_back(better ? 1 : 0);
      const double p_k = std::pow(static_cast<double>(k + 1), -kSteep);
      page.outcome.slots.push_back(bernoulli(rng, p_k * (better ? kBetter : kWorse)) ? play(shelf[k]) : SlotOutcome{});
    }
    pages.push_back(std::move(page));
  }
  log.append(pages, shelf);
  SlotTreatment none{.input = false}, inverse{.input = false};
  for (std::size_t k = 0; k < inverse.lift.size(); ++k)
    inverse.lift[k] = static_cast<float>(std::pow(static_cast<double>(k + 1), kSteep));
  for (const auto& entry : scorer_registry()) {
    INFO(entry.name);
    const auto predictions = [&](const SlotTreatment& slots) {
      const auto scorer = entry.make(engine_settings(), "engine.ranking");
      for (int night = 0; night < 4; ++night) scorer->train({log, {true}, {1}, slots});
      const std::vector<float> rows{0, 1};
      std::vector<Candidate> candidates(2);
      candidates[1].row = 1;
      scorer->score({rows, 1, 0, {true}}, candidates);
      return std::pair{static_cast<double>(candidates[0].heads[0]), static_cast<double>(candidates[1].heads[0])};
    };
    const auto [worse_naive, better_naive] = predictions(none);
    CHECK(better_naive < 0.6 * worse_naive);
    const auto [worse, better] = predictions(inverse);
    // An impression without a click is a whole negative even where it was not examined: odds are r / (1 - p r) in place of
    // r / (1 - r), so predictions fall short a little. Ten standard errors are 0.03.
    CHECK(better > 1.2 * worse);
    CHECK(worse == Approx(kWorse).margin(0.06));
    CHECK(better == Approx(kBetter).margin(0.12));
  }
}
