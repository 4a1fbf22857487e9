#include "sim/world.hpp"

#include <cmath>

#include "sim/examination.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

// Consuming changes nothing that appeal depends on, so that repeated pages are independent draws of one experiment.
TinyWorld still_world() {
  TinyWorld tiny;
  tiny.params.dynamics.satisfaction_rate = 0;
  tiny.params.dynamics.trust_rate = 0;
  tiny.params.dynamics.drift_rate = 0;
  tiny.params.dynamics.drift_return = 0;
  tiny.params.dynamics.aversion = 0;
  tiny.params.choice.fatigue = 0;
  tiny.params.choice.intercept = -0.5;
  return tiny;
}

// The n-th page of one user with the same slate: all draws fresh, the state as it was.
Request nth_request(const World& world, const UserState& state, UserId user, std::uint32_t n) {
  Request r = world.next(state, user, kNever).value();
  r.id = RequestId::make(user, 1 + n / 4000, n % 4000, 0);
  r.page = 0;
  return r;
}

UserId first_visitor(const World& world) {
  for (std::size_t u = 0; u < world.population().users.size(); ++u)
    if (world.initial_state(UserId{u}).next_time != kNever) return UserId{u};
  return UserId{0};
}

}  // namespace

TEST_CASE("a slot is clicked as often as it is examined times its click probability") {
  const World world = still_world().make();
  const UserId user = first_visitor(world);
  const UserState state = world.initial_state(user);
  constexpr std::uint32_t kPages = 20'000;
  constexpr std::size_t kSlots = 6;
  std::array<int, kSlots> seen{}, clicked{};
  Slate slate;
  for (std::size_t k = 0; k < kSlots; ++k) {
    slate.slots.emplace_back();
    slate.slots.back().item = ItemId{10 + k};
  }
  SimTime when;
  for (std::uint32_t n = 0; n < kPages; ++n) {
    UserState s = state;
    const Request r = nth_request(world, s, user, n);
    when = r.time;
    const Outcome o = world.respond(s, r, slate);
    for (std::size_t k = 0; k < kSlots; ++k) {
      seen[k] += o.slots[k].seen;
      clicked[k] += o.slots[k].clicked;
      if (o.slots[k].clicked) REQUIRE(o.slots[k].seen);
    }
  }
  constexpr double kAlpha = 1e-6 / (2 * kSlots);
  for (std::size_t k = 0; k < kSlots; ++k) {
    const double e = examination_probability(static_cast<int>(k) + 1, {});
    const double p = world.click_probability(state, user, ItemId{10 + k}, when);
    INFO("slot " << k + 1);
    CHECK(consistent_with_rate(seen[k], kPages, e, kAlpha));
    CHECK(consistent_with_rate(clicked[k], kPages, e * p, kAlpha));
  }
}

TEST_CASE("the expected value of an item is the mean time watched when it is examined") {
  const World world = still_world().make();
  const UserId user = first_visitor(world);
  const UserState state = world.initial_state(user);
  constexpr std::uint32_t kPages = 20'000;
  Slate slate;
  slate.slots.resize(1);  // slot 1 is always examined
  slate.slots[0].item = ItemId{3};
  double sum = 0, squares = 0;
  SimTime when;
  for (std::uint32_t n = 0; n < kPages; ++n) {
    UserState s = state;
    const Request r = nth_request(world, s, user, n);
    when = r.time;
    const double w = static_cast<double>(world.respond(s, r, slate).slots[0].watched_ms);
    sum += w;
    squares += w * w;
  }
  const double mean = sum / kPages, se = std::sqrt((squares / kPages - mean * mean) / kPages);
  CHECK(std::fabs(mean - world.expected_value(state, user, ItemId{3}, when)) < kZ * se);
}

TEST_CASE("affinity is standardised over the generated world") {
  const World world = TinyWorld{}.make();
  double n = 0, sum = 0, squares = 0;
  for (std::size_t u = 0; u < world.population().users.size(); ++u)
    for (std::size_t i = 0; i < world.catalog(SimTime{0}).size(); ++i) {
      const double s = (static_cast<double>(dot(world.population().users[u].anchor, world.truth(ItemId{i}).v)) -
                        world.affinity_scale().mean) /
                       world.affinity_scale().sd;
      n += 1;
      sum += s;
      squares += s * s;
    }
  CHECK(sum / n == Approx(0).margin(0.05));
  CHECK(squares / n == Approx(1).margin(0.1));
}

TEST_CASE("asking for the next page changes nothing and respects the limit") {
  const World world = TinyWorld{}.make();
  const UserId user = first_visitor(world);
  const UserState state = world.initial_state(user);
  CHECK_FALSE(world.next(state, user, state.next_time).has_value());
  const auto a = world.next(state, user, state.next_time + Duration{1}), b = world.next(state, user, kNever);
  REQUIRE(a.has_value());
  REQUIRE(b.has_value());
  CHECK(a->id == b->id);
  CHECK(a->time == state.next_time);
  CHECK(a->user == user);
  CHECK(a->page == 0);
  CHECK(a->household == world.population().users[user.index()].household);
}

TEST_CASE("pages of a life follow one another inside visits") {
  const World world = TinyWorld{}.make();
  int pages = 0, later_pages = 0;
  for (std::size_t u = 0; u < world.population().users.size(); ++u) {
    const auto life = live(world, UserId{u});
    for (std::size_t i = 0; i < life.size(); ++i) {
      const LivedPage& p = life[i];
      ++pages;
      later_pages += p.request.page > 0;
      REQUIRE(p.outcome.slots.size() == p.slate.slots.size());
      REQUIRE(p.outcome.end > p.request.time);
      // The key of the page's draws is its identity: user, local day + 1, candidate, page.
      REQUIRE((p.request.id.value >> 32) == u);
      REQUIRE((p.request.id.value & 0xFF) == p.request.page);
      if (p.request.page == 0) {
        const auto key_day = static_cast<std::int64_t>((p.request.id.value >> 20) & 0xFFF) - 1;
        REQUIRE(key_day == local_day(p.request.time, p.request.utc_offset_h));
      }
      if (i == 0) {
        REQUIRE(p.request.page == 0);
        continue;
      }
      const LivedPage& last = life[i - 1];
      REQUIRE(p.request.time >= last.outcome.end);
      REQUIRE(p.request.id != last.request.id);
      if (p.request.page > 0) {
        REQUIRE(p.request.page == last.request.page + 1);
        REQUIRE((p.request.id.value >> 8) == (last.request.id.value >> 8));
        REQUIRE(p.request.time == last.outcome.end);
      }
    }
  }
  CHECK(pages > 200);
  CHECK(later_pages > 20);
}

TEST_CASE("a page takes its looking time and what was watched") {
  const World world = TinyWorld{}.make();
  for (std::size_t u = 0; u < 20; ++u)
    for (const LivedPage& p : live(world, UserId{u})) {
      std::int64_t watched_us = 0;
      for (const SlotOutcome& o : p.outcome.slots) {
        watched_us += o.watched_ms * 1000;
        if (!o.clicked) REQUIRE(o.watched_ms == 0);
      }
      REQUIRE((p.outcome.end - p.request.time).us == from_seconds(36).us + watched_us);
    }
}

TEST_CASE("visits stop within the page limit") {
  TinyWorld tiny;
  tiny.params.visits.max_pages = 3;
  tiny.params.visits.continue_intercept = 10;
  tiny.params.visits.budget_median_min = 1000;
  const World world = tiny.make();
  int most = 0;
  for (std::size_t u = 0; u < world.population().users.size(); ++u)
    for (const LivedPage& p : live(world, UserId{u})) most = std::max<int>(most, p.request.page);
  CHECK(most == 2);
}

TEST_CASE("nothing happens at or after the horizon") {
  TinyWorld tiny;
  tiny.days = 2.3;
  tiny.params.population.arrivals_per_day = 0.2;
  const World world = tiny.make();
  bool newcomers = false;
  for (std::size_t u = 0; u < world.population().users.size(); ++u) {
    UserState state = world.initial_state(UserId{u});
    newcomers |= world.population().users[u].newcomer;
    for (const LivedPage& p : live(world, state, UserId{u}, kNever)) REQUIRE(p.request.time < world.horizon());
    REQUIRE(state.next_time == kNever);
  }
  CHECK(newcomers);
  for (const ItemFacts& item : world.all_items()) REQUIRE(item.uploaded < world.horizon());
}

TEST_CASE("a newcomer's first page is the arrival itself") {
  TinyWorld tiny;
  tiny.params.population.arrivals_per_day = 0.3;
  const World world = tiny.make();
  int seen = 0;
  for (std::size_t u = world.population().initial; u < world.population().users.size(); ++u, ++seen) {
    const UserState state = world.initial_state(UserId{u});
    REQUIRE(state.next_time == world.population().users[u].joined);
    REQUIRE(state.satisfaction == 0);
  }
  CHECK(seen > 10);
}

TEST_CASE("the catalogue is the prefix of items uploaded by now") {
  TinyWorld tiny;
  tiny.params.items.arrivals_per_day = 0.1;
  const World world = tiny.make();
  CHECK(world.catalog(SimTime{0}).size() == 80);
  const auto all = world.all_items();
  for (int h = 0; h < 24 * 5; h += 5) {
    const SimTime now = SimTime{0} + kHour * h;
    const Catalog live_items = world.catalog(now);
    CHECK(live_items.data() == all.data());
    for (const ItemFacts& item : live_items) REQUIRE(item.uploaded <= now);
    if (live_items.size() < all.size()) REQUIRE(all[live_items.size()].uploaded > now);
  }
  // An upload is there from its very instant on.
  const SimTime upload = all[80].uploaded;
  CHECK(world.catalog(upload).size() > world.catalog(upload - Duration{1}).size());
}

TEST_CASE("a saved user lives on as if never saved") {
  const World world = TinyWorld{}.make();
  int compared = 0;
  for (std::size_t u = 0; u < 30; ++u) {
    UserState state = world.initial_state(UserId{u});
    live(world, state, UserId{u}, SimTime{0} + kDay * 2);
    const std::string bytes = save_state(state);
    UserState copy;
    load_state(copy, bytes);
    const auto a = live(world, state, UserId{u}, world.horizon()), b = live(world, copy, UserId{u}, world.horizon());
    REQUIRE(same_life(a, b));
    REQUIRE(save_state(state) == save_state(copy));
    compared += static_cast<int>(a.size());
  }
  CHECK(compared > 50);
}

TEST_CASE("two worlds of one seed are the same world and another seed is another") {
  TinyWorld tiny;
  const World a = tiny.make(), b = tiny.make();
  tiny.seed = 8;
  const World c = tiny.make();
  int differ = 0;
  for (std::size_t u = 0; u < 60; ++u) {
    REQUIRE(same_life(live(a, UserId{u}), live(b, UserId{u})));
    differ += !same_life(live(a, UserId{u}), live(c, UserId{u}));
  }
  CHECK(differ > 30);
}

TEST_CASE("one more user changes nobody else's life") {
  TinyWorld tiny;
  tiny.days = 3;
  tiny.params.population.arrivals_per_day = 0;
  tiny.params.population.users = 420;
  const World a = tiny.make();
  tiny.params.population.users = 421;
  const World b = tiny.make();
  std::size_t pages = 0;
  for (std::size_t u = 0; u < 420; ++u) {
    const auto x = live(a, UserId{u});
    REQUIRE(same_life(x, live(b, UserId{u})));
    pages += x.size();
  }
  CHECK(pages > 1000);
}

TEST_CASE("a longer run begins as the shorter one did") {
  TinyWorld tiny;
  tiny.params.population.arrivals_per_day = 0.1;
  tiny.params.population.users = 420;
  tiny.days = 2;
  const World a = tiny.make();
  tiny.days = 3;
  const World b = tiny.make();
  for (std::size_t u = 0; u < a.population().users.size(); ++u) {
    UserState longer = b.initial_state(UserId{u});
    REQUIRE(same_life(live(a, UserId{u}), live(b, longer, UserId{u}, a.horizon())));
  }
}

TEST_CASE("a longer run begins as the shorter one did even in a small world") {
  // Affinity is standardised over the first 400 users; below that number newcomers of later days are among them.
  TinyWorld tiny;
  tiny.params.population.arrivals_per_day = 0.5;
  tiny.days = 2;
  const World a = tiny.make();
  tiny.days = 3;
  const World b = tiny.make();
  CHECK(a.affinity_scale().mean == b.affinity_scale().mean);
  CHECK(a.affinity_scale().sd == b.affinity_scale().sd);
}

TEST_CASE("what a page shows leaves another page's luck alone") {
  // The same visit with another slate in another order: an item examined in both is clicked in both or in neither, since the
  // reaction is keyed by the item and the eye by the slot.
  const World world = still_world().make();
  const UserId user = first_visitor(world);
  const UserState state = world.initial_state(user);
  Slate one, two;
  for (std::size_t k = 0; k < 8; ++k) {
    one.slots.emplace_back();
    one.slots.back().item = ItemId{k};
    two.slots.emplace_back();
    two.slots.back().item = ItemId{7 - k};
  }
  int both = 0;
  for (std::uint32_t n = 0; n < 500; ++n) {
    UserState s1 = state, s2 = state;
    const Request r = nth_request(world, state, user, n);
    const Outcome a = world.respond(s1, r, one), b = world.respond(s2, r, two);
    for (std::size_t k = 0; k < 8; ++k) {
      REQUIRE(a.slots[k].seen == b.slots[k].seen);
      if (!a.slots[k].seen || !b.slots[7 - k].seen) continue;
      REQUIRE(a.slots[k].clicked == b.slots[7 - k].clicked);
      REQUIRE(a.slots[k].watched_ms == b.slots[7 - k].watched_ms);
      both += a.slots[k].clicked;
    }
  }
  CHECK(both > 100);
}

TEST_CASE("who left stays away and who returns comes back") {
  TinyWorld tiny;
  tiny.params.churn.intercept = 20;
  tiny.params.churn.tenure = 0;
  tiny.params.population.arrivals_per_day = 0;
  const World leaving = tiny.make();
  for (std::size_t u = 0; u < 60; ++u)
    for (const LivedPage& p : live(leaving, UserId{u}))
      REQUIRE(local_day(p.request.time, p.request.utc_offset_h) <= 1);  // day 0, in a time zone that may be ahead
  tiny.params.churn.reactivation_per_day = 1;
  const World returning = tiny.make();
  std::size_t late = 0;
  for (std::size_t u = 0; u < 60; ++u)
    for (const LivedPage& p : live(returning, UserId{u})) late += p.request.time > SimTime{0} + kDay * 2;
  CHECK(late > 10);
}

TEST_CASE("an empty page still passes the time") {
  const World world = TinyWorld{}.make();
  const UserId user = first_visitor(world);
  UserState state = world.initial_state(user);
  const Request r = *world.next(state, user, kNever);
  const Outcome o = world.respond(state, r, {});
  CHECK(o.slots.empty());
  CHECK(o.end == r.time + from_seconds(36));
  CHECK(state.next_time > r.time);
}

TEST_CASE("links bring the hit to their share of visits while it is viral, and move nobody otherwise") {
  TinyWorld tiny = still_world();
  tiny.params.items.hit_day = 1;
  tiny.params.items.hit_appeal = 20;  // whoever sees it plays it
  tiny.params.items.viral_hours = 24;
  tiny.params.spillover.household = 0;
  const World without = tiny.make();
  tiny.params.items.hit_links = 0.3;
  const World world = tiny.make();
  REQUIRE(world.hit());
  const UserId user = first_visitor(world);
  const UserState before = world.initial_state(user);
  const auto plays = [&](const World& of, SimTime at, std::uint8_t page) {
    std::int64_t n = 0;
    for (std::uint32_t i = 0; i < 4'000; ++i) {
      UserState state = before;
      Request request = nth_request(of, before, user, i);
      request.time = at;
      request.page = page;
      const Outcome outcome = of.respond(state, request, {});
      for (const DirectPlay& d : outcome.direct) n += d.item == *world.hit() && d.outcome.clicked;
    }
    return n;
  };
  const SimTime noon = day(1) + kHour * 12;
  CHECK(consistent_with_rate(plays(world, noon, 0), 4'000, 0.3, 1e-6));
  CHECK(plays(world, noon - Duration{1}, 0) == 0);
  CHECK(plays(world, noon + kDay, 0) == 0);
  CHECK(plays(world, noon, 1) == 0);  // a visit's later pages do not begin it
  CHECK(plays(without, noon, 0) == 0);
}
