#include "experiment/metrics/hidden.hpp"

#include <algorithm>
#include <cmath>

#include "base/slate_rules.hpp"
#include "sim/examination.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Latent axis(std::size_t d, float x = 1) {
  Latent v{};
  v[d] = x;
  return v;
}

// Users who clicked something in a world of control, at the end of its second day.
struct Lived {
  Scenario scenario = SmallScenario{.users = 60, .days = 1, .sets = {"analysis.truth_one_in=1"}}.make();
  Study study{scenario};
  Simulation world{study};
  std::vector<Interaction> last;  // pages of the last epoch that had any
  Lived() {
    while (world.now() < study.end)
      world.run_epoch({.all_control = true}, [&](std::span<const Interaction> pages) {
        if (!pages.empty()) last.assign(pages.begin(), pages.end());
      });
  }
  Request request(std::size_t u) const {
    Request r = study.world.request_of(UserId{u}, world.now());
    r.id = RequestId::make(UserId{u}, 3, 0, 0);
    return r;
  }
};

}  // namespace

TEST_CASE("drift is the cosine distance of two tastes") {
  CHECK(drift(axis(0), axis(0, 3)) == Approx(0).margin(1e-6));
  CHECK(drift(axis(0), axis(1)) == Approx(1));
  CHECK(drift(axis(0), axis(0, -2)) == Approx(2));
  Latent between = axis(0);
  between[1] = 1;
  CHECK(drift(axis(0), between) == Approx(1 - std::sqrt(0.5)));
  CHECK(std::isnan(drift(Latent{}, axis(0))));
}

TEST_CASE("each stage's value is what brute force finds and none beats the stage before") {
  const Lived lived;
  const Catalog catalog = lived.study.world.catalog(lived.world.now());
  const auto eye = lived.study.scenario.settings.read<ExaminationParams>("world.examination");
  int checked = 0;
  for (std::size_t u = 0; u < 60; ++u) {
    const OnlineFeatures& known = lived.world.features()[u];
    const StageValues v = stage_values(lived.study, lived.world, 0, lived.request(u));
    if (std::isnan(v.best)) continue;  // popularity answered
    ++checked;
    const Request request = lived.request(u);
    const Ranking ranking = lived.world.engine().cell(0).recommend(request, known, catalog);
    const UserState state = lived.study.world.state_at(lived.world.users()[u], UserId{u}, request.time);
    const auto minutes = [&](ItemId item) {
      return lived.study.world.expected_value(state, request.user, item, request.time) / 60'000;
    };
    const auto page = [&](const std::vector<double>& values) {
      double sum = 0;
      for (std::size_t k = 0; k < std::min(values.size(), static_cast<std::size_t>(ranking.slots)); ++k)
        sum += std::pow(static_cast<double>(k + 1), -eye.eta) * values[k];
      return sum;
    };
    std::vector<double> all, candidates;
    std::vector<std::pair<double, ItemId>> wanted;  // best first, once sorted
    for (const ItemFacts& item : catalog)
      if (may_be_shown(item, request) &&
          std::find(known.consumed.begin(), known.consumed.end(), item.id) == known.consumed.end()) {
        all.push_back(minutes(item.id));
        wanted.emplace_back(-all.back(), item.id);
      }
    for (const Candidate& c : ranking.candidates) candidates.push_back(minutes(c.item));
    CHECK(v.reranked == Approx(page(candidates)));
    std::sort(all.rbegin(), all.rend());
    std::sort(candidates.rbegin(), candidates.rend());
    CHECK(v.best == Approx(page(all)));
    CHECK(v.retrieved == Approx(page(candidates)));
    CHECK(v.best >= v.retrieved - 1e-9);
    CHECK(v.retrieved >= v.ranked - 1e-9);
    CHECK(v.retrieved >= v.reranked - 1e-9);
    CHECK(v.ranked > 0);
    std::sort(wanted.begin(), wanted.end());
    const auto slots = std::min(static_cast<std::size_t>(ranking.slots), wanted.size());
    const auto share = [&](std::size_t among) {
      double found = 0;
      for (std::size_t w = 0; w < slots; ++w)
        for (std::size_t k = 0; k < std::min(among, ranking.candidates.size()); ++k)
          found += ranking.candidates[k].item == wanted[w].second;
      return found / static_cast<double>(slots);
    };
    CHECK(v.recall_page == Approx(share(slots)));
    CHECK(v.recall_kept == Approx(share(ranking.candidates.size())));
    CHECK(v.recall_retrieved >= v.recall_kept);
    CHECK(v.recall_retrieved <= 1);
  }
  REQUIRE(checked > 10);
}

TEST_CASE("sampled pages are summed by user and true relevance is that of their impressions") {
  const Lived lived;
  REQUIRE_FALSE(lived.last.empty());
  HiddenMetrics metrics(lived.study, std::make_shared<const HiddenMetrics::Tastes>(lived.world.users().size()));
  metrics.add(lived.world, lived.last);
  double expected = 0, impressions = 0, sum = 0, pages = 0;
  for (const Interaction& page : lived.last)
    for (const Slot& slot : page.slate.slots) {
      expected += lived.study.world.relevance(lived.world.users()[page.request.user.index()], page.request.user, slot.item,
                                              page.request.time);
      ++impressions;
    }
  double counted = 0;
  for (std::size_t u = 0; u < lived.world.users().size(); ++u) {
    if (const auto x = metrics.value(u, Hidden::TrueSatisfaction)) sum += x->num, counted += x->den;
    const auto a = metrics.value(u, Hidden::RegretRetrieval), b = metrics.value(u, Hidden::RegretRanking);
    REQUIRE(a.has_value() == b.has_value());
    if (!a) continue;
    CHECK(a->num >= -1e-9);
    CHECK(b->num >= -1e-9);
    pages += a->den;
  }
  CHECK(counted == impressions);
  CHECK(sum == Approx(expected));
  CHECK(pages > 0);
  CHECK(pages <= static_cast<double>(lived.last.size()));
}

TEST_CASE("drift and interests are judged at the end and only of users who entered") {
  Lived lived;
  const auto tastes = [&] {
    HiddenMetrics::Tastes t;
    for (const UserState& user : lived.world.users()) t.push_back(user.taste);
    return std::make_shared<const HiddenMetrics::Tastes>(t);
  }();
  auto platform = std::make_shared<Platform>(blank_platform(lived.world.users().size(), lived.study.world.all_items().size()));
  platform->items.assign(lived.study.world.all_items().begin(), lived.study.world.all_items().end());
  for (const ItemFacts& item : platform->items)
    platform->categories = std::max(platform->categories, item.category.index() + 1);
  UnitTable units(lived.world.users().size(), platform->items.size(), 2, platform);
  HiddenMetrics metrics(lived.study, tastes);
  // One user enters a day before the end and is shown one item of every category, so each of their interests is met.
  Interaction page;
  page.request.user = UserId{7};
  page.request.time = lived.study.end - kDay;
  for (std::size_t c = 0; c < platform->categories; ++c)
    for (const ItemFacts& item : platform->items)
      if (item.category.index() == c) {
        page.slate.slots.emplace_back().item = item.id;
        break;
      }
  page.outcome.slots.resize(page.slate.slots.size());
  units.add(std::span(&page, 1));
  metrics.finish(lived.world, units);
  CHECK(metrics.value(7, Hidden::InterestRecall)->num == 1);
  CHECK(metrics.value(7, Hidden::UserDrift)->num == Approx(0).margin(1e-6));
  CHECK_FALSE(metrics.value(8, Hidden::InterestRecall).has_value());
  CHECK_FALSE(metrics.value(8, Hidden::UserDrift).has_value());
}
