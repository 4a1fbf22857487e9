#include "experiment/claims/newness_quantities.hpp"

#include <cmath>
#include <set>

#include "base/registry.hpp"
#include "experiment/claims/window_quantities.hpp"
#include "experiment/simulation.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

// Pages in the order of what is played now.
std::string listed_only(const std::string& more) {
  std::string keys = "engine.quota.trending = 30\n" + more;
  for (const char* source :
       {"popularity", "fresh", "covisitation", "matrix_factorization", "two_tower", "content", "editorial", "onboarding"})
    keys += std::string("engine.quota.") + source + " = 0\n";
  return keys;
}

}  // namespace

TEST_CASE("uploads wait for the night where only the night takes them in and an hour is an hour") {
  const auto nightly = [](int hour) {
    return SmallScenario{
        .users = 150,
        .days = 4,
        .treatment = "",
        .sets = {"world.items.arrivals_per_day=0.2", "engine.training.hour_utc=" + std::to_string(hour), "engine.quota.fresh=0",
                 "engine.quota.content=0", "engine.retrieval.two_tower.new_items=nightly"}}
        .make();
  };
  for (const int hour : {2, 20}) {
    const auto x = measure(nightly(hour), {"afternoon_wait_h", "upload_wait_h"});
    CHECK(x[0] >= (hour + 24 - 15) % 24);
    CHECK(x[0] <= (hour + 24 - 15) % 24 + 6);
    CHECK(x[1] > 1);
  }
}

TEST_CASE("young items and cold pages are counted as the pages say") {
  struct Count final : WorldWatcher {
    double shown = 0, young = 0, pages_ = 0, cold = 0;
    const Study* study = nullptr;
    std::vector<std::int64_t> clicks;
    bool first = true;
    void begin(const Study& s) override { study = &s; }
    void pages(const Simulation& world, std::span<const Interaction> pages) override {
      std::vector<std::int64_t> now;
      for (const OnlineFeatures& user : world.features()) now.push_back(user.total_clicks);
      if (clicks.empty()) {
        clicks = now;
        for (const Interaction& page : pages)
          for (const SlotOutcome& o : page.outcome.slots) clicks[page.request.user.index()] -= o.clicked;
      }
      for (const Interaction& page : pages) {
        if (page.cell == 1) {
          pages_ += 1;
          cold += clicks[page.request.user.index()] < ColdPages::kCold;
          for (const Slot& slot : page.slate.slots) {
            shown += 1;
            young += (page.request.time - study->world.all_items()[slot.item.index()].uploaded).hours() < 24;
          }
        }
        for (const SlotOutcome& o : page.outcome.slots) clicks[page.request.user.index()] += o.clicked;
      }
    }
  } count;
  const auto x = measure(SmallScenario{.sets = {"world.items.arrivals_per_day=0.2"}}.make(), {"first_day_share", "cold_pages"},
                         "treatment", "ctr", &count);
  REQUIRE(count.young > 0);
  CHECK(x[0] == Approx(count.young / count.shown));
  CHECK(x[1] == Approx(count.cold / count.pages_).margin(0.02));  // two pages of a user in one epoch
  CHECK(x[1] > 0);
  CHECK(x[1] < 1);
}

TEST_CASE("first pages are judged by what was known before them and without a month away nobody returns") {
  const Scenario scenario = SmallScenario{.treatment = "engine.quota.popularity = 300\nengine.quota.onboarding = 0\n",
                                          .sets = {"world.population.arrivals_per_day=0.3"}}
                                .make();
  const auto x = measure(scenario, {"newcomer_utility", "returning_utility", "utility"});
  CHECK(x[0] > 0);
  CHECK(std::isnan(x[1]));
  CHECK(x[0] != x[2]);
}

TEST_CASE("new users become warm in some visit or are said not to") {
  const auto x = measure(SmallScenario{.sets = {"world.population.arrivals_per_day=0.3"}}.make(), {"visits_to_warm"});
  CHECK(x[0] >= 1);
  CHECK(x[0] <= 11);
  CHECK(x[0] == std::floor(x[0]));
  CHECK(std::isnan(measure(SmallScenario{.sets = {"world.population.arrivals_per_day=0"}}.make(), {"visits_to_warm"})[0]));
}

TEST_CASE("a hit is found after its shock and a world without one has no hours") {
  const auto shocked = [](int day) {
    return SmallScenario{.users = 300,
                         .items = 100,
                         .days = 2,
                         .treatment = listed_only("engine.retrieval.trending.half_life_hours = 0.5\n"),
                         .sets = {"world.items.hit_day=" + std::to_string(day), "world.items.hit_appeal=10"}}
        .make();
  };
  const double hours = measure(shocked(1), {"hit_hours"})[0];
  CHECK(hours > 0);
  CHECK(hours <= 60);
  CHECK(std::isnan(measure(shocked(-1), {"hit_hours"})[0]));
}

TEST_CASE("bots push their target into a list of what is played now and not where a play counts for what was watched") {
  const auto world = [](const std::string& more, int day) {
    return SmallScenario{.users = 400,
                         .items = 2000,
                         .days = 1,
                         .treatment = listed_only("engine.retrieval.trending.half_life_hours = 1\n" + more),
                         .sets = {"world.bots.share=0.02", "world.bots.burst_day=" + std::to_string(day)}}
        .make();
  };
  const double open = measure(world("", 1), {"burst_log10"})[0];
  const double filtered = measure(world("engine.retrieval.trending.by = \"value\"\n", 1), {"burst_log10"})[0];
  CHECK(open > 0.5);
  CHECK(filtered < open - 0.3);
  CHECK(std::isnan(measure(world("", -1), {"burst_log10"})[0]));
}

TEST_CASE("an upload's score is off for some of its first impressions and there is no value where nothing is uploaded") {
  const auto world = [](const std::string& arrivals, const std::string& more) {
    return SmallScenario{.users = 200,
                         .items = 150,
                         .days = 5,
                         .treatment = "",
                         .sets = {"world.items.arrivals_per_day=" + arrivals, "engine.value.watch=1", more}}
        .make();
  };
  const auto measured = [&](const Scenario& scenario) {
    Claim click, watch;
    click.metric = "click";
    watch.metric = "watch";
    return measure_all(scenario,
                       {{"uncalibrated_impressions", click, "treatment"}, {"uncalibrated_impressions", watch, "treatment"}});
  };
  const auto x = measured(world("0.05", "world.items.categories=20"));
  for (const double off : x) {
    CHECK(off > 0);
    CHECK(off < 100);
  }
  // A ranker that tells no item from another is off for longer.
  const auto dull = measured(world("0.05", "engine.ranking.logistic.ridge=1000000"));
  CHECK(dull[0] + dull[1] > x[0] + x[1]);
  for (const double off : measured(world("0", "world.items.categories=20"))) CHECK(std::isnan(off));
  CHECK(std::isnan(measured(world("0.05", "engine.value.watch=0"))[1]));  // no such head
}

TEST_CASE("completed plays and the quality of day-old items are counted as the pages say") {
  struct Count final : WorldWatcher {
    double shown = 0, completed = 0, old = 0, quality = 0;
    const Study* study = nullptr;
    void begin(const Study& s) override { study = &s; }
    void pages(const Simulation&, std::span<const Interaction> pages) override {
      for (const Interaction& page : pages)
        for (std::size_t k = 0; page.cell == 1 && k < page.slate.slots.size(); ++k) {
          const ItemTruth& item = study->world.truth(page.slate.slots[k].item);
          const double age = (page.request.time - item.uploaded).days();
          shown += 1;
          completed += page.outcome.slots[k].completed;
          if (item.uploaded < study->t0 || age < 1 || age >= 2) continue;
          old += 1;
          quality += static_cast<double>(item.quality);
        }
    }
  } count;
  const auto x = measure(SmallScenario{.days = 4, .sets = {"world.items.arrivals_per_day=0.2"}}.make(),
                         {"completed_share", "day_old_quality"}, "treatment", "ctr", &count);
  REQUIRE(count.completed > 0);
  REQUIRE(count.old > 0);
  CHECK(x[0] == Approx(count.completed / count.shown));
  CHECK(x[1] == Approx(count.quality / count.old));
  CHECK(std::isnan(measure(SmallScenario{.sets = {"world.items.arrivals_per_day=0"}}.make(), {"day_old_quality"})[0]));
}

TEST_CASE("seen impressions are counted as the pages say") {
  struct Count final : WorldWatcher {
    std::vector<std::int64_t> seen;
    double gini = 0;
    const Study* study = nullptr;
    void begin(const Study& s) override {
      study = &s;
      seen.resize(s.world.all_items().size());
    }
    void pages(const Simulation&, std::span<const Interaction> pages) override {
      for (const Interaction& page : pages)
        for (std::size_t k = 0; page.cell == 1 && k < page.slate.slots.size(); ++k)
          if (page.outcome.slots[k].seen) ++seen[page.slate.slots[k].item.index()];
    }
    void end(const Simulation& world) override {
      std::vector<std::int64_t> there;
      for (const ItemFacts& item : study->world.catalog(world.now()))
        if (!item.blocked) there.push_back(seen[item.id.index()]);
      gini = gini_of(there);
    }
  } count;
  const auto x = measure(SmallScenario{}.make(), {"seen_gini", "exposure_gini"}, "treatment", "ctr", &count);
  CHECK(x[0] == Approx(count.gini));
  CHECK(x[0] > x[1]);  // slots are seen unequally
}

TEST_CASE("the most shown hundredth and tenth have the shares of one item and of ten in a hundred") {
  std::vector<std::int64_t> shown(100, 1);
  shown[3] = 100;
  CHECK(top_hundredth(shown) == Approx(100.0 / 199));
  CHECK(top_tenth(shown) == Approx(109.0 / 199));
  CHECK(std::isnan(top_hundredth(std::vector<std::int64_t>(5, 0))));
}
