// Team drafts and the preference that they measure.
#include "experiment/interleaving.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/distributions.hpp"
#include "experiment/analysis/preference.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

std::vector<ItemId> items(std::initializer_list<std::uint64_t> ids) {
  std::vector<ItemId> out;
  for (const std::uint64_t id : ids) out.push_back(ItemId{id});
  return out;
}

Rng coins(std::uint64_t i) { return stream(Seed{1}, Stream::Test, entity_key(i, 9)); }

Scenario interleaved(std::string treatment = "engine.value.completion = 3.0\n", std::vector<std::string> more = {}) {
  SmallScenario small{.users = 150, .treatment = std::move(treatment), .sets = {"assignment.design=interleaving"}};
  small.sets.insert(small.sets.end(), more.begin(), more.end());
  return small.make();
}

}  // namespace

TEST_CASE("a draft of three items from two orders has the four outcomes of two coins, equally often") {
  const auto a = items({1, 2, 3}), b = items({2, 1, 3});
  std::map<std::string, double> seen;
  constexpr double kDrafts = 4000;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    std::string text;
    for (const Pick& p : team_draft(a, b, 3, coins(i)))
      text += std::to_string((p.treatment ? b : a)[p.place].value) + (p.treatment ? "b" : "a");
    ++seen[text];
  }
  REQUIRE(seen.size() == 4);
  double chi2 = 0;
  for (const char* draft : {"1a2b3a", "1a2b3b", "2b1a3a", "2b1a3b"})
    chi2 += std::pow(seen[draft] - kDrafts / 4, 2) / (kDrafts / 4);
  CHECK(chi2_sf(chi2, 3) > 1e-6);  // fails without cause one time in a million
}

TEST_CASE("a draft repeats no item, takes each team's best that is left, and keeps the teams level") {
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Rng rng = coins(10'000 + i);
    std::array<std::vector<ItemId>, 2> slates;
    for (auto& slate : slates) {
      std::vector<std::uint64_t> ids{0, 1, 2, 3, 4, 5, 6, 7};
      const std::size_t length = uniform_below(rng, 8);
      for (std::size_t k = 0; k < length; ++k) {
        const std::size_t at = uniform_below(rng, static_cast<std::uint32_t>(ids.size()));
        slate.push_back(ItemId{ids[at]});
        ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    const std::size_t slots = uniform_below(rng, 10);
    const auto picks = team_draft(slates[0], slates[1], slots, coins(i));
    std::set<ItemId> all(slates[0].begin(), slates[0].end());
    all.insert(slates[1].begin(), slates[1].end());
    REQUIRE(picks.size() == std::min(slots, all.size()));
    std::set<ItemId> shown;
    std::array<int, 2> size{};
    for (const Pick& p : picks) {
      const auto left = [&](std::size_t team) {
        return std::find_if(slates[team].begin(), slates[team].end(), [&](ItemId item) { return !shown.contains(item); });
      };
      const std::size_t team = p.treatment;
      // Behind or level, unless the other has nothing left.
      REQUIRE((size[team] <= size[1 - team] || left(1 - team) == slates[1 - team].end()));
      REQUIRE(left(team) - slates[team].begin() == static_cast<std::ptrdiff_t>(p.place));
      REQUIRE(shown.insert(slates[team][p.place]).second);
      ++size[team];
    }
  }
}

TEST_CASE("of equal slates the preference alarms at its level whatever the position bias, and of a better one nearly always") {
  // 60 users of ten pages of five slots, each clicked with 0.4 / place by an average user, where `skill` multiplies the
  // treatment's own picks. Slates are random orders of the same items. Fails without cause one time in 100,000.
  const auto p_value = [](std::uint64_t replicate, double skill) {
    InterleavingTable table(60);
    for (std::uint64_t user = 0; user < 60; ++user) {
      Rng rng = stream(Seed{replicate}, Stream::Test, entity_key(user, 11));
      const double appetite = 0.5 + rng.uniform();
      for (std::uint64_t visit = 0; visit < 10; ++visit) {
        std::array<std::vector<ItemId>, 2> slates;
        for (auto& slate : slates) {
          slate = items({0, 1, 2, 3, 4, 5, 6, 7});
          for (std::size_t k = slate.size(); k > 1; --k)
            std::swap(slate[k - 1], slate[uniform_below(rng, static_cast<std::uint32_t>(k))]);
        }
        Interaction page;
        page.request.user = UserId{user};
        page.drafted = true;
        const auto picks =
            team_draft(slates[0], slates[1], 5, stream(Seed{replicate}, Stream::Test, entity_key(user, 12, visit)));
        for (std::size_t k = 0; k < picks.size(); ++k) {
          SlotOutcome o;
          o.clicked =
              bernoulli(rng, std::min(1.0, appetite * 0.4 / static_cast<double>(k + 1) * (picks[k].treatment ? skill : 1)));
          page.outcome.slots.push_back(o);
          page.team |= (picks[k].treatment ? 1u : 0u) << k;
        }
        table.add(page);
      }
    }
    return preference_of(table, "treatment", 0.05, 10);
  };
  constexpr int kReplicates = 400;
  int alarms = 0, found = 0;
  for (std::uint64_t r = 0; r < kReplicates; ++r) alarms += p_value(r, 1).p < 0.05;
  for (std::uint64_t r = 0; r < 40; ++r) found += p_value(r, 1.5).verdict == "preferred";
  INFO(alarms << " alarms, " << found << " found");
  CHECK(consistent_with_rate(alarms, kReplicates, 0.05, 1e-5));
  CHECK(found >= 38);  // the preference is 0.6 with an error of about 0.02
}

TEST_CASE("votes add up by user and a table without clicks says so") {
  InterleavingTable table(3);
  CHECK(preference_of(table, "treatment", 0.05, 2).verdict == "not enough data");
  Interaction page =
      TinyPage{.user = 1, .time = at_hours(1), .items = {0, 1, 2}, .outcomes = {clicked(1), clicked(1), clicked(1)}};
  page.team = 0b101;
  table.add(page);
  CHECK(preference_of(table, "treatment", 0.05, 2).verdict == "not enough data");  // one user
  page.request.user = UserId{2};
  page.team = 0;
  table.add(page);
  const RatioMoments m = table.moments();
  CHECK(m.n == 2);
  CHECK(m.mean_num == Approx(1));  // 2 and 0 of the treatment's
  CHECK(m.mean_den == Approx(3));
  const PreferenceReport p = preference_of(table, "treatment", 0.05, 2);
  CHECK(p.pages == 2);
  CHECK(p.users == 2);
  CHECK(p.preference == Approx(2.0 / 6));
  CHECK(p.verdict == "no clear preference");
  InterleavingTable loaded(3);
  load_state(loaded, save_state(table));
  CHECK(save_state(loaded) == save_state(table));
}

TEST_CASE("drafted pages hold items of both and their own rows of features") {
  const Scenario s = interleaved();
  const Study study(s);
  Simulation simulation(study);
  while (simulation.now() < study.t0)
    simulation.run_epoch({.all_control = true}, [](std::span<const Interaction> pages) {
      for (const Interaction& p : pages) REQUIRE_FALSE(p.drafted);
    });
  ExperimentTables tables(study);
  std::int64_t both = 0, drafted = 0;
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      tables.add(pages, {});
      for (const Interaction& p : pages) {
        REQUIRE(p.drafted);
        REQUIRE(p.cell == 0);
        std::set<ItemId> seen;
        for (const Slot& slot : p.slate.slots) REQUIRE(seen.insert(slot.item).second);
        REQUIRE(p.features.size() == p.slate.slots.size() * static_cast<std::size_t>(p.width));
        REQUIRE(p.team >> p.slate.slots.size() == 0);
        both += p.team != 0 && p.team != (1u << p.slate.slots.size()) - 1;
        ++drafted;
      }
    });
  CHECK(both > drafted / 2);
  REQUIRE(tables.interleaving(0) != nullptr);
  CHECK(tables.interleaving(0)->pages() == drafted);
}

TEST_CASE("an interleaved report tells a preference and no effects and its truth stays") {
  const Report report = run(interleaved(), {.truth = true});
  const ExperimentReport& e = report.experiments[0];
  CHECK(e.design == "interleaved by team draft within pages, shared models");
  REQUIRE(e.preferences.size() == 1);
  CHECK(e.preferences[0].variant == "treatment");
  CHECK(e.preferences[0].users > 20);
  CHECK(e.preferences[0].ci.low < e.preferences[0].preference);
  CHECK(e.preferences[0].preference < e.preferences[0].ci.high);
  CHECK(e.effects.empty());
  CHECK(e.srm.empty());
  CHECK(e.decisions.empty());
  CHECK(e.truth[0].effect != 0);
}

TEST_CASE("what cannot be interleaved is refused with what is allowed") {
  using Catch::Matchers::Contains;
  for (const char* set : {"assignment.unit=household", "assignment.trigger=differs", "assignment.stop_on_guardrail=true"})
    CHECK_THROWS_WITH(interleaved("", {set}), Contains("interleaving compares within each user's pages"));
  CHECK_THROWS_WITH(
      parse_scenario("name = \"s\"\n[assignment]\ndesign = \"interleaving\"\n[[variant]]\nname = \"a\"\nshare = 0.4\n"
                     "[[variant]]\nname = \"b\"\nshare = 0.3\n[[variant]]\nname = \"c\"\nshare = 0.3\n",
                     "s.toml"),
      Contains("a page is drafted from two"));
}
