#include "policies/item_book.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A page of items 0, 1, 2 … with these outcomes, predicted alike.
Interaction page_of(const std::vector<SlotOutcome>& outcomes, float predicted, SimTime time = {}) {
  Interaction page;
  page.request.time = time;
  for (std::size_t k = 0; k < outcomes.size(); ++k) {
    Slot slot;
    slot.item = ItemId{k};
    slot.heads[0] = predicted;
    page.slate.slots.push_back(slot);
  }
  page.outcome.slots = outcomes;
  return page;
}

SlotOutcome seen(bool clicked = false) {
  SlotOutcome o;
  o.seen = true;
  o.clicked = clicked;
  return o;
}

Candidate candidate(std::uint64_t item, float predicted) {
  Candidate c;
  c.item = ItemId{item};
  c.heads[0] = predicted;
  return c;
}

}  // namespace

TEST_CASE("with one prediction for all the belief is the posterior mean of a Beta prior") {
  ItemBook book({.prior_weight = 10});
  for (int i = 0; i < 30; ++i) book.learn(std::vector{page_of({seen(i < 6), seen(false)}, 0.1f)});
  const auto b = book.belief(candidate(0, 0.1f));
  CHECK(b.mean == Approx((10 * 0.1 + 6) / 40).epsilon(1e-6));
  CHECK(b.weight == 40);
  CHECK(book.belief(candidate(1, 0.1f)).mean == Approx(1.0 / 40).epsilon(1e-6));
  CHECK(book.belief(candidate(9, 0.1f)).mean == Approx(0.1).epsilon(1e-6));
  CHECK(book.rounds() == 60);
}

TEST_CASE("an item clicked twice as often as predicted doubles any prediction when much is known") {
  ItemBook book({.prior_weight = 1});
  for (int i = 0; i < 10'000; ++i) book.learn(std::vector{page_of({seen(i % 10 < 2)}, 0.1f)});
  CHECK(book.belief(candidate(0, 0.1f)).mean == Approx(0.2).epsilon(1e-3));
  CHECK(book.belief(candidate(0, 0.04f)).mean == Approx(0.08).epsilon(1e-3));
}

TEST_CASE("what is not seen is not counted and the cascade ends at the last click") {
  const std::vector<SlotOutcome> outcomes{seen(), seen(true), seen(), SlotOutcome{}};
  const auto shown = [&](const char* feedback) {
    ItemBook book({.feedback = feedback});
    book.learn(std::vector{page_of(outcomes, 0.1f)});
    std::string s;
    for (std::uint64_t i = 0; i < 4; ++i) s += book.tally(ItemId{i}).shown > 0 ? '1' : '0';
    return s;
  };
  CHECK(shown("seen") == "1110");
  CHECK(shown("served") == "1111");
  CHECK(shown("cascade") == "1100");
}

TEST_CASE("after a half-life counts weigh half") {
  ItemBook book({.prior_weight = 0, .half_life_days = 2});
  book.learn(std::vector{page_of({seen(true)}, 0.1f)});
  book.learn(std::vector{page_of({seen(false)}, 0.1f, SimTime{} + kDay * 2)});
  CHECK(book.tally(ItemId{0}).shown == Approx(1.5));
  CHECK(book.tally(ItemId{0}).clicked == Approx(0.5));
  CHECK(book.rounds() == Approx(1.5));
}

TEST_CASE("learning in any batches gives the same book") {
  std::vector<Interaction> pages;
  for (int i = 0; i < 20; ++i) pages.push_back(page_of({seen(i % 3 == 0), seen(i % 4 == 0)}, 0.2f, SimTime{} + kHour * i));
  ItemBook one({}), many({});
  one.learn(pages);
  for (const Interaction& p : pages) many.learn(std::span(&p, 1));
  CHECK(save_state(one) == save_state(many));
}
