// Who is counted in an experiment, and from when: allocations, ramps, holdouts and stops.
#include "experiment/experiment_tables.hpp"

#include <array>

#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "stats/proportion.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Experiment half(const std::string& name, std::vector<RampStep> ramp) {
  return {name, name, {{"control", 0.5, {}}, {"treatment", 0.5, {}}}, AssignmentHash::Xxh64, {.ramp = std::move(ramp)}, {}};
}

// A user of a household of two, `days` after kStart.
Request request(std::uint64_t user, double days) {
  Request r;
  r.user = UserId{user};
  r.household = HouseholdId{user / 2};
  r.time = at_hours(24 * days);
  return r;
}

constexpr int kUsers = 20'000;

}  // namespace

TEST_CASE("a ramp lets units in and never out or into another variant") {
  const std::vector<Experiment> experiments{half("ramp", {{0.5, 0.01}, {2, 0.1}, {5, 1}})};
  const Assignment assignment(experiments, 0, "", kStart);
  const std::array<double, 7> days{0, 0.5, 1.9, 2, 4.9, 5, 9}, shares{0, 0.01, 0.01, 0.1, 0.1, 1, 1};
  std::array<std::int64_t, 7> in{}, treated{};
  for (std::uint64_t u = 0; u < kUsers; ++u) {
    bool was_in = false;
    for (std::size_t d = 0; d < days.size(); ++d) {
      const Request r = request(u, days[d]);
      const bool now_in = assignment.counts(0, r, {});
      const std::size_t cell = assignment.cell_of(r, {});
      if (was_in) REQUIRE(now_in);
      REQUIRE(cell == (now_in ? variant_of(experiments[0], u) : 0));
      was_in = now_in;
      in[d] += now_in;
      treated[d] += cell == 1;
    }
  }
  // Twelve counts that each fail without cause one time in a million.
  for (std::size_t d = 0; d < days.size(); ++d) {
    INFO("day " << days[d]);
    if (shares[d] == 0)
      CHECK(in[d] == 0);
    else
      CHECK(consistent_with_rate(in[d], kUsers, shares[d], 1e-6));
    if (in[d] > 0) CHECK(consistent_with_rate(treated[d], in[d], 0.5, 1e-6));
  }
}

TEST_CASE("whoever is held out is in no experiment with all of their household and experiments are none the wiser") {
  const std::vector<Experiment> experiments{half("one", {{}}), half("two", {{}})};
  const Assignment assignment(experiments, 0.2, "s/holdout");
  std::int64_t households = 0, treated = 0, counted = 0;
  for (std::uint64_t u = 0; u < kUsers; u += 2) {
    const bool out = !assignment.counts(0, request(u, 0), {});
    for (const std::uint64_t member : {u, u + 1}) {
      const Request r = request(member, 0);
      for (std::size_t e = 0; e < 2; ++e) REQUIRE(assignment.counts(e, r, {}) == !out);
      if (out) REQUIRE(assignment.cell_of(r, {}) == 0);
      counted += !out;
      treated += !out && assignment.variant_in(assignment.cell_of(r, {}), 1) == 1;
    }
    households += out;
    // A launch reaches them too.
    REQUIRE(assignment.variant_in(assignment.cell_of(request(u, 0), {.experiment = 1, .variant = 1}), 1) == 1);
    REQUIRE(assignment.counts(1, request(u, 0), {.experiment = 1, .variant = 1}));
  }
  CHECK(consistent_with_rate(households, kUsers / 2, 0.2, 1e-6));
  CHECK(consistent_with_rate(treated, counted, 0.5, 1e-6));  // each user by their own hash, held out or not
}

TEST_CASE("of a stopped experiment everybody is served control and nobody is counted, and other layers go on") {
  const std::vector<Experiment> experiments{half("one", {{}}), half("two", {{}})};
  const Assignment assignment(experiments);
  for (std::uint64_t u = 0; u < 200; ++u) {
    const Request r = request(u, 0);
    const std::size_t cell = assignment.cell_of(r, {.stopped = 1});
    REQUIRE(assignment.variant_in(cell, 0) == 0);
    REQUIRE(assignment.variant_in(cell, 1) == variant_of(experiments[1], u));
    REQUIRE_FALSE(assignment.counts(0, r, {.stopped = 1}));
    REQUIRE(assignment.counts(1, r, {.stopped = 1}));
  }
}

TEST_CASE("a unit's pages count from its first request inside and until the stop") {
  const Scenario s = SmallScenario{.users = 200, .days = 3, .sets = {"assignment.ramp=0:0.3, 1.5:0.8", "holdout=0.1"}}.make();
  const Study study(s);
  Simulation simulation(study);
  while (simulation.now() < study.t0) simulation.run_epoch({.all_control = true}, [](std::span<const Interaction>) {});
  ExperimentTables tables(study);
  const SimTime stop = study.t0 + kHour * 60;
  tables.stop(0, stop);
  std::vector<Interaction> all;
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      tables.add(pages, {});
      all.insert(all.end(), pages.begin(), pages.end());
    });
  std::vector<SimTime> entry(tables.all().units(), kNever);
  std::vector<double> impressions(tables.all().units(), 0);
  std::int64_t late = 0;
  for (const Interaction& p : all) {
    if (!study.assignment.counts(0, p.request, {}) || p.request.time >= stop) continue;
    const std::size_t u = p.request.user.index();
    if (entry[u] == kNever) late += (entry[u] = p.request.time) > study.t0 + kHour * 36;
    impressions[u] += static_cast<double>(p.slate.slots.size());
  }
  CHECK(late > 20);
  std::int64_t outside = 0;
  for (std::size_t u = 0; u < entry.size(); ++u) {
    REQUIRE((tables.of(0).entered(u) ? tables.of(0).entry(u) : kNever) == entry[u]);
    outside += tables.all().entered(u) && entry[u] == kNever;
    if (entry[u] != kNever) REQUIRE(tables.of(0).value(u, 0, study.end)->den == impressions[u]);  // of CTR
  }
  CHECK(outside > 10);
  CHECK(tables.until(0, study.end) == stop);
  CHECK(tables.until(0, study.t0 + kHour) == study.t0 + kHour);
  ExperimentTables loaded(study);
  load_state(loaded, save_state(tables));
  CHECK(save_state(loaded) == save_state(tables));
  CHECK(loaded.stopped(0) == stop);
}

TEST_CASE("an experiment of everybody shares the table of everybody") {
  const Scenario s = SmallScenario{}.make();
  const Study study(s);
  const ExperimentTables tables(study);
  CHECK(&tables.of(0) == &tables.all());
}

TEST_CASE("a null treatment's true effect stays exactly zero behind an allocation and a holdout") {
  const Report report =
      run(SmallScenario{.users = 120, .treatment = "", .sets = {"assignment.allocation=0.4", "holdout=0.1"}}.make(),
          {.truth = true});
  const ExperimentReport& e = report.experiments[0];
  CHECK(e.design == "user-randomised, shared models, 40 % of units, 10 % held out");
  CHECK(e.variants[0].units + e.variants[1].units < 80);
  CHECK(e.variants[0].units + e.variants[1].units > 15);
  REQUIRE(e.truth.size() > 5);
  for (const TruthReport& t : e.truth) CHECK(t.effect == 0);
}

namespace {

// Differs from control on some pages, not on all.
Scenario triggered(std::string treatment = "engine.value.like = 0.02\n", std::vector<std::string> more = {}) {
  SmallScenario small{.users = 200, .treatment = std::move(treatment), .sets = {"assignment.trigger=differs"}};
  small.sets.insert(small.sets.end(), more.begin(), more.end());
  return small.make();
}

}  // namespace

TEST_CASE("a page differs exactly where the other variant's world shows another slate") {
  const Scenario s = triggered("engine.value.completion = 0.2\n", {"epoch_minutes=60", "world.population.users=1000"});
  const Study study(s);
  Simulation control(study), treated(study);
  const auto ignore = [](std::span<const Interaction>) {};
  while (control.now() < study.t0) {
    control.run_epoch({.all_control = true}, ignore);
    treated.run_epoch({.all_control = true}, ignore);
  }
  // While no epoch is over nothing has been learned, so a user's first page finds both worlds in one state.
  std::vector<Interaction> a, b;
  control.run_epoch({.experiment = 0, .variant = 0}, [&](auto pages) { a.assign(pages.begin(), pages.end()); });
  treated.run_epoch({.experiment = 0, .variant = 1}, [&](auto pages) { b.assign(pages.begin(), pages.end()); });
  int same = 0, differing = 0;
  std::vector<char> seen(study.world.population().users.size(), 0);
  for (const Interaction& x : a) {
    if (std::exchange(seen[x.request.user.index()], 1)) continue;
    const auto y = std::find_if(b.begin(), b.end(), [&](const Interaction& p) { return p.request.id == x.request.id; });
    REQUIRE(y != b.end());
    bool equal = x.slate.slots.size() == y->slate.slots.size();
    for (std::size_t k = 0; equal && k < x.slate.slots.size(); ++k) equal = x.slate.slots[k].item == y->slate.slots[k].item;
    CHECK(x.differs == (equal ? 0u : 1u));
    CHECK(y->differs == x.differs);
    (equal ? same : differing) += 1;
  }
  INFO(same << " same, " << differing << " differ");
  CHECK(same > 0);
  CHECK(differing > 0);
}

TEST_CASE("a unit enters a triggered experiment with its first page that differs") {
  const Scenario s = triggered();
  const Study study(s);
  Simulation simulation(study);
  const auto no_flag = [](std::span<const Interaction> pages) {
    for (const Interaction& p : pages) REQUIRE(p.differs == 0);
  };
  while (simulation.now() < study.t0) simulation.run_epoch({.all_control = true}, no_flag);
  ExperimentTables tables(study);
  std::vector<SimTime> entry(tables.all().units(), kNever);
  std::int64_t before = 0, flagged = 0, pages_seen = 0;
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      tables.add(pages, {});
      for (const Interaction& p : pages) {
        SimTime& t = entry[p.request.user.index()];
        if (p.differs != 0 && t == kNever) t = p.request.time;
        before += t == kNever;
        flagged += p.differs != 0;
        ++pages_seen;
      }
    });
  CHECK(before > 0);
  CHECK(flagged > 50);
  CHECK(flagged < pages_seen);
  std::int64_t assigned = 0;
  for (std::size_t u = 0; u < entry.size(); ++u) {
    REQUIRE((tables.of(0).entered(u) ? tables.of(0).entry(u) : kNever) == entry[u]);
    REQUIRE((tables.assigned(0)[u] > 0) == tables.all().entered(u));
    if (tables.all().entered(u)) REQUIRE(tables.assigned(0)[u] == 1 + tables.all().cell(u));
    assigned += tables.assigned(0)[u] > 0;
  }
  CHECK(assigned > 100);
}

TEST_CASE("a triggered report checks the split of all units and of those that triggered") {
  const Report report = run(triggered(), {.truth = true});
  const ExperimentReport& e = report.experiments[0];
  CHECK(e.design == "user-randomised, shared models, triggered where slates differ");
  REQUIRE(e.srm.size() > 2);
  CHECK(e.srm[0].scope == "all");
  CHECK(e.srm[1].scope == "triggered");
  CHECK(e.variants[0].units + e.variants[1].units > 50);
  REQUIRE_FALSE(e.truth.empty());
}

TEST_CASE("of a treatment that changes nothing nobody triggers and nothing is concluded") {
  const Report report = run(triggered(""));
  const ExperimentReport& e = report.experiments[0];
  CHECK(e.variants[0].units + e.variants[1].units == 0);
  CHECK(e.srm[1].state == "not enough traffic");
  for (const EffectReport& x : e.effects) CHECK(x.verdict == "not enough data");
}

TEST_CASE("asking whether slates differ changes nothing that is served") {
  CHECK(run(triggered()).signature == run(triggered("engine.value.like = 0.02\n", {"assignment.trigger=none"})).signature);
}

TEST_CASE("analyses of users are left out where users are not the units or do not all count") {
  const auto report = [](std::vector<std::string> sets) {
    sets.push_back("analysis.decision=ctr");
    return run(SmallScenario{.users = 150, .warmup_days = 2, .days = 4, .sets = std::move(sets)}.make()).experiments[0];
  };
  const ExperimentReport users = report({}), households = report({"assignment.unit=household"}),
                         part = report({"assignment.allocation=0.8"});
  for (const ExperimentReport* e : {&users, &households, &part}) {
    CHECK_FALSE(e->effects.empty());
    CHECK_FALSE(e->posteriors.empty());
    CHECK(e->srm.front().scope == "all");
  }
  for (const ExperimentReport* e : {&users, &part}) CHECK(e->srm.size() > 1);
  for (const ExperimentReport* e : {&users, &households, &part}) {
    CHECK_FALSE(e->adjusted.empty());
    CHECK_FALSE(e->tiers.empty());
  }
  CHECK(households.retention.empty());
  CHECK(households.srm.size() == 1);
  CHECK_FALSE(users.novelty.empty());
  CHECK(part.novelty.empty());
}
