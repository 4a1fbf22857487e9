#include "sim/world.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "sim/bots.hpp"
#include "sim/churn.hpp"
#include "sim/examination.hpp"
#include "sim/interests.hpp"
#include "sim/spillover.hpp"
#include "sim/visits.hpp"
#include "sim/watching.hpp"

namespace feedloop {
namespace {

// A newcomer's first visit is the arrival itself; no candidate of the day can carry this ordinal.
constexpr std::uint32_t kFirstVisit = 4095;

AffinityScale measure_affinity(const Population& population, const ItemSupply& supply) {
  const std::size_t users = std::min<std::size_t>(population.initial, 400);
  const std::size_t items = std::min<std::size_t>(supply.initial, 400);
  double n = 0, sum = 0, squares = 0;
  for (std::size_t u = 0; u < users; ++u)
    for (std::size_t i = 0; i < items; ++i) {
      const double x = dot(population.users[u].anchor, supply.truth[i].v);
      n += 1;
      sum += x;
      squares += x * x;
    }
  if (n < 2) return {};
  const double mean = sum / n;
  const double sd = std::sqrt(std::max(0.0, squares / n - mean * mean));
  return {mean, sd > 1e-6 ? sd : 1.0};
}

std::vector<double> items_by_category(const ItemSupply& supply, std::int64_t categories) {
  std::vector<double> items(static_cast<std::size_t>(categories));
  for (std::size_t i = 0; i < supply.initial; ++i) items[static_cast<std::size_t>(supply.truth[i].category)] += 1;
  return items;
}

}  // namespace

World::World(const WorldParams& params, Seed seed, SimTime horizon, const WorldTables& tables)
    : params_(params),
      seed_(seed),
      horizon_(horizon),
      supply_(make_items(params.items, seed, horizon, tables.items)),
      population_(make_population(params.population, params.bots.share, supply_.centres, seed, horizon, tables.users)),
      mixes_(params.population, items_by_category(supply_, params.items.categories), seed, population_.users.size()),
      scale_(measure_affinity(population_, supply_)),
      week_(read_week(params.visits.week)),
      bot_target_(draw_for_everybody(supply_, stream(seed, Stream::Bot, entity_key(0, 1))).value_or(ItemId{0})) {
  FEEDLOOP_CHECK(horizon.days() < 4094, "more days than the key table holds");
}

Catalog World::catalog(SimTime now) const {
  const auto end = std::upper_bound(supply_.facts.begin() + static_cast<std::ptrdiff_t>(supply_.initial), supply_.facts.end(),
                                    now, [](SimTime t, const ItemFacts& f) { return t < f.uploaded; });
  return {supply_.facts.begin(), end};
}

UserState World::initial_state(UserId id) const {
  const UserTraits& user = population_.users[id.index()];
  UserState state;
  state.taste = state.anchor = user.anchor;
  state.satisfaction = user.newcomer ? 0.0 : params_.population.satisfaction_start;
  state.as_of = std::max(user.joined, SimTime{0});
  state.last_visit = state.as_of;
  state.interest_day = static_cast<std::int32_t>(local_day(state.as_of, user.utc_offset_h));
  if (user.bot) {
    schedule_bot(state, user, state.as_of);
  } else if (user.newcomer) {
    state.scanned_day = static_cast<std::int32_t>(local_day(user.joined, user.utc_offset_h));
    begin_visit(state, user, user.joined, state.scanned_day, kFirstVisit);
  } else {
    state.scanned_day = static_cast<std::int32_t>(local_day(SimTime{0}, user.utc_offset_h));
    schedule(state, user, SimTime{0});
  }
  return state;
}

void World::begin_visit(UserState& state, const UserTraits& user, SimTime t, std::int64_t day, std::uint32_t candidate) const {
  state.next_time = t;
  state.day = static_cast<std::uint32_t>(day + 1);
  state.candidate = candidate;
  state.page = 0;
  Rng rng = stream(seed_, Stream::Session, request_key(RequestId::make(user.id, state.day, candidate, 0)));
  state.budget_left_min = lognormal(rng, params_.visits.budget_median_min, params_.visits.budget_sigma);
}

// Looks ahead to the next visit. Until it comes nothing changes the user's state but elapsed time, so looking is safe.
void World::schedule(UserState& state, const UserTraits& user, SimTime from) const {
  state.next_time = kNever;
  const std::int64_t last_day = local_day(horizon_, user.utc_offset_h);
  for (std::int64_t day = local_day(from, user.utc_offset_h); day <= last_day; ++day) {
    if (day > state.scanned_day) {
      state.scanned_day = static_cast<std::int32_t>(day);
      draw_churn(seed_, user, state, day, params_.churn);
    }
    if (state.churned) continue;
    const double weekly = weekly_activity(seed_, user.id, day, params_.visits);
    const double bound = visit_bound(user, day, weekly, params_.visits, week_);
    for (const VisitCandidate& c : visit_candidates(seed_, user, day, bound)) {
      if (c.time < from) continue;
      if (c.time >= horizon_) return;
      if (c.acceptance * bound < visit_intensity(user, c.time, weekly, state.satisfaction, params_.visits, week_)) {
        begin_visit(state, user, c.time, day, c.index);
        return;
      }
    }
  }
}

void World::schedule_bot(UserState& state, const UserTraits& bot, SimTime from) const {
  state.next_time = kNever;
  for (std::int64_t day = floor_div(from.us, kDay.us); SimTime{0} + kDay * day < horizon_; ++day)
    for (const VisitCandidate& c : bot_actions(seed_, bot.id, day, params_.bots)) {
      if (c.time < from) continue;
      if (c.time < horizon_) {
        state.next_time = c.time;
        state.day = static_cast<std::uint32_t>(day + 1);
        state.candidate = c.index;
        state.page = 0;
      }
      return;
    }
}

std::optional<Request> World::next(const UserState& state, UserId id, SimTime until) const {
  if (state.next_time >= until) return std::nullopt;
  Request r = request_of(id, state.next_time);
  r.id = RequestId::make(id, state.day, state.candidate, state.page);
  r.page = static_cast<std::uint8_t>(state.page);
  const UserTraits& user = population_.users[id.index()];
  if (r.page == 0 && !user.bot)
    r.searched = searched(stream(seed_, Stream::Search, request_key(r.id)), state, local_day(r.time, user.utc_offset_h),
                          supply_.centres, params_.visits);
  return r;
}

Request World::request_of(UserId id, SimTime time) const {
  const UserTraits& user = population_.users[id.index()];
  Request r;
  r.user = id;
  r.household = user.household;
  r.time = time;
  r.utc_offset_h = user.utc_offset_h;
  r.country = user.country;
  r.device = user.device;
  r.age_bucket = user.age_bucket;
  r.onboarding = user.onboarding;
  return r;
}

void World::live_to(UserState& state, const UserTraits& user, SimTime now) const {
  pass_time(state, now, params_.dynamics);
  find_interests(seed_, user, state, now, supply_.centres, params_.dynamics);
}

UserState World::state_at(UserState state, UserId user, SimTime now) const {
  live_to(state, population_.users[user.index()], now);
  return state;
}

Pull World::pull_of(const UserState& state, UserId user, ItemId id, SimTime now, double novelty) const {
  Rng rng = stream(seed_, Stream::Residual, entity_key(user.value, 0, id.value));
  const ItemTruth& item = supply_.truth[id.index()];
  const Moment moment{now, normal(rng), supply_.shock(item, now, viral_time()), novelty, mixes_.lift(user, item.category)};
  return pull(population_.users[user.index()], state, item, moment, scale_, params_.choice, params_.items);
}

std::optional<SlotOutcome> World::react(UserState& state, const UserTraits& user, const Request& request, ItemId item,
                                        double novelty, double& relevance) const {
  const ItemTruth& truth = supply_.truth[item.index()];
  const Pull p = pull_of(state, user.id, item, request.time, novelty);
  relevance = p.relevance;
  Rng reaction = stream(seed_, Stream::Reaction, request_key(request.id, item.value));
  SlotOutcome o;
  if (params_.watch.autoplay) {
    o = autoplay(reaction, stream(seed_, Stream::Loop, request_key(request.id, item.value)), p.relevance, truth.duration_min,
                 params_.watch);
  } else {
    if (!bernoulli(reaction, logistic(p.appeal))) return std::nullopt;
    o = watch(reaction, p.relevance, truth.clickbait, truth.duration_min, params_.watch);
  }
  if (!o.clicked) return o;
  o.told = told(stream(seed_, Stream::Spillover, request_key(request.id, item.value)), p.relevance, params_.spillover);
  consume(state, truth.v, truth.category, p.relevance, o.dismissed, params_.dynamics);
  return o;
}

Outcome World::respond_as_bot(UserState& state, const UserTraits& bot, const Request& request, const Slate& slate) const {
  Outcome outcome;
  outcome.slots.resize(slate.slots.size());
  Rng rng = stream(seed_, Stream::BotAction, request_key(request.id, 2));
  const auto play = bot_play(rng, supply_.truth[bot_target_.index()].duration_min, params_.bots);
  bool on_page = false;
  for (std::size_t k = 0; k < slate.slots.size(); ++k) {
    outcome.slots[k].seen = true;
    if (slate.slots[k].item != bot_target_) continue;
    on_page = true;
    if (play) outcome.slots[k] = *play;
  }
  if (play && !on_page) outcome.direct.push_back({bot_target_, *play});
  outcome.end = request.time + from_seconds(play ? static_cast<double>(play->watched_ms) / 1000 : 0);
  state.last_visit = request.time;
  ++state.visits;
  schedule_bot(state, bot, outcome.end + Duration{1});
  return outcome;
}

bool World::linked_to_hit(const Request& request) const {
  if (!supply_.hit || params_.items.hit_links == 0 || request.page > 0) return false;
  if (request.time < supply_.hit_at || request.time >= supply_.hit_at + viral_time()) return false;
  Rng rng = stream(seed_, Stream::Viral, request_key(request.id, 1));
  return bernoulli(rng, params_.items.hit_links);
}

Outcome World::respond(UserState& state, const Request& request, const Slate& slate) const {
  const UserTraits& user = population_.users[request.user.index()];
  if (user.bot) return respond_as_bot(state, user, request, slate);
  Outcome outcome;
  outcome.slots.resize(slate.slots.size());
  live_to(state, user, request.time);
  const Descriptor page = describe_page(slate, supply_.truth, request.time);
  const double is_new = novelty(state.habit, state.visits, page, params_.dynamics);
  if (request.page == 0) {
    if (!slate.slots.empty()) get_used_to(state.habit, state.visits, page, params_.dynamics);
    state.last_visit = request.time;
    ++state.visits;
  }
  Duration spent = from_seconds(60.0 * params_.visits.page_min);
  const auto spend = [&](const SlotOutcome& o) { spent = spent + Duration{o.watched_ms * 1000}; };
  if (linked_to_hit(request) && std::ranges::find(state.inbox, *supply_.hit) == state.inbox.end())
    state.inbox.push_back(*supply_.hit);
  double relevance = 0;
  for (const ItemId item : state.inbox) {
    const auto o = react(state, user, request, item, 0, relevance);
    if (!o) continue;
    outcome.direct.push_back({item, *o});
    spend(*o);
  }
  state.inbox.clear();
  const auto played = [&](ItemId item) {
    return std::ranges::any_of(outcome.direct, [&](const DirectPlay& d) { return d.item == item; });
  };
  Gaze gaze(params_.examination, user.device,
            params_.examination.scroll ? static_cast<int>(request.page * slate.slots.size()) : 0);
  for (std::size_t k = 0; k < slate.slots.size(); ++k) {
    Rng eye = stream(seed_, Stream::Examination, request_key(request.id, k));
    // A feed goes on to the next item until the visit's time is up.
    const bool seen = params_.watch.autoplay ? spent.minutes() < state.budget_left_min : bernoulli(eye, gaze.next());
    SlotOutcome& o = outcome.slots[k];
    o.seen = seen;
    const ItemId item = slate.slots[k].item;
    if (seen && !played(item))
      if (const auto reaction = react(state, user, request, item, is_new, relevance)) {
        o = *reaction;
        spend(o);
      }
    gaze.pass(seen, o.clicked, relevance);
  }
  outcome.end = request.time + spent;

  state.budget_left_min -= spent.minutes();
  Rng rng = stream(seed_, Stream::Session, request_key(request.id, 1));
  const double stay = logistic(params_.visits.continue_intercept + params_.visits.continue_satisfaction * state.satisfaction);
  if (rng.uniform() < stay && state.budget_left_min > 0 &&
      state.page + 1 < static_cast<std::uint32_t>(params_.visits.max_pages) && outcome.end < horizon_) {
    ++state.page;
    state.next_time = outcome.end;
  } else {
    schedule(state, user, outcome.end);
  }
  return outcome;
}

void World::pass_on(std::span<UserState> users, const Interaction& page) const {
  const auto tell = [&](ItemId item, const SlotOutcome& o) {
    if (o.told == 0) return;
    for (const UserId listener : listeners(seed_, page.request, item, o.told, population_, params_.spillover)) {
      UserState& state = users[listener.index()];
      if (population_.users[listener.index()].joined > page.outcome.end || state.inbox.size() >= kMaxInbox) continue;
      if (std::ranges::find(state.inbox, item) == state.inbox.end()) state.inbox.push_back(item);
    }
  };
  for (const DirectPlay& d : page.outcome.direct) tell(d.item, d.outcome);
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) tell(page.slate.slots[k].item, page.outcome.slots[k]);
}

double World::click_probability(const UserState& state, UserId user, ItemId item, SimTime now) const {
  const Pull p = pull_of(state, user, item, now);
  if (params_.watch.autoplay)
    return valid_play_probability(p.relevance, supply_.truth[item.index()].duration_min, params_.watch);
  return logistic(p.appeal);
}

double World::relevance(const UserState& state, UserId user, ItemId item, SimTime now) const {
  return pull_of(state, user, item, now).relevance;
}

double World::expected_value(const UserState& state, UserId user, ItemId item, SimTime now) const {
  const Pull p = pull_of(state, user, item, now);
  const ItemTruth& t = supply_.truth[item.index()];
  if (params_.watch.autoplay) return expected_autoplay_ms(p.relevance, t.duration_min, params_.watch);
  return logistic(p.appeal) * expected_watch_ms(p.relevance, t.clickbait, t.duration_min, params_.watch);
}

}  // namespace feedloop
