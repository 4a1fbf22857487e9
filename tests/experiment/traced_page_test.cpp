#include "experiment/traced_page.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.hpp"
#include "experiment/funnel_recorder.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct Traced {
  std::vector<TracedPage> pages;
  std::map<std::uint64_t, Interaction> logged;  // by request
  std::uint64_t signature = 0;
};

Traced trace(const Scenario& scenario, int days, bool watched = true) {
  Traced out;
  const Study study(scenario);
  Simulation simulation(study);
  if (watched) simulation.trace_pages([&](TracedPage page) { out.pages.push_back(std::move(page)); });
  while (simulation.now() < SimTime{0} + kDay * days)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      for (const Interaction& p : pages) out.logged.emplace(p.request.id.value, p);
    });
  out.signature = simulation.signature();
  return out;
}

Scenario explored() {
  return SmallScenario{.users = 80, .items = 120, .warmup_days = 1, .days = 2, .sets = {"policy.name=softmax"}}.make();
}

}  // namespace

TEST_CASE("a trace is of the page that was logged, and watching changes nothing") {
  const Traced watched = trace(explored(), 3);
  REQUIRE(watched.pages.size() > 100);
  CHECK(trace(explored(), 3, false).signature == watched.signature);
  int with_sources = 0;
  for (const TracedPage& t : watched.pages) {
    const Interaction& page = watched.logged.at(t.request);
    REQUIRE(t.user == page.request.user.value);
    REQUIRE(t.slots.size() == page.slate.slots.size());
    REQUIRE(t.candidates >= t.kept);
    REQUIRE(t.kept >= static_cast<int>(t.slots.size()));
    std::set<int> places;
    for (std::size_t k = 0; k < t.slots.size(); ++k) {
      const TracedSlot& shown = t.slots[k];
      const Slot& slot = page.slate.slots[k];
      REQUIRE(shown.item == slot.item.value);
      REQUIRE(shown.propensity == static_cast<double>(slot.propensity));
      REQUIRE(shown.clicked == page.outcome.slots[k].clicked);
      REQUIRE(shown.boosted == static_cast<double>(slot.score));
      REQUIRE(shown.heads.size() == t.heads.size());
      for (std::size_t h = 0; h < t.heads.size(); ++h) {
        const auto head = static_cast<std::size_t>(std::ranges::find(kHeadNames, t.heads[h]) - kHeadNames.begin());
        REQUIRE(shown.heads[h] == static_cast<double>(slot.heads[head]));
      }
      REQUIRE(shown.place_ranked >= 1);
      REQUIRE(shown.place_ranked <= t.candidates);
      REQUIRE(places.insert(shown.place_reranked).second);
      REQUIRE(static_cast<int>(shown.sources.size()) == std::popcount(slot.sources));
      with_sources += !shown.sources.empty();
      for (const SourceHit& hit : shown.sources) REQUIRE(hit.place >= 1);
    }
    for (const SourceTrace& s : t.sources) {
      REQUIRE(s.nominated <= s.asked);
      REQUIRE(s.admitted <= s.nominated);
      REQUIRE(s.kept <= s.admitted);
      REQUIRE(s.shown <= s.kept);
    }
  }
  CHECK(with_sources > 100);
}

TEST_CASE("traces do not depend on the number of threads") {
  set_threads(1);
  const Traced one = trace(explored(), 2);
  set_threads(3);
  const Traced three = trace(explored(), 2);
  set_threads(0);
  REQUIRE(one.pages.size() == three.pages.size());
  for (std::size_t i = 0; i < one.pages.size(); ++i) {
    REQUIRE(one.pages[i].request == three.pages[i].request);
    for (std::size_t k = 0; k < one.pages[i].slots.size(); ++k) {
      const TracedSlot &a = one.pages[i].slots[k], &b = three.pages[i].slots[k];
      REQUIRE(a.item == b.item);
      REQUIRE((a.value == b.value || (std::isnan(a.value) && std::isnan(b.value))));
      REQUIRE(a.place_ranked == b.place_ranked);
      REQUIRE(a.place_reranked == b.place_reranked);
      REQUIRE(a.propensity == b.propensity);
    }
  }
}

namespace {

struct Watcher final : Observer {
  explicit Watcher(bool watches) : watches_(watches) {}
  bool wants_snapshot() override { return true; }
  void on_snapshot(std::shared_ptr<const Snapshot> s) override { last = std::move(s); }
  bool watches_funnel() const override { return watches_; }
  std::shared_ptr<const Snapshot> last;

 private:
  bool watches_;
};

}  // namespace

TEST_CASE("snapshots hold the funnel of whoever watches it, and results are the same") {
  const Scenario scenario = explored();
  Watcher watching(true), not_watching(false);
  const Report with = run(scenario, {}, &watching), without = run(scenario, {}, &not_watching);
  CHECK(with.signature == without.signature);
  CHECK(not_watching.last->funnel == nullptr);
  REQUIRE(watching.last->funnel != nullptr);
  const FunnelFacts& f = *watching.last->funnel;
  CHECK(f.latency.size() == 6);
  for (const StageLatency& s : f.latency) {
    CHECK(s.p50_us <= s.p95_us);
    CHECK(s.p95_us <= s.p99_us);
  }
  CHECK(f.serving.empty());  // latencies are not simulated here
  REQUIRE(f.flows.size() == 2);
  std::int64_t pages = 0;
  for (const CellFlow& c : f.flows) {
    pages += c.pages;
    CHECK(c.candidates >= c.kept);
    CHECK(c.kept >= c.shown);
    CHECK(c.shown > 1);
    CHECK_FALSE(c.sources.empty());
  }
  CHECK(pages > 50);
  CHECK(f.pages.size() == std::min(static_cast<std::size_t>(pages), kPagesKept));
  CHECK(f.pages.front()->day < f.pages.back()->day);
  CHECK(watching.last->experiments[0].effect_series[0].day.size() == 2);

  Watcher simulated(true);
  run(SmallScenario{.users = 60, .items = 80, .warmup_days = 0, .days = 1, .sets = {"engine.budget.simulate=true"}}.make(), {},
      &simulated);
  REQUIRE(simulated.last->funnel->serving.size() == 2);
  CHECK(simulated.last->funnel->serving[0].p50_ms < simulated.last->funnel->serving[0].p99_ms);
  CHECK(simulated.last->funnel->serving[0].budget_ms == 200);
}

TEST_CASE("drafted pages are traced too") {
  const Scenario scenario =
      SmallScenario{.users = 60, .items = 80, .warmup_days = 0, .days = 1, .sets = {"assignment.design=interleaving"}}.make();
  const Traced traced = trace(scenario, 1);
  REQUIRE_FALSE(traced.pages.empty());
  for (const TracedPage& t : traced.pages) CHECK(t.slots.size() == traced.logged.at(t.request).slate.slots.size());
}
