#include "sim/spillover.hpp"

#include <map>

#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {
Rng nth(std::uint64_t i) { return stream({3}, Stream::Spillover, entity_key(i)); }
}  // namespace

TEST_CASE("only what pleased is passed on, at its rates") {
  SpilloverParams p;
  p.network = 0.1;
  p.neighbours = 4;
  constexpr std::uint64_t kPlays = 40'000;
  std::array<std::int64_t, 5> heard{};
  for (std::uint64_t i = 0; i < kPlays; ++i) {
    REQUIRE(told(nth(i), 1.0, p) == 0);
    const std::uint8_t bits = told(nth(i), 1.01, p);
    REQUIRE(bits < 1u << 5);
    for (std::size_t b = 0; b < heard.size(); ++b) heard[b] += bits >> b & 1;
  }
  CHECK(consistent_with_rate(heard[0], kPlays, 0.05, 1e-6));
  for (std::size_t b = 1; b < heard.size(); ++b) CHECK(consistent_with_rate(heard[b], kPlays, 0.1, 1e-6));
}

TEST_CASE("of the household somebody else hears of it, each as often, and along the network always the same neighbours") {
  const World world = TinyWorld{}.make();
  const Population& population = world.population();
  SpilloverParams p;
  const Household* big = nullptr;
  for (const Household& h : population.households)
    if (h.users == 4 && !big) big = &h;
  REQUIRE(big);
  Request request;
  request.user = UserId{big->first_user + 1};
  request.household = population.users[big->first_user + 1].household;
  std::map<std::size_t, std::int64_t> heard;
  constexpr std::uint32_t kPlays = 9'000;
  for (std::uint32_t i = 0; i < kPlays; ++i) {
    request.id = RequestId::make(request.user, 1 + i / 4000, i % 4000, 0);
    const auto users = listeners({3}, request, ItemId{5}, 1, population, p);
    REQUIRE(users.size() == 1);
    REQUIRE(users[0] != request.user);
    REQUIRE(population.users[users[0].index()].household == request.household);
    ++heard[users[0].index()];
  }
  CHECK(heard.size() == 3);
  for (const auto& [user, n] : heard) CHECK(consistent_with_rate(n, kPlays, 1.0 / 3, 1e-6));

  const auto neighbours = listeners({3}, request, ItemId{5}, 0b111110, population, p);
  CHECK(neighbours == listeners({3}, request, ItemId{6}, 0b111110, population, p));
  CHECK(neighbours.size() >= 4);  // one may be the user
  CHECK(listeners({3}, request, ItemId{5}, 0, population, p).empty());
}

TEST_CASE("nobody hears of what a household of one watched") {
  const World world = TinyWorld{}.make();
  for (const Household& h : world.population().households) {
    if (h.users != 1) continue;
    Request request;
    request.user = UserId{h.first_user};
    request.household = world.population().users[h.first_user].household;
    CHECK(listeners({3}, request, ItemId{5}, 1, world.population(), {}).empty());
  }
}

TEST_CASE("what was passed on is looked at before the next page, once, by those who had joined") {
  TinyWorld tiny;
  tiny.params.spillover.household = 1;
  tiny.params.spillover.relevance = -100;
  tiny.params.choice.intercept = 3;  // nearly all that is seen is clicked
  const World world = tiny.make();
  std::vector<UserState> users;
  for (std::size_t u = 0; u < world.population().users.size(); ++u) users.push_back(world.initial_state(UserId{u}));
  std::size_t told_plays = 0, waiting = 0, direct = 0;
  for (std::size_t u = 0; u < users.size(); ++u) {
    const auto request = world.next(users[u], UserId{u}, world.horizon());
    if (!request) continue;
    Interaction page;
    page.request = *request;
    page.slate = any_slate(world, *request);
    page.outcome = world.respond(users[u], *request, page.slate);
    for (const DirectPlay& d : page.outcome.direct) {
      ++direct;
      CHECK(d.outcome.clicked);
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
        if (page.slate.slots[k].item == d.item) CHECK_FALSE(page.outcome.slots[k].clicked);
    }
    CHECK(users[u].inbox.empty());
    for (const SlotOutcome& o : page.outcome.slots) told_plays += o.told > 0;
    world.pass_on(users, page);
  }
  for (std::size_t u = 0; u < users.size(); ++u) {
    waiting += users[u].inbox.size();
    CHECK(users[u].inbox.size() <= kMaxInbox);
    if (world.population().users[u].newcomer) continue;
  }
  CHECK(told_plays > 50);
  CHECK(waiting > 10);
  CHECK(direct > 10);
}
