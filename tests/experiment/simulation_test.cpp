#include "experiment/simulation.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.hpp"
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
    REQUIRE(p.cell == study.assignment.cell_of(p.request.user, {}));
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

TEST_CASE("in the warm-up everyone is in control") {
  const Study study(scenario());
  Simulation simulation(study);
  const auto pages = run_to(simulation, SimTime{0} + kHour * 20, {.all_control = true});
  CHECK(pages.size() > 20);
  for (const Interaction& p : pages) REQUIRE(p.cell == 0);
}
