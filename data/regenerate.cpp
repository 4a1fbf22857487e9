#include "data/regenerate.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kFirstDays = 64, kMostDays = 1024;

// A page of items by weight, none of them twice and none that is out of bounds. A user who has chosen nearly everything gets a
// shorter page.
Slate draw_slate(Rng rng, const std::vector<double>& cumulative, const std::vector<char>& chosen, int slots) {
  Slate slate;
  for (int k = 0; k < slots; ++k)
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

struct UserRows {
  std::vector<LogRow> rows;
  std::vector<PlaySituation> plays;
};

UserRows rows_of(const World& world, UserId user, const std::vector<double>& cumulative, const RegenerateOptions& options) {
  UserRows out;
  std::vector<char> chosen(cumulative.size());
  UserState state = world.initial_state(user);
  while (const auto request = world.next(state, user, world.horizon())) {
    const Slate slate =
        draw_slate(stream(options.seed, Stream::Exploration, request_key(request->id)), cumulative, chosen, options.slots);
    std::optional<UserState> before;
    if (options.plays) before = state;
    const Outcome outcome = world.respond(state, *request, slate);
    for (std::size_t k = 0; k < slate.slots.size(); ++k) {
      const SlotOutcome& got = outcome.slots[k];
      const ItemId item = slate.slots[k].item;
      const ItemTruth& truth = world.truth(item);
      if (options.plays && got.watched_ms > 0)
        out.plays.push_back({world.relevance(*before, user, item, request->time), truth.clickbait, truth.duration_min});
      if (!got.clicked && !options.impressions) continue;
      if (got.clicked) chosen[item.index()] = options.once;
      LogRow row;
      row.viewer = static_cast<std::uint32_t>(user.value);
      row.item = static_cast<std::uint32_t>(item.value);
      row.time_ms = kWorldBegins_s * 1000 + request->time.us / 1000;
      row.slot = static_cast<std::int16_t>(k + 1);
      row.chosen = got.clicked;
      row.played_s = static_cast<float>(got.watched_ms) / 1000;
      row.duration_s = truth.duration_min * 60;
      out.rows.push_back(row);
    }
  }
  return out;
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
    const Duration lasts = options.days > 0 ? from_seconds(options.days * 86400) : kDay * days;
    const World world(params, options.seed, SimTime{0} + lasts, options.tables);
    const std::size_t users = world.population().initial;
    std::vector<UserRows> by_user(users);
    parallel_for(users, 8, [&](std::size_t b, std::size_t e) {
      for (std::size_t u = b; u < e; ++u) by_user[u] = rows_of(world, UserId{u}, cumulative, options);
    });
    log.seen.clear();
    if (options.plays) options.plays->clear();
    for (auto& own : by_user) {
      log.seen.insert(log.seen.end(), own.rows.begin(), own.rows.end());
      if (options.plays) options.plays->insert(options.plays->end(), own.plays.begin(), own.plays.end());
    }
    if (options.days <= 0 && std::ssize(log.seen) < options.events && 2 * days <= kMostDays) continue;

    for (std::size_t u = 0; u < users; ++u) log.users.push_back(std::to_string(u));
    for (std::size_t i = 0; i < cumulative.size(); ++i)
      log.items.push_back({std::to_string(i),
                           "",
                           {static_cast<int>(world.truth(ItemId{i}).category)},
                           world.truth(ItemId{i}).duration_min * 60});
    break;
  }
  for (std::int64_t c = 0; c < params.items.categories; ++c) log.labels.push_back(std::to_string(c));
  std::sort(log.seen.begin(), log.seen.end(), [&](const LogRow& a, const LogRow& b) {
    const auto a_s = a.time_ms / 1000, b_s = b.time_ms / 1000;  // choices are logged to the second
    return options.impressions ? std::tie(a.time_ms, a.viewer, a.slot) < std::tie(b.time_ms, b.viewer, b.slot)
                               : std::tie(a_s, a.viewer, a.item) < std::tie(b_s, b.viewer, b.item);
  });
  if (options.days <= 0 && std::ssize(log.seen) > options.events) log.seen.resize(static_cast<std::size_t>(options.events));
  log.viewers = log.users;
  for (const LogRow& row : log.seen)
    if (row.chosen) log.events.push_back({row.viewer, row.item, 1, row.time_ms / 1000});
  log.rows = std::ssize(log.seen);
  log.has_time = true;
  log.has_slot = log.has_click = options.impressions;
  log.has_played = options.impressions;
  return log;
}

InteractionLog invent_log(const Scenario& scenario, std::int64_t events, bool impressions) {
  RegenerateOptions options{.world = scenario.settings.read<WorldParams>("world"),
                            .tables = {},
                            .seed = Seed{scenario.seed()},
                            .events = events,
                            .exposure = {},
                            .once = !impressions,
                            .impressions = impressions};
  if (scenario.tables) options.tables = *scenario.tables;
  options.exposure = invented_exposure(static_cast<std::size_t>(options.world.items.count), options.seed);
  return regenerate_log(options);
}

}  // namespace feedloop
