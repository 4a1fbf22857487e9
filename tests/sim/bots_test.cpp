#include "sim/bots.hpp"

#include <cmath>

#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

TEST_CASE("bots act at any hour, so often a day") {
  BotParams p;
  double n = 0;
  std::array<std::int64_t, 24> hours{};
  for (std::uint64_t bot = 0; bot < 100; ++bot)
    for (const VisitCandidate& c : bot_actions({1}, UserId{bot}, 2, p)) {
      REQUIRE(c.time >= day(2));
      REQUIRE(c.time < day(3));
      ++hours[static_cast<std::size_t>((c.time - day(2)).hours())];
      ++n;
    }
  CHECK(std::fabs(n - 30'000) < kZ * std::sqrt(30'000.0));
  for (const auto h : hours) CHECK(consistent_with_rate(h, static_cast<std::int64_t>(n), 1.0 / 24, 1e-6 / 24));
}

TEST_CASE("in burst mode they act within twenty minutes of one day") {
  BotParams p;
  p.burst_day = 4;
  CHECK(bot_actions({1}, UserId{0}, 3, p).empty());
  const auto actions = bot_actions({1}, UserId{0}, 4, p);
  CHECK(actions.size() > 3);
  for (const VisitCandidate& c : actions) {
    CHECK(c.time >= day(4) + kHour * 12);
    CHECK(c.time < day(4) + kHour * 12 + kMinute * 20);
  }
}

TEST_CASE("a bot plays its target for two to five seconds, whether it is on the page or not, and never leaves") {
  TinyWorld tiny;
  tiny.params.bots.share = 1;
  tiny.params.churn.intercept = 20;  // people would leave at once
  const World world = tiny.make();
  std::int64_t pages = 0, plays = 0;
  for (std::size_t u = 0; u < 10; ++u) {
    const auto life = live(world, UserId{u});
    REQUIRE(life.size() > 1000);  // 300 a day for 5 days
    CHECK(life.back().request.time > day(4) + kHour * 20);
    for (const LivedPage& p : life) {
      ++pages;
      REQUIRE(p.request.page == 0);
      REQUIRE(p.request.searched == 0);
      bool on_page = false;
      const auto check = [&](const SlotOutcome& o) {
        ++plays;
        REQUIRE(o.watched_ms >= 2000);
        REQUIRE(o.watched_ms <= 5000);
        REQUIRE(o.skipped);
      };
      for (std::size_t k = 0; k < p.slate.slots.size(); ++k) {
        on_page |= p.slate.slots[k].item == world.bot_target();
        if (!p.outcome.slots[k].clicked) continue;
        REQUIRE(p.slate.slots[k].item == world.bot_target());
        check(p.outcome.slots[k]);
      }
      if (!p.outcome.direct.empty()) {
        REQUIRE_FALSE(on_page);
        check(p.outcome.direct.front().outcome);
      }
    }
  }
  CHECK(consistent_with_rate(plays, pages, 0.8, 1e-6));
}

TEST_CASE("there are no bots unless asked for, and asking makes people into them without changing others") {
  const World plain = TinyWorld{}.make();
  for (const UserTraits& u : plain.population().users) CHECK_FALSE(u.bot);
  TinyWorld tiny;
  tiny.params.bots.share = 0.3;
  const World some = tiny.make();
  std::size_t bots = 0, people = 0;
  for (std::size_t u = 0; u < plain.population().users.size(); ++u) {
    if (some.population().users[u].bot) {
      ++bots;
      continue;
    }
    ++people;
    CHECK(same_life(live(plain, UserId{u}), live(some, UserId{u})));
  }
  CHECK(bots > 5);
  CHECK(people > 20);
}
