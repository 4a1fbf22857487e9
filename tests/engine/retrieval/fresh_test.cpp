#include "engine/retrieval/fresh.hpp"

#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::set<ItemId> nominated(const Fresh& source, Catalog shelf, std::size_t k, std::uint32_t ordinal = 0) {
  const Request r = request_of(UserId{3}, SimTime{0}, ordinal);
  std::vector<Scored> out;
  source.nominate({r, OnlineFeatures{}, shelf, {}, {}}, k, out);
  std::set<ItemId> items;
  for (const auto& s : out) items.insert(s.item);
  CHECK(items.size() == out.size());
  return items;
}

}  // namespace

TEST_CASE("the pool is what is young or hardly shown") {
  const auto shelf = make_shelf(100);  // an hour apart: item i is 100 - i hours old at time 0
  ItemStats stats({});
  const std::vector<Interaction> much(
      300, page_of(request_of(UserId{0}, SimTime{0}), {ItemId{0}, ItemId{5}, ItemId{90}}, std::vector<SlotOutcome>(3)));
  stats.observe(much, shelf);
  Fresh::Params p;
  p.max_age_days = 1;
  p.min_impressions = 200;
  Fresh source(p);
  source.publish({SimTime{0}, shelf, stats, Seed{1}});
  std::set<ItemId> want;
  for (std::size_t i = 0; i < 100; ++i)
    if (100 - i <= 24 || (i != 0 && i != 5 && i != 90)) want.insert(ItemId{i});
  CHECK(nominated(source, shelf, 1000) == want);
  CHECK(want.contains(ItemId{90}));  // shown a lot and young
  CHECK_FALSE(want.contains(ItemId{5}));
}

TEST_CASE("requests try different handfuls and all of the pool gets its turn") {
  const auto shelf = make_shelf(60);
  ItemStats stats({});
  Fresh source({});
  source.publish({SimTime{0}, shelf, stats, Seed{1}});
  std::set<ItemId> tried;
  std::set<std::set<ItemId>> handfuls;
  for (std::uint32_t n = 0; n < 200; ++n) {
    const auto some = nominated(source, shelf, 5, n);
    CHECK(some.size() == 5);
    tried.insert(some.begin(), some.end());
    handfuls.insert(some);
  }
  // An item is missed by all 200 requests with probability (11/12)^200 = 3e-8.
  CHECK(tried.size() == 60);
  CHECK(handfuls.size() > 30);
}

TEST_CASE("an upload is in the pool within an epoch of its delay or the morning after") {
  auto shelf = make_shelf(1);
  ItemFacts fresh_item = shelf[0];
  fresh_item.id = ItemId{1};
  fresh_item.uploaded = SimTime{0} + kHour * 10;
  shelf.push_back(fresh_item);
  const ItemStats stats({});
  const TrainingLog log({}, {1});
  const auto minutes_until_nominated = [&](const Fresh::Params& p) {
    Fresh source(p);
    for (SimTime now = SimTime{0}; now < SimTime{0} + kDay * 3; now = now + kMinute * 15) {
      const Catalog live = Catalog(shelf).first(now < fresh_item.uploaded ? 1 : 2);
      const PublishInput in{now, live, stats, Seed{1}};
      if (now.us % kDay.us == kHour.us * 3) source.train(log, in);
      source.publish(in);
      if (nominated(source, live, 10).contains(ItemId{1})) return (now - fresh_item.uploaded).minutes();
    }
    return -1.0;
  };
  Fresh::Params p;
  CHECK(minutes_until_nominated(p) == 0);
  p.delay_minutes = 40;
  CHECK(minutes_until_nominated(p) == 45);
  p.delay_minutes = 0;
  p.publish = "nightly";
  CHECK(minutes_until_nominated(p) == 17 * 60);
  p.delay_minutes = 18 * 60;
  CHECK(minutes_until_nominated(p) == 41 * 60);
}
