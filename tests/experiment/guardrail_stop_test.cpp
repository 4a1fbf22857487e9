// An experiment that harms is stopped in time, one within its margins hardly ever, and a stopped run resumes to the same bytes.
#include "experiment/guardrail_stop.hpp"

#include <map>

#include "base/distributions.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "stats/proportion.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/interrupted_run.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Scenario scenario(std::vector<std::string> more = {}) {
  SmallScenario small{.users = 300, .warmup_days = 7, .days = 8};
  small.sets = {"assignment.stop_on_guardrail=true", "analysis.guardrails=skip_rate", "world.population.arrivals_per_day=0"};
  small.sets.insert(small.sets.end(), more.begin(), more.end());
  return small.make();
}

// Ten plays a day of every user; those of the treatment are left early `harm` times as often. Was it stopped?
bool stopped(const Study& study, double harm, std::uint64_t replicate) {
  ExperimentTables tables(study);
  GuardrailStop guardrails(study);
  const std::size_t users = study.world.population().users.size();
  for (int day = 0; day < 8; ++day) {
    std::vector<Interaction> pages;
    for (std::size_t u = 0; u < users; ++u) {
      Rng traits = stream(Seed{replicate}, Stream::Test, entity_key(u, 1));
      const bool treated = bernoulli(traits, 0.5);
      const double rate = (0.05 + 0.3 * traits.uniform()) * (treated ? harm : 1);
      Rng luck = stream(Seed{replicate}, Stream::Test, entity_key(u, 2, static_cast<std::uint64_t>(day)));
      TinyPage page{.user = u, .time = at_hours(24 * day + 1), .cell = treated};
      for (std::uint64_t k = 0; k < 10; ++k) {
        page.items.push_back(k);
        page.outcomes.push_back(clicked(1, false, false, bernoulli(luck, rate)));
      }
      pages.push_back(page);
    }
    tables.add(pages, {.stopped = tables.stopped()});
    guardrails.look(study, tables, at_hours(24 * (day + 1)));
  }
  CHECK(guardrails.stops().size() == (tables.stopped() != 0));
  return tables.stopped() != 0;
}

// Pages of the mixed world by day and variant.
struct PagesByDay : WorldWatcher {
  SimTime t0;
  std::map<int, std::array<int, 2>> pages_of;
  void begin(const Study& study) override { t0 = study.t0; }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& p : pages) ++pages_of[static_cast<int>((p.request.time - t0).days())].at(p.cell);
  }
};

const Warning* stop_in(const Report& report) {
  for (const Warning& w : report.warnings)
    if (w.code == "guardrail_stop") return &w;
  return nullptr;
}

Scenario harmful(std::vector<std::string> more = {}) {
  SmallScenario small{.users = 250, .days = 4, .treatment = "engine.value.click = -5.0\n"};
  small.sets = {"assignment.stop_on_guardrail=true", "analysis.guardrails=ctr"};
  small.sets.insert(small.sets.end(), more.begin(), more.end());
  return small.make();
}

}  // namespace

TEST_CASE("of experiments at the margin at most five in a hundred are stopped and of harmful ones nearly all") {
  const std::string rule = GENERATE("msprt", "asymptotic");
  const Scenario s = scenario({"analysis.sequential=" + rule});
  const Study study(s);
  constexpr int kReplicates = 200;
  int at_margin = 0, null = 0, harmful = 0, good = 0;
  for (std::uint64_t r = 0; r < kReplicates; ++r) {
    at_margin += stopped(study, 1.02, r);
    null += stopped(study, 1, r);
  }
  for (std::uint64_t r = 0; r < 30; ++r) {
    harmful += stopped(study, 1.5, r);
    good += stopped(study, 0.5, r);
  }
  INFO(rule << ": " << at_margin << " at the margin, " << null << " null, " << harmful << " harmful, " << good << " good");
  // Binomial(200, 0.05) exceeds 23 with probability 1e-4: that often each of the two fails without cause.
  CHECK(at_margin <= 23);
  CHECK(null <= 23);
  CHECK(harmful >= 29);
  CHECK(good == 0);
}

TEST_CASE("a harmful treatment is stopped, everybody is served control, and results are as of the stop") {
  const Scenario s = harmful();
  PagesByDay served;
  const Report report = run(s, {.truth = true, .watchers = {&served}});
  const Warning* stop = stop_in(report);
  REQUIRE(stop != nullptr);
  CHECK_THAT(stop->text, Catch::Matchers::Contains("ctr of treatment") && Catch::Matchers::Contains("stopped after day"));
  const int day = std::stoi(stop->text.substr(stop->text.find("after day ") + 10));
  REQUIRE(day >= 1);
  REQUIRE(day < 4);
  for (const auto& [d, pages] : served.pages_of) {
    INFO("day " << d);
    CHECK((pages[1] > 0) == (d < day));
    CHECK(pages[0] > 0);
  }
  const ExperimentReport& e = report.experiments[0];
  std::int64_t counted = 0, before = 0;
  for (const VariantReport& v : e.variants) counted += v.requests;
  for (const auto& [d, pages] : served.pages_of)
    if (d < day) before += pages[0] + pages[1];
  CHECK(counted == before);
  CHECK(e.decisions[0].decision == "do not ship");
  CHECK(e.design == "user-randomised, shared models, stopped by guardrails");
  // What it would have done is told for the same days.
  CHECK(e.truth[0].effect != 0);
  CHECK(stop_in(run(harmful({"assignment.stop_on_guardrail=false"}))) == nullptr);
}

TEST_CASE("a run resumed before or after an automatic stop ends the same") {
  const Scenario s = harmful();
  const Report whole = run(s, {.truth = true});
  REQUIRE(stop_in(whole) != nullptr);
  for (const int epochs : {400, 700, 1000, 1300, 2000}) {
    INFO(epochs);
    MemoryStore store;
    StopAfter stop(epochs);
    CHECK_THROWS_AS(run(s, {.truth = true, .checkpoints = &store}, &stop), Interrupted);
    const Report resumed = run(s, {.checkpoints = &store, .resume = true});
    CHECK(resumed.signature == whole.signature);
    REQUIRE(stop_in(resumed) != nullptr);
    CHECK(stop_in(resumed)->text == stop_in(whole)->text);
    for (std::size_t i = 0; i < whole.experiments[0].truth.size(); ++i)
      CHECK(resumed.experiments[0].truth[i].effect == whole.experiments[0].truth[i].effect);
  }
}
