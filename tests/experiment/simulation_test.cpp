#include "experiment/simulation.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.hpp"
#include "base/slate_audit.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

const Scenario& scenario() {
  static const Scenario made = SmallScenario{.users = 60, .items = 80, .warmup_days = 1, .days = 1}.make();
  return made;
}

std::vector<Interaction> run_to(Simulation& simulation, SimTime until, const Assignment::Rule& rule = {}) {
  std::vector<Interaction> all;
  while (simulation.now() < until)
    simulation.run_epoch(rule, [&](std::span<const Interaction> pages) { all.insert(all.end(), pages.begin(), pages.end()); });
  return all;
}

}  // namespace

TEST_CASE("pages come in canonical order with everything that was logged") {
  const Study study(scenario());
  Simulation simulation(study);
  const auto pages = run_to(simulation, SimTime{0} + kDay);
  REQUIRE(pages.size() > 50);
  CHECK(simulation.requests() == static_cast<std::int64_t>(pages.size()));
  std::set<RequestId> ids;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const Interaction& p = pages[i];
    if (i > 0) REQUIRE(canonical_before(pages[i - 1], p));
    REQUIRE(ids.insert(p.request.id).second);
    REQUIRE(p.outcome.slots.size() == p.slate.slots.size());
    REQUIRE(p.features.size() == p.slate.slots.size() * static_cast<std::size_t>(p.width));
    REQUIRE(p.cell == study.assignment.cell_of(p.request, {}));
    std::set<ItemId> items;
    for (std::size_t k = 0; k < p.slate.slots.size(); ++k) {
      REQUIRE(items.insert(p.slate.slots[k].item).second);
      REQUIRE(p.slate.slots[k].row == k);
      REQUIRE(p.slate.slots[k].item.index() < study.world.catalog(p.request.time).size());
    }
  }
}

TEST_CASE("a household lives on one time line") {
  const Study study(scenario());
  Simulation simulation(study);
  std::map<std::uint32_t, SimTime> free_from;  // by user
  for (const Interaction& p : run_to(simulation, SimTime{0} + kDay)) {
    const auto it = free_from.find(p.request.user.value);
    if (it != free_from.end()) REQUIRE(p.request.time >= it->second);
    free_from[p.request.user.value] = p.outcome.end;
  }
}

namespace {

// Lives through worlds and audits every slate: the hard rules by the items' facts, the seen filter by what was clicked and
// what the visit showed, the rules of a slate by the cell's limits, and that no slate is shorter than it must be.
SlateAudit audit_run(const Scenario& audited, SimTime until) {
  const Study study(audited);
  Simulation simulation(study);
  SlateAudit audit;
  std::vector<std::set<ItemId>> clicked(simulation.users().size()), shown(clicked.size());
  while (simulation.now() < until) {
    const Catalog catalog = study.world.catalog(simulation.now());
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      for (const Interaction& page : pages) {
        audit.add(page, catalog, simulation.engine().cell(page.cell).limits());
        const std::size_t u = page.request.user.index();
        if (page.request.page == 0) shown[u].clear();
        const auto seen = [&](ItemId item) { return clicked[u].contains(item) || shown[u].contains(item); };
        const auto eligible = std::count_if(catalog.begin(), catalog.end(), [&](const ItemFacts& item) {
          return may_be_shown(item, page.request) && !seen(item.id);
        });
        REQUIRE(page.slate.slots.size() == static_cast<std::size_t>(std::min<std::ptrdiff_t>(20, eligible)));
        for (const Slot& slot : page.slate.slots) REQUIRE_FALSE(seen(slot.item));
        for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
          shown[u].insert(page.slate.slots[k].item);
          if (page.outcome.slots[k].clicked) clicked[u].insert(page.slate.slots[k].item);
        }
      }
    });
  }
  return audit;
}

// A world with much of what the rules forbid, and one variant of each method and of exploration.
Scenario audited_scenario(int users, int items, int days, const std::string& sets = "") {
  return parse_scenario("name = \"audited\"\nwarmup_days = 1\ndays = " + std::to_string(days) + "\nworld.population.users = " +
                            std::to_string(users) + "\nworld.items.count = " + std::to_string(items) +
                            R"(
world.items.blocked_share = 0.1
world.items.adult_share = 0.2
world.items.region_locked_share = 0.3
world.items.sponsored_share = 0.3
world.items.series_share = 0.5
policy.explore.exposure_slots = 2
engine.rerank.seen.capacity = 100000
)" + sets + R"(
[[variant]]
name = "mmr"
share = 0.25
[[variant]]
name = "calibrated"
share = 0.25
engine.rerank.method = "calibrated"
[[variant]]
name = "none"
share = 0.25
engine.rerank.method = "none"
engine.rerank.boost.fresh = 0.5
[[variant]]
name = "exploring"
share = 0.25
policy.name = "epsilon_greedy"
policy.epsilon_greedy.epsilon = 0.3
policy.epsilon_greedy.marginal_draws = 2
)",
                        "audited.toml");
}

}  // namespace

TEST_CASE("no slate of a run breaks a rule and none is shorter than it must be") {
  const SlateAudit audit = audit_run(audited_scenario(60, 150, 2), SimTime{0} + kDay * 2);
  CHECK(audit.slates > 100);
  CHECK(audit.slots > 1000);
  CHECK(audit.violations() == 0);
}

TEST_CASE("no slate of a hundred thousand breaks a rule", "[slow]") {
  const SlateAudit audit = audit_run(audited_scenario(6000, 2000, 12), SimTime{0} + kDay * 12);
  CHECK(audit.slates > 100'000);
  CHECK(audit.violations() == 0);
  for (std::size_t r = 0; r < kSlateRules; ++r) {
    INFO(kSlateRuleNames[r] << " gave way at " << audit.relaxed[r] << " of " << audit.slots << " slots");
    CHECK(audit.relaxed[r] * 50 < audit.slots);
  }
}

TEST_CASE("threads do not change a signature and another seed does") {
  const int before = threads();
  std::vector<std::uint64_t> signatures;
  for (const int n : {1, 2, 8}) {
    set_threads(n);
    const Study study(scenario());
    Simulation simulation(study);
    run_to(simulation, SimTime{0} + kHour * 12);
    signatures.push_back(simulation.signature());
  }
  set_threads(before);
  CHECK(signatures[0] == signatures[1]);
  CHECK(signatures[0] == signatures[2]);
  SmallScenario other{.users = 60, .items = 80, .warmup_days = 1, .days = 1};
  other.sets = {"seed=43"};
  const Scenario s = other.make();
  const Study study(s);
  Simulation simulation(study);
  run_to(simulation, SimTime{0} + kHour * 12);
  CHECK(simulation.signature() != signatures[0]);
}

TEST_CASE("a saved simulation goes on as if never saved") {
  const Study study(scenario());
  Simulation whole(study);
  run_to(whole, SimTime{0} + kHour * 20);
  Simulation loaded(study);
  const std::string bytes = save_state(whole);
  load_state(loaded, bytes);
  CHECK(loaded.now() == whole.now());
  CHECK(loaded.requests() == whole.requests());
  const auto a = run_to(whole, SimTime{0} + kHour * 40), b = run_to(loaded, SimTime{0} + kHour * 40);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(a[i].request.id == b[i].request.id);
  CHECK(whole.signature() == loaded.signature());
}

TEST_CASE("the same state saves to the same bytes") {
  // A checkpoint with gaps of a struct's padding in it holds whatever lay in memory before.
  const Study study(scenario());
  Simulation a(study), b(study);
  run_to(a, SimTime{0} + kHour * 20);
  run_to(b, SimTime{0} + kHour * 20);
  CHECK(save_state(a) == save_state(b));
}

TEST_CASE("with near-real-time training a world is the same on any number of threads and after a checkpoint") {
  const Scenario updated = SmallScenario{.users = 60,
                                         .items = 80,
                                         .warmup_days = 1,
                                         .days = 1,
                                         .sets = {"engine.training.online_minutes=15", "engine.training.ranker_every_days=2"}}
                               .make();
  const Study study(updated);
  std::vector<std::uint64_t> signatures;
  const int before = threads();
  for (const int n : {1, 3}) {
    set_threads(n);
    Simulation whole(study), resumed(study);
    run_to(whole, SimTime{0} + kHour * 13);
    load_state(resumed, save_state(whole));
    for (Simulation* s : {&whole, &resumed}) {
      run_to(*s, SimTime{0} + kHour * 40);
      signatures.push_back(s->signature());
    }
    CHECK(save_state(whole) == save_state(resumed));
    CHECK(whole.engine().pipeline(0).lineage().back().updates > 0);
  }
  set_threads(before);
  CHECK(signatures == std::vector<std::uint64_t>(4, signatures[0]));
}

TEST_CASE("variants that harvest log each other's slots and serve what they would have served") {
  const auto harvesting = [](const std::string& treatment, double share) {
    return SmallScenario{.users = 60,
                         .items = 80,
                         .warmup_days = 1,
                         .days = 1,
                         .treatment = treatment,
                         .sets = {"engine.slate.harvest=" + std::to_string(share)}}
        .make();
  };
  const SimTime noon = SimTime{0} + kHour * 36;
  for (const std::string treatment : {"", "engine.rerank.method = \"none\"\n"}) {
    const Scenario never = harvesting(treatment, 0), always = harvesting(treatment, 1);
    const Study plain(never), study(always);
    Simulation without(plain), with(study);
    for (const Interaction& page : run_to(without, noon))
      for (const Slot& slot : page.slate.slots) REQUIRE(slot.other_slot == 0);
    std::size_t same = 0, other = 0;
    for (const Interaction& page : run_to(with, noon))
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k) ++(page.slate.slots[k].other_slot == k + 1 ? same : other);
    CHECK(same > 500);
    CHECK((other == 0) == treatment.empty());  // rankers that are the same agree on every slot
    CHECK(with.signature() == without.signature());
  }
  // Nobody to compare with while all are in one variant.
  const Scenario always = harvesting("", 1);
  const Study study(always);
  Simulation warm_up(study);
  for (const Interaction& page : run_to(warm_up, noon, {.all_control = true}))
    for (const Slot& slot : page.slate.slots) REQUIRE(slot.other_slot == 0);
}

TEST_CASE("in the warm-up everyone is in control") {
  const Study study(scenario());
  Simulation simulation(study);
  const auto pages = run_to(simulation, SimTime{0} + kHour * 20, {.all_control = true});
  CHECK(pages.size() > 20);
  for (const Interaction& p : pages) REQUIRE(p.cell == 0);
}

TEST_CASE("a canary rolls a corrupt index back before most users meet it", "[slow]") {
  // Only the embedding sources nominate, so a corrupt index nominates at random; of 6,000 items the ranker can save only some.
  std::vector<std::string> sets{"engine.release.mode=staged",      "engine.release.shadow_hours=0.5",
                                "engine.release.canary_share=0.3", "engine.release.canary_hours=12",
                                "engine.release.ramp_hours=2",     "engine.release.corrupt_night=4"};
  for (const char* rule : {"per_category", "per_series", "creator_run", "sponsored"})  // they would top the page up
    sets.push_back(std::string("engine.rerank.rules.") + rule + "=32");
  for (const char* source : {"popularity", "trending", "fresh", "covisitation", "content", "editorial", "onboarding"})
    sets.push_back(std::string("engine.quota.") + source + "=" + (std::string(source) == "fresh" ? "4" : "0"));
  for (const char* source : {"two_tower", "matrix_factorization"})
    sets.push_back(std::string("engine.quota.") + source + "=120");
  const Scenario scenario = SmallScenario{.users = 2000, .items = 6000, .warmup_days = 1, .days = 5, .sets = sets}.make();
  const Study study(scenario);
  Simulation simulation(study);
  const auto pages = run_to(simulation, SimTime{0} + kDay * 5, {.all_control = true});
  std::map<std::uint32_t, std::vector<ReleaseEvent>> story;
  for (const ReleaseEvent& e : simulation.engine().pipeline(0).release().log()) story[e.version].push_back(e);
  REQUIRE(story.contains(4));
  INFO("z " << story[4].back().z << " after " << story[4].back().impressions << " impressions");
  CHECK(story[4].back().stage == ReleaseStage::RolledBack);
  for (const auto& [version, events] : story)
    if (version != 4) CHECK(events.back().stage != ReleaseStage::RolledBack);
  // Between canary and rollback three users in ten meets it.
  double during = 0, met = 0;
  for (const Interaction& p : pages)
    if (p.request.time >= story[4][1].time && p.request.time < story[4].back().time) {
      ++during;
      met += p.model == 4;
    }
  REQUIRE(during > 50);
  CHECK(met / during == Approx(0.3).margin(0.1));
  for (const Interaction& p : pages)
    if (p.request.time >= story[4].back().time) REQUIRE(p.model != 4);
}

TEST_CASE("creators who leave upload no more, in this world alone, and after a checkpoint too") {
  const Scenario scenario = SmallScenario{.users = 30,
                                          .items = 120,
                                          .warmup_days = 1,
                                          .days = 40,
                                          .sets = {"world.items.creator_floor=400", "world.items.arrivals_per_day=0.05"}}
                                .make();
  const Study study(scenario);
  Simulation simulation(study), resumed(study);
  run_to(simulation, SimTime{0} + kDay * 30);
  load_state(resumed, save_state(simulation));
  const auto pages = run_to(simulation, SimTime{0} + kDay * 38);
  run_to(resumed, SimTime{0} + kDay * 38);
  CHECK(resumed.signature() == simulation.signature());
  CHECK(save_state(resumed) == save_state(simulation));
  const SimTime now = simulation.now();
  CHECK(simulation.creators().left_by(now) > 0);
  std::size_t withheld = 0;
  for (const ItemFacts& item : simulation.catalog(now)) {
    const bool gone = simulation.creators().left(item.creator, item.uploaded);
    withheld += gone;
    CHECK(item.blocked == (gone || study.world.all_items()[item.id.index()].blocked));
    CHECK(resumed.catalog(now)[item.id.index()].blocked == item.blocked);
  }
  CHECK(withheld > 0);
  for (const Interaction& page : pages)
    for (const Slot& slot : page.slate.slots) {
      const ItemFacts& item = study.world.all_items()[slot.item.index()];
      REQUIRE_FALSE(simulation.creators().left(item.creator, item.uploaded));
    }
}

TEST_CASE("spillover is delivered between epochs and direct plays are logged") {
  const Scenario scenario =
      SmallScenario{.users = 80, .sets = {"world.spillover.household=0.5", "world.spillover.relevance=0"}}.make();
  const Study study(scenario);
  Simulation simulation(study);
  std::size_t direct = 0;
  for (const Interaction& page : run_to(simulation, SimTime{0} + kDay * 2)) direct += page.outcome.direct.size();
  CHECK(direct > 5);
}
