#include "engine/item_stats.hpp"

#include "engine/online_features.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("counters equal a count by hand and the total their sum") {
  const auto shelf = make_shelf(30);
  ItemStats stats({});
  const auto batch = random_day(0, 20, shelf, 200);
  stats.observe(batch, shelf);
  std::vector<std::array<double, 6>> want(31);
  for (const Interaction& page : batch)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const std::size_t item = page.slate.slots[k].item.index();
      const SlotOutcome& o = page.outcome.slots[k];
      for (const std::size_t row : {item, std::size_t{30}}) {
        want[row][0] += 1;
        want[row][1] += o.clicked;
        want[row][2] += o.completed;
        want[row][3] += o.liked;
        want[row][4] += o.skipped;
        want[row][5] += static_cast<double>(play_value(o, shelf[item].duration_s));
      }
    }
  for (std::size_t i = 0; i <= 30; ++i) {
    const ItemCounters& c = i < 30 ? stats.at(ItemId{i}) : stats.total();
    CHECK(c.impressions == want[i][0]);
    CHECK(c.clicks == want[i][1]);
    CHECK(c.completions == want[i][2]);
    CHECK(c.likes == want[i][3]);
    CHECK(c.skips == want[i][4]);
    CHECK(c.value == Approx(want[i][5]).epsilon(1e-4));
  }
}

TEST_CASE("a creator's counters are the sum over the creator's items") {
  const auto shelf = make_shelf(30);
  ItemStats stats({});
  stats.observe(random_day(0, 20, shelf, 200), shelf);
  stats.age_one_day();
  for (std::size_t creator = 0; creator < 5; ++creator) {
    double clicks = 0, value = 0;
    for (const ItemFacts& item : shelf)
      if (item.creator == CreatorId{creator}) {
        clicks += static_cast<double>(stats.at(item.id).clicks);
        value += static_cast<double>(stats.at(item.id).value);
      }
    CHECK(stats.creator(CreatorId{creator}).clicks == Approx(clicks));
    CHECK(stats.creator(CreatorId{creator}).value == Approx(value));
  }
  CHECK(stats.creator(CreatorId{99}).clicks == 0);
}

TEST_CASE("seven days halve every counter") {
  const auto shelf = make_shelf(10);
  ItemStats stats({});
  stats.observe(random_day(0, 5, shelf, 50), shelf);
  const ItemCounters item = stats.at(ItemId{0}), total = stats.total();
  for (int d = 0; d < 7; ++d) stats.age_one_day();
  CHECK(stats.at(ItemId{0}).impressions == Approx(item.impressions / 2));
  CHECK(stats.at(ItemId{0}).value == Approx(item.value / 2));
  CHECK(stats.total().clicks == Approx(total.clicks / 2));
  CHECK(stats.total().likes == Approx(total.likes / 2));
}

TEST_CASE("a play by a link counts as seen and clicked where it is told to") {
  const auto shelf = make_shelf(10);
  Interaction page = play_page(UserId{0}, SimTime{0}, shelf[7]);
  page.outcome.direct.push_back({ItemId{3}, {.watched_ms = 60'000, .clicked = true, .completed = true}});
  ItemStats pages({}), all({.direct = true});
  for (ItemStats* s : {&pages, &all}) s->observe({{page}}, shelf);
  CHECK(pages.at(ItemId{3}).impressions == 0);
  CHECK(all.at(ItemId{3}).impressions == 1);
  CHECK(all.at(ItemId{3}).clicks == 1);
  CHECK(all.at(ItemId{3}).completions == 1);
  CHECK(all.total().clicks == pages.total().clicks + 1);
  CHECK(all.at(ItemId{7}).clicks == pages.at(ItemId{7}).clicks);
}

TEST_CASE("an item never shown has zeros and a catalogue that grows is followed") {
  const auto shelf = make_shelf(10);
  ItemStats stats({});
  CHECK(stats.at(ItemId{99}).impressions == 0);
  stats.observe(random_day(0, 5, Catalog(shelf).first(4), 20), Catalog(shelf).first(4));
  CHECK(stats.at(ItemId{7}).impressions == 0);
  stats.observe({{play_page(UserId{0}, SimTime{0}, shelf[7])}}, shelf);
  CHECK(stats.at(ItemId{7}).clicks == 1);
}

TEST_CASE("the total goes on counting after seventeen million impressions") {
  // A large population shows that many in its counters' half-life.
  const auto shelf = make_shelf(64);
  ItemStats stats({});
  std::vector<ItemId> items;
  for (std::size_t i = 0; i < 64; ++i) items.push_back(ItemId{i});
  const std::vector<Interaction> batch(1000, page_of(request_of(UserId{0}, SimTime{0}), items, std::vector<SlotOutcome>(64)));
  for (int i = 0; i < 280; ++i) stats.observe(batch, shelf);
  CHECK(stats.total().impressions == Approx(280.0 * 1000 * 64).epsilon(1e-6));
}

TEST_CASE("saved counters go on as the original") {
  const auto shelf = make_shelf(10);
  ItemStats a({}), b({});
  a.observe(random_day(0, 5, shelf, 50), shelf);
  load_state(b, save_state(a));
  for (ItemStats* s : {&a, &b}) {
    s->age_one_day();
    s->observe(random_day(1, 5, shelf, 50), shelf);
  }
  CHECK(save_state(a) == save_state(b));
}
