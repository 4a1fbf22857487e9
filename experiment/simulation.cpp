#include "experiment/simulation.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "experiment/interleaving.hpp"
#include "experiment/traced_page.hpp"

namespace feedloop {

struct Simulation::Served {
  std::vector<Interaction> pages;
  std::vector<StageLaps> laps;
  SimTime next = kNever;  // the household's next event
};

namespace {

constexpr Duration kTraceEvery = kMinute * 15;  // tracing every page would cost a run some per cent

Interaction log_page(const Request& request, std::size_t cell, Ranking& ranking, Slate slate) {
  Interaction page;
  page.request = request;
  page.cell = static_cast<std::uint32_t>(cell);
  page.version = ranking.version;
  page.model = ranking.model;
  page.fallback = ranking.fallback;
  page.shortage = ranking.shortage;
  page.serving = ranking.serving;
  page.width = ranking.width;
  const auto width = static_cast<std::size_t>(ranking.width);
  page.features.resize(slate.slots.size() * width);
  for (std::size_t k = 0; k < slate.slots.size(); ++k) {
    std::copy_n(ranking.features.begin() + static_cast<std::ptrdiff_t>(slate.slots[k].row * width), width,
                page.features.begin() + static_cast<std::ptrdiff_t>(k * width));
    slate.slots[k].row = static_cast<std::uint16_t>(k);
  }
  page.slate = std::move(slate);
  page.user_input = std::move(ranking.user_input);
  return page;
}

// By member: gaps of the struct would carry whatever lay in memory into the checkpoint.
void visit_outcome(State& s, SlotOutcome& o) {
  s(o.watched_ms);
  s(o.seen);
  s(o.clicked);
  s(o.bounced);
  s(o.completed);
  s(o.liked);
  s(o.saved);
  s(o.shared);
  s(o.skipped);
  s(o.dismissed);
  s(o.rating);
  s(o.told);
}

void visit_page(State& s, Interaction& p) {
  s(p.request.id);
  s(p.request.user);
  s(p.request.household);
  s(p.request.time);
  s(p.request.utc_offset_h);
  s(p.request.country);
  s(p.request.device);
  s(p.request.age_bucket);
  s(p.request.page);
  s(p.request.searched);
  s(p.request.onboarding);
  s(p.cell);
  s(p.differs);
  s(p.drafted);
  s(p.team);
  s(p.version);
  s(p.model);
  s(p.fallback);
  s(p.shortage);
  s(p.serving.ms);
  s(p.serving.asked);
  s(p.serving.failed);
  s(p.serving.missing);
  s(p.serving.late);
  s(p.slate.slots);
  s(p.slate.layout);
  s(p.outcome.end);
  s(p.features);
  s(p.width);
  s(p.user_input);
  p.outcome.slots.resize(p.slate.slots.size());
  for (SlotOutcome& o : p.outcome.slots) visit_outcome(s, o);
  std::uint64_t direct = p.outcome.direct.size();
  s(direct);
  p.outcome.direct.resize(direct);
  for (DirectPlay& d : p.outcome.direct) {
    s(d.item);
    visit_outcome(s, d.outcome);
  }
}

}  // namespace

Simulation::Simulation(const Study& study)
    : study_(study),
      engine_(std::make_unique<Engine>(study.cells, study.seed)),
      times_(std::make_unique<StageTimes>()),
      creators_(study.scenario.settings.read<ItemParams>("world.items").creator_floor, study.world.all_items()) {
  if (creators_.may_leave()) facts_.assign(study.world.all_items().begin(), study.world.all_items().end());
  for (const Settings& cell : study.cells) {
    policies_.push_back(make_policy(cell));
    engine_->look_for_new_items(policies_.size() - 1, policies_.back()->new_items());
    const auto alarm = cell.read<CollapseAlarmParams>("policy.alarm");
    alarms_.push_back(alarm.watch ? std::make_unique<CollapseAlarm>(alarm, cell.read<ExploreParams>("policy.explore"))
                                  : nullptr);
  }
  const Population& population = study.world.population();
  users_.resize(population.users.size());
  features_.resize(users_.size());
  parallel_for(users_.size(), 256, [&](std::size_t b, std::size_t e) {
    for (std::size_t u = b; u < e; ++u) users_[u] = study_.world.initial_state(UserId{u});
  });
  for (std::size_t h = 0; h < population.households.size(); ++h) {
    const Household& household = population.households[h];
    SimTime first = kNever;
    for (std::uint32_t u = household.first_user; u < household.first_user + household.users; ++u)
      first = std::min(first, users_[u].next_time);
    if (first != kNever) queue_.push({first, static_cast<std::uint32_t>(h)});
  }
  engine_->learn({}, now_, catalog(now_));  // publishes the first lists
}

void Simulation::serve_household(HouseholdId id, SimTime until, const Assignment::Rule& rule, Catalog catalog, Served& out,
                                 FunnelTrace* trace) {
  const Household& household = study_.world.population().households[id.index()];
  for (;;) {
    // The member whose page is due first; equal times go to the lower id.
    std::uint32_t user = household.first_user;
    for (std::uint32_t u = user + 1; u < household.first_user + household.users; ++u)
      if (users_[u].next_time < users_[user].next_time) user = u;
    const auto request = study_.world.next(users_[user], UserId{user}, until);
    if (!request) {
      out.next = users_[user].next_time;
      return;
    }
    StageClock clock(out.laps.emplace_back());
    const std::size_t cell = study_.assignment.cell_of(*request, rule);
    const Recommender& recommender = engine_->cell(cell);
    Ranking ranking = recommender.recommend(*request, features_[user], catalog, clock, out.pages.empty() ? trace : nullptr);
    Slate slate =
        policies_[cell]->choose(ranking, *request, stream(study_.seed, Stream::Exploration, request_key(request->id)));
    const std::size_t interleaved = study_.assignment.interleaved(*request, rule);
    const bool drafted = interleaved != Assignment::kAsHashed;
    const std::uint32_t team = drafted ? draft(interleaved, *request, features_[user], cell, catalog, ranking, slate) : 0;
    if (!drafted) engine_->harvest(*request, features_[user], catalog, cell, slate);
    slate.layout = recommender.layout();
    const std::uint32_t differs = differing(*request, features_[user], cell, slate, rule, catalog);
    Interaction page = log_page(*request, cell, ranking, std::move(slate));
    page.differs = differs;
    page.drafted = drafted;
    page.team = team;
    clock.lap(Stage::Policy);
    page.outcome = study_.world.respond(users_[user], page.request, page.slate);
    clock.lap(Stage::World);
    recommender.observe(features_[user], page, catalog);
    out.pages.push_back(std::move(page));
  }
}

std::uint32_t Simulation::differing(const Request& request, const OnlineFeatures& user, std::size_t cell, const Slate& slate,
                                    const Assignment::Rule& rule, Catalog catalog) const {
  std::uint32_t bits = 0;
  const auto& experiments = study_.scenario.experiments;
  const Rng luck = stream(study_.seed, Stream::Exploration, request_key(request.id));  // the page's own: what would have been
  const auto same_item = [](const Slot& a, const Slot& b) { return a.item == b.item; };
  for (std::size_t e = 0; e < experiments.size(); ++e) {
    if (!experiments[e].design.triggered || rule.all_control || !study_.assignment.counts(e, request, rule)) continue;
    for (std::size_t v = 0; v < experiments[e].variants.size() && !(bits >> e & 1u); ++v) {
      const std::size_t other = study_.assignment.with_variant(cell, e, v);
      if (other == cell) continue;
      const Slate would = policies_[other]->choose(engine_->cell(other).recommend(request, user, catalog), request, luck);
      if (!std::ranges::equal(would.slots, slate.slots, same_item)) bits |= 1u << e;
    }
  }
  return bits;
}

std::uint32_t Simulation::draft(std::size_t experiment, const Request& request, const OnlineFeatures& user, std::size_t cell,
                                Catalog catalog, Ranking& ranking, Slate& slate) const {
  const std::size_t other = study_.assignment.with_variant(cell, experiment, 1);
  const Ranking theirs = engine_->cell(other).recommend(request, user, catalog);
  const Slate rival =
      policies_[other]->choose(theirs, request, stream(study_.seed, Stream::Exploration, request_key(request.id)));
  const auto items = [](const Slate& s) {
    std::vector<ItemId> out;
    for (const Slot& slot : s.slots) out.push_back(slot.item);
    return out;
  };
  const auto picks = team_draft(items(slate), items(rival), static_cast<std::size_t>(ranking.slots),
                                stream(study_.seed, Stream::Interleaving, request_key(request.id)));
  // Rows of the treatment's features follow control's; where one side answered without features, the page has none.
  if (ranking.width == theirs.width)
    ranking.features.insert(ranking.features.end(), theirs.features.begin(), theirs.features.end());
  else
    ranking.width = 0;
  Slate drafted;
  std::uint32_t team = 0;
  for (const Pick& pick : picks) {
    Slot slot = (pick.treatment ? rival : slate).slots[pick.place];
    if (pick.treatment) {
      team |= 1u << drafted.slots.size();
      slot.row = static_cast<std::uint16_t>(slot.row + ranking.candidates.size());
    }
    drafted.slots.push_back(slot);
  }
  slate = std::move(drafted);
  return team;
}

void Simulation::run_epoch(const Assignment::Rule& rule, const std::function<void(std::span<const Interaction>)>& fold) {
  EpochClock clock;
  const SimTime until = now_ + study_.epoch;
  const Catalog items = catalog(now_);
  const std::vector<Event> due = queue_.pop_before(until);
  engine_->begin_epoch(rule.mixed());

  std::vector<Served> served(due.size());
  FunnelTrace trace;
  const bool tracing = trace_ && !due.empty() && until.us / kTraceEvery.us != now_.us / kTraceEvery.us;
  const std::size_t traced = tracing ? Hasher().add(until.us).value() % due.size() : due.size();
  parallel_for(due.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i)
      serve_household(HouseholdId{due[i].process}, until, rule, items, served[i], i == traced ? &trace : nullptr);
  });

  clock.served();
  if (traced < due.size() && !served[traced].pages.empty())
    trace_(traced_page(study_, served[traced].pages.front(), trace, items));
  std::vector<Interaction> pages;
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (served[i].next != kNever) queue_.push({served[i].next, due[i].process});
    for (const StageLaps& laps : served[i].laps) times_->add(laps);
    for (Interaction& page : served[i].pages) pages.push_back(std::move(page));
  }
  std::sort(pages.begin(), pages.end(), canonical_before);
  for (const Interaction& page : pages) sign(page);
  engine_->observe_services(pages, until);
  requests_ += static_cast<std::int64_t>(pages.size());
  fold(pages);
  for (const Interaction& page : pages) study_.world.pass_on(users_, page);
  creators_.observe(pages);
  if (until.us % kDay.us == 0 && creators_.may_leave()) {
    creators_.end_day(until);
    withdraw(until);
  }
  watch_exposure(pages, until);

  // Learn from what is over by the epoch's end.
  for (Interaction& page : pages) running_.push_back(std::move(page));
  const auto first_running =
      std::stable_partition(running_.begin(), running_.end(), [&](const Interaction& p) { return p.outcome.end < until; });
  std::vector<Interaction> finished(std::make_move_iterator(running_.begin()), std::make_move_iterator(first_running));
  running_.erase(running_.begin(), first_running);
  std::sort(finished.begin(), finished.end(), canonical_before);
  now_ = until;
  for (auto& policy : policies_) policy->learn(finished);
  // Publishes for the items that the next epoch can show.
  engine_->learn(std::move(finished), now_, catalog(now_));
  clock.over(*times_);
}

Catalog Simulation::catalog(SimTime now) const {
  const Catalog all = study_.world.catalog(now);
  return facts_.empty() ? all : Catalog(facts_).first(all.size());
}

void Simulation::withdraw(SimTime now) {
  for (std::size_t i = catalog(now).size(); i < facts_.size(); ++i)
    if (creators_.left(facts_[i].creator, now)) facts_[i].blocked = true;
}

// From t0 on: before, everybody is in control.
void Simulation::watch_exposure(std::span<const Interaction> pages, SimTime until) {
  if (until <= study_.t0) return;
  for (const Interaction& page : pages)
    if (alarms_[page.cell]) alarms_[page.cell]->add(page);
  if (until.us % kDay.us != 0) return;
  for (std::size_t c = 0; c < alarms_.size(); ++c)
    if (alarms_[c]) {
      alarms_[c]->end_day(catalog(until).size());
      policies_[c]->set_explore(alarms_[c]->explore());
    }
}

void Simulation::sign(const Interaction& page) {
  signature_.add(page.request.id.value).add(page.request.time.us).add(page.cell);
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
    signature_.add(page.slate.slots[k].item.value).add(page.outcome.slots[k].clicked).add(page.outcome.slots[k].watched_ms);
  for (const DirectPlay& d : page.outcome.direct) signature_.add(d.item.value).add(d.outcome.watched_ms);
}

void Simulation::visit_state(State& s) {
  s(now_);
  s(creators_);
  if (s.loading() && creators_.may_leave()) {
    facts_.assign(study_.world.all_items().begin(), study_.world.all_items().end());
    for (ItemFacts& item : facts_)
      if (creators_.left(item.creator, item.uploaded)) item.blocked = true;
  }
  s(queue_);
  s(users_);
  s(features_);
  s(signature_);
  s(requests_);
  std::uint64_t running = running_.size();
  s(running);
  running_.resize(running);
  for (Interaction& page : running_) visit_page(s, page);
  s(*engine_);
  for (auto& policy : policies_) policy->visit_state(s);
  for (std::size_t c = 0; c < alarms_.size(); ++c)
    if (alarms_[c]) {
      alarms_[c]->visit_state(s);
      policies_[c]->set_explore(alarms_[c]->explore());
    }
}

}  // namespace feedloop
