#include "engine/ranking/position_bias.hpp"

#include <cmath>

#include "base/distributions.hpp"
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
