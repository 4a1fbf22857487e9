#include "sim/world.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "sim/churn.hpp"
#include "sim/examination.hpp"
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

}  // namespace

World::World(const WorldParams& params, Seed seed, SimTime horizon, const WorldTables& tables)
    : params_(params),
      seed_(seed),
      horizon_(horizon),
      supply_(make_items(params.items, seed, horizon, tables.items)),
      population_(make_population(params.population, supply_.centres, seed, horizon, tables.users)),
      scale_(measure_affinity(population_, supply_)) {
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
  state.taste = user.anchor;
  state.satisfaction = user.newcomer ? 0.0 : params_.population.satisfaction_start;
  state.fatigue_time = std::max(user.joined, SimTime{0});
  state.last_visit = state.fatigue_time;
  if (user.newcomer) {
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
    const double bound = visit_bound(user, day, weekly, params_.visits);
    for (const VisitCandidate& c : visit_candidates(seed_, user, day, bound)) {
      if (c.time < from) continue;
      if (c.time >= horizon_) return;
      if (c.acceptance * bound < visit_intensity(user, c.time, weekly, state.satisfaction, params_.visits)) {
        begin_visit(state, user, c.time, day, c.index);
        return;
      }
    }
  }
}

std::optional<Request> World::next(const UserState& state, UserId id, SimTime until) const {
  if (state.next_time >= until) return std::nullopt;
  Request r = request_of(id, state.next_time);
  r.id = RequestId::make(id, state.day, state.candidate, state.page);
  r.page = static_cast<std::uint8_t>(state.page);
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

UserState World::state_at(UserState state, SimTime now) const {
  decay_categories(state, now, params_.dynamics);
  return state;
}

Pull World::pull_of(const UserState& state, UserId user, ItemId item, SimTime now) const {
  Rng rng = stream(seed_, Stream::Residual, entity_key(user.value, 0, item.value));
  return pull(population_.users[user.index()], state, supply_.truth[item.index()], normal(rng), now, scale_, params_.choice,
              params_.items);
}

Outcome World::respond(UserState& state, const Request& request, const Slate& slate) const {
  const UserTraits& user = population_.users[request.user.index()];
  Outcome outcome;
  outcome.slots.resize(slate.slots.size());
  decay_categories(state, request.time, params_.dynamics);
  if (request.page == 0) {
    state.last_visit = request.time;
    ++state.visits;
  }
  Duration spent = from_seconds(60.0 * params_.visits.page_min);
  for (std::size_t k = 0; k < slate.slots.size(); ++k) {
    Rng eye = stream(seed_, Stream::Examination, request_key(request.id, k));
    if (!bernoulli(eye, examination_probability(static_cast<int>(k) + 1, params_.examination))) continue;
    outcome.slots[k].seen = true;
    const ItemId item = slate.slots[k].item;
    const ItemTruth& truth = supply_.truth[item.index()];
    const Pull p = pull_of(state, request.user, item, request.time);
    Rng reaction = stream(seed_, Stream::Reaction, request_key(request.id, item.value));
    if (!bernoulli(reaction, logistic(p.appeal))) continue;
    outcome.slots[k] = watch(reaction, p.relevance, truth.clickbait, truth.duration_min, params_.watch);
    spent = spent + Duration{outcome.slots[k].watched_ms * 1000};
    consume(state, user.anchor, truth.v, truth.category, p.relevance, outcome.slots[k].dismissed, params_.dynamics);
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

double World::click_probability(const UserState& state, UserId user, ItemId item, SimTime now) const {
  return logistic(pull_of(state, user, item, now).appeal);
}

double World::relevance(const UserState& state, UserId user, ItemId item, SimTime now) const {
  return pull_of(state, user, item, now).relevance;
}

double World::expected_value(const UserState& state, UserId user, ItemId item, SimTime now) const {
  const Pull p = pull_of(state, user, item, now);
  const ItemTruth& t = supply_.truth[item.index()];
  return logistic(p.appeal) * expected_watch_ms(p.relevance, t.clickbait, t.duration_min, params_.watch);
}

}  // namespace feedloop
