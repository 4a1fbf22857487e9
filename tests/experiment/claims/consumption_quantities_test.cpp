#include "experiment/claims/consumption_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/registry.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/simulation.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

// What users of cell 1 consume, in order, and what was recommended beside it.
struct Diary final : WorldWatcher {
  struct Entry {
    std::size_t item;
    bool taken, liked;
    std::vector<std::size_t> recommended;
  };
  std::map<std::uint64_t, std::vector<Entry>> by_user;
  std::int64_t searched = 0, direct = 0;
  std::vector<ItemFacts> items;  // a copy: a study ends with its run

  void begin(const Study& study) override { items.assign(study.world.all_items().begin(), study.world.all_items().end()); }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& page : pages) {
      if (page.cell != 1) continue;
      std::vector<std::size_t> recommended;
      for (const Slot& slot : page.slate.slots) {
        bool personal = false;
        for (const char* name : {"covisitation", "matrix_factorization", "two_tower", "content"})
          personal = personal || (slot.sources >> source_index(name) & 1) != 0;
        if (personal && page.request.searched == 0) recommended.push_back(slot.item.index());
      }
      auto& diary = by_user[page.request.user.value];
      for (const DirectPlay& d : page.outcome.direct) {
        diary.push_back({d.item.index(), false, d.outcome.liked, recommended});
        ++direct;
      }
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
        if (!page.outcome.slots[k].clicked) continue;
        const std::size_t item = page.slate.slots[k].item.index();
        const bool taken = std::count(recommended.begin(), recommended.end(), item) > 0;
        diary.push_back({item, taken, page.outcome.slots[k].liked, recommended});
        searched += page.request.searched > 0;
      }
    }
  }
  double diversity(const std::vector<std::size_t>& list) const {
    double sum = 0, pairs = 0;
    for (std::size_t a = 0; a < list.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) {
        const auto &x = items[list[a]].content, &y = items[list[b]].content;
        double xy = 0, xx = 0, yy = 0;
        for (std::size_t k = 0; k < x.size(); ++k)
          xy += double{x[k]} * double{y[k]}, xx += double{x[k]} * double{x[k]}, yy += double{y[k]} * double{y[k]};
        sum += 1 - xy / std::sqrt(xx * yy);
        pairs += 1;
      }
    return sum / pairs;
  }
};

double mean(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

testing::Asked asked(std::string_view quantity, const std::string& group) {
  testing::Asked a{quantity, {}, "treatment"};
  a.claim.metric = group;
  return a;
}

}  // namespace

TEST_CASE("what followers and ignorers consume is read from the first and the last block of their clicks") {
  const Scenario scenario =
      SmallScenario{.users = 60, .days = 20, .sets = {"world.visits.search_share=0.2", "world.spillover.household=0.5"}}.make();
  Diary diary;
  std::vector<testing::Asked> all;
  for (const char* group : {"everybody", "followers", "ignorers"})
    for (const char* quantity :
         {"taken_share", "consumption_diversity", "consumption_change", "recommended_change", "consumption_liked"})
      all.push_back(asked(quantity, group));
  const std::vector<double> got = testing::measure_all(scenario, all, &diary);
  REQUIRE(diary.searched > 0);
  REQUIRE(diary.direct > 0);

  std::vector<double> shares;
  std::vector<std::vector<Diary::Entry>> counted;
  for (const auto& [user, all_entries] : diary.by_user) {
    if (all_entries.size() < 55) continue;
    const std::vector<Diary::Entry> entries(all_entries.begin() + 15, all_entries.end());
    counted.push_back(entries);
    shares.push_back(static_cast<double>(std::ranges::count_if(entries, &Diary::Entry::taken)) /
                     static_cast<double>(entries.size()));
  }
  REQUIRE(counted.size() > 8);
  std::vector<double> sorted = shares;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  for (std::size_t g = 0; g < 3; ++g) {
    std::vector<double> share, first, change, recommended, liked;
    for (std::size_t u = 0; u < counted.size(); ++u) {
      if ((g == 1 && shares[u] <= median) || (g == 2 && shares[u] > median)) continue;
      const auto& e = counted[u];
      share.push_back(shares[u]);
      liked.push_back(static_cast<double>(std::ranges::count_if(e, &Diary::Entry::liked)) / static_cast<double>(e.size()));
      std::array<double, 2> own{}, beside{};
      for (const std::size_t last : {0u, 1u}) {
        std::vector<std::size_t> list;
        std::vector<double> lists;
        for (std::size_t k = 0; k < 10; ++k) {
          const Diary::Entry& entry = e[last ? e.size() - 10 + k : k];
          list.push_back(entry.item);
          if (entry.recommended.size() > 1) lists.push_back(diary.diversity(entry.recommended));
        }
        own[last] = diary.diversity(list);
        beside[last] = mean(lists);
      }
      first.push_back(own[0]);
      change.push_back(own[1] - own[0]);
      if (!std::isnan(beside[1] - beside[0])) recommended.push_back(beside[1] - beside[0]);
    }
    CHECK(got[g * 5] == Approx(mean(share)));
    CHECK(got[g * 5 + 1] == Approx(mean(first)));
    CHECK(got[g * 5 + 2] == Approx(mean(change)).margin(1e-9));
    CHECK(got[g * 5 + 3] == Approx(mean(recommended)).margin(1e-5));  // kept in single precision
    CHECK(got[g * 5 + 4] == Approx(mean(liked)));
  }
  CHECK(got[5] > got[10]);  // followers take more
}

TEST_CASE("users who consume too little belong to no group, and an unknown group is refused") {
  const Scenario scenario = SmallScenario{.users = 20, .days = 1}.make();
  const auto got =
      testing::measure_all(scenario, {asked("consumption_change", "everybody"), asked("taken_share", "followers")});
  CHECK(std::isnan(got[0]));
  CHECK(std::isnan(got[1]));
  CHECK_THAT(
      error_of([] {
        parse_scenario(
            "name = \"s\"\n[[variant]]\nname = \"a\"\nshare = 0.5\n[[variant]]\nname = \"b\"\nshare = 0.5\n[[claim]]\nid = "
            "\"a\"\ntext = \"t\"\nsource = \"s\"\nband = [-1, 1]\nverdict = \"not\"\nquantity = "
            "\"consumption_change\"\nmetric = \"follower\"\n",
            "s.toml");
      }),
      Catch::Matchers::Contains("did you mean \"followers\"?"));
}
