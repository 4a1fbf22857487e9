#include "data/regenerate.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"

namespace feedloop {
namespace {

constexpr int kSlots = 20;
constexpr std::int64_t kFirstDays = 64, kMostDays = 1024;
constexpr std::int64_t kFirstMonday_s = 1'704'067'200;  // 2024-01-01T00:00:00Z

// A page of items by weight, none of them twice and none that is out of bounds. A user who has chosen nearly everything gets a
// shorter page.
Slate draw_slate(Rng rng, const std::vector<double>& cumulative, const std::vector<char>& chosen) {
  Slate slate;
  for (int k = 0; k < kSlots; ++k)
    for (int tries = 0; tries < 100; ++tries) {
      const double u = rng.uniform() * cumulative.back();
      const auto at =
          std::min(std::upper_bound(cumulative.begin(), cumulative.end(), u) - cumulative.begin(), std::ssize(cumulative) - 1);
      const ItemId item{static_cast<std::uint64_t>(at)};
      if (chosen[item.index()] ||
          std::any_of(slate.slots.begin(), slate.slots.end(), [&](const Slot& s) { return s.item == item; }))
        continue;
      slate.slots.push_back({.item = item});
      break;
    }
  return slate;
}

std::vector<LogEvent> events_of(const World& world, UserId user, const std::vector<double>& cumulative, bool once, Seed seed) {
  std::vector<LogEvent> events;
  std::vector<char> chosen(cumulative.size());
  UserState state = world.initial_state(user);
  while (const auto request = world.next(state, user, world.horizon())) {
    const Slate slate = draw_slate(stream(seed, Stream::Exploration, request_key(request->id)), cumulative, chosen);
    const Outcome outcome = world.respond(state, *request, slate);
    for (std::size_t k = 0; k < slate.slots.size(); ++k) {
      if (!outcome.slots[k].clicked) continue;
      const ItemId item = slate.slots[k].item;
      chosen[item.index()] = once;
      events.push_back({static_cast<std::uint32_t>(user.value), static_cast<std::uint32_t>(item.value), 1,
                        kFirstMonday_s + request->time.us / kSecond.us});
    }
  }
  return events;
}

std::vector<double> invented_exposure(std::size_t items, Seed seed) {
  std::vector<std::uint32_t> order(items);
  std::iota(order.begin(), order.end(), 0u);
  Rng rng = calibration_stream(seed, CalibrationDraw::Exposure, 0);
  shuffle(rng, order);
  std::vector<double> weight(items);
  for (std::size_t r = 0; r < items; ++r) weight[order[r]] = 1.0 / static_cast<double>(r + 10);
  return weight;
}

}  // namespace

InteractionLog regenerate_log(const RegenerateOptions& options) {
  WorldParams params = options.world;
  params.population.arrivals_per_day = 0;
  params.items.arrivals_per_day = 0;
  params.churn.intercept = -20;
  FEEDLOOP_CHECK(std::ssize(options.exposure) == params.items.count, "an exposure weight for each item of the catalogue");
  std::vector<double> cumulative(options.exposure);
  std::partial_sum(cumulative.begin(), cumulative.end(), cumulative.begin());

  InteractionLog log;
  for (std::int64_t days = kFirstDays;; days *= 2) {
    const World world(params, options.seed, SimTime{0} + kDay * days, options.tables);
    const std::size_t users = world.population().initial;
    std::vector<std::vector<LogEvent>> by_user(users);
    parallel_for(users, 8, [&](std::size_t b, std::size_t e) {
      for (std::size_t u = b; u < e; ++u) by_user[u] = events_of(world, UserId{u}, cumulative, options.once, options.seed);
    });
    log.events.clear();
    for (auto& events : by_user) log.events.insert(log.events.end(), events.begin(), events.end());
    if (std::ssize(log.events) < options.events && 2 * days <= kMostDays) continue;

    for (std::size_t u = 0; u < users; ++u) log.users.push_back(std::to_string(u));
    for (std::size_t i = 0; i < cumulative.size(); ++i)
      log.items.push_back({std::to_string(i), "", {static_cast<int>(world.truth(ItemId{i}).category)}});
    break;
  }
  for (std::int64_t c = 0; c < params.items.categories; ++c) log.labels.push_back(std::to_string(c));
  std::sort(log.events.begin(), log.events.end(), [](const LogEvent& a, const LogEvent& b) {
    return std::tie(a.time_s, a.user, a.item) < std::tie(b.time_s, b.user, b.item);
  });
  if (std::ssize(log.events) > options.events) log.events.resize(static_cast<std::size_t>(options.events));
  log.rows = std::ssize(log.events);
  log.has_time = true;
  return log;
}

InteractionLog invent_log(const Scenario& scenario, std::int64_t events) {
  RegenerateOptions options{.world = scenario.settings.read<WorldParams>("world"),
                            .tables = {},
                            .seed = Seed{scenario.seed()},
                            .events = events,
                            .exposure = {}};
  if (scenario.tables) options.tables = *scenario.tables;
  options.exposure = invented_exposure(static_cast<std::size_t>(options.world.items.count), options.seed);
  return regenerate_log(options);
}

}  // namespace feedloop
