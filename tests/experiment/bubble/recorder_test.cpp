#include "experiment/bubble/recorder.hpp"

#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "base/parallel.hpp"
#include "experiment/bubble/circle.hpp"
#include "experiment/simulation.hpp"
#include "stats/diversity.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Scenario small() { return SmallScenario{.users = 60, .items = 120, .days = 3, .sets = {"epoch_minutes=30"}}.make(); }

struct Recorded {
  Report report;
  std::shared_ptr<const BubbleReport> bubble;
};

Recorded record(const Scenario& scenario, std::vector<WorldWatcher*> others = {}) {
  BubbleRecorder recorder;
  RunOptions options;
  options.truth = true;
  options.watchers = std::move(others);
  options.watchers.push_back(&recorder);
  Recorded out;
  out.report = run(scenario, options);
  out.bubble = recorder.take();
  return out;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

bool same(const BubbleTable& a, const BubbleTable& b) {
  for (std::size_t m = 0; m < kBubbleMeasures; ++m)
    if (!same_bits(a[m].value, b[m].value) || !same_bits(a[m].low, b[m].low) || !same_bits(a[m].high, b[m].high)) return false;
  return true;
}

bool same(const BubbleUser& a, const BubbleUser& b) {
  bool equal = same_bits(a.taste, b.taste) && same_bits(a.circle, b.circle) && same_bits(a.area, b.area) &&
               a.until == b.until && a.liked_items == b.liked_items && a.exposures.size() == b.exposures.size();
  for (std::size_t d = 0; equal && d < a.saw.size(); ++d)
    equal = a.saw[d].count == b.saw[d].count && a.liked[d].count == b.liked[d].count;
  for (std::size_t k = 0; equal && k < a.exposures.size(); ++k)
    equal = a.exposures[k].item == b.exposures[k].item && a.exposures[k].day == b.exposures[k].day;
  return equal;
}

void check_same(const BubbleReport& a, const BubbleReport& b) {
  REQUIRE(a.experiments.size() == b.experiments.size());
  CHECK(a.users == b.users);
  CHECK(a.reach == b.reach);
  for (std::size_t e = 0; e < a.experiments.size(); ++e) {
    for (std::size_t t = 0; t < a.experiments[e].differences.size(); ++t)
      CHECK(same(a.experiments[e].differences[t], b.experiments[e].differences[t]));
    for (std::size_t v = 0; v < a.experiments[e].worlds.size(); ++v) {
      const BubbleWorld &x = a.experiments[e].worlds[v], &y = b.experiments[e].worlds[v];
      CHECK(same(x.measures, y.measures));
      CHECK(x.shown == y.shown);
      CHECK(x.heat == y.heat);
      REQUIRE(x.users.size() == y.users.size());
      for (std::size_t k = 0; k < x.users.size(); ++k) CHECK(same(x.users[k], y.users[k]));
    }
  }
}

// The same measures the long way round.
struct ByHand final : WorldWatcher {
  const Study* study = nullptr;
  struct Page {
    std::uint32_t user;
    std::vector<std::uint32_t> items;
  };
  std::vector<std::vector<Page>> pages;     // by world
  std::vector<std::vector<Latent>> tastes;  // by world, at the end
  std::vector<Latent> first;
  std::vector<SimTime> joined;

  void begin(const Study& s) override { study = &s; }
  void begin_truth(const Simulation& world, std::size_t, std::size_t) override {
    pages.emplace_back();
    first.clear();
    for (const UserState& u : world.users()) first.push_back(u.taste);
  }
  void truth_pages(const Simulation&, std::span<const Interaction> all) override {
    for (const Interaction& p : all) {
      pages.back().push_back({p.request.user.value, {}});
      for (const Slot& slot : p.slate.slots) pages.back().back().items.push_back(static_cast<std::uint32_t>(slot.item.index()));
    }
  }
  void end_truth(const Simulation& world) override {
    tastes.emplace_back();
    for (const UserState& u : world.users()) tastes.back().push_back(u.taste);
    if (!joined.empty()) return;
    for (const UserTraits& u : study->world.population().users) joined.push_back(u.joined);
    t0 = study->t0;
    for (const ItemFacts& item : study->world.all_items()) {
      vectors.push_back(study->world.truth(item.id).v);
      categories.push_back(item.category.index());
    }
  }
  SimTime t0;
  std::vector<Latent> vectors;
  std::vector<std::size_t> categories;
};

double cosine_distance(const Latent& a, const Latent& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const auto x = static_cast<double>(a[k]), y = static_cast<double>(b[k]);
    ab += x * y, aa += x * x, bb += y * y;
  }
  return 1 - ab / std::sqrt(aa * bb);
}

double mean(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE("The recording is the same on one thread and on three") {
  const Scenario scenario = small();
  const int before = threads();
  set_threads(1);
  const Recorded one = record(scenario);
  set_threads(3);
  const Recorded three = record(scenario);
  set_threads(before);
  REQUIRE(one.bubble != nullptr);
  REQUIRE(three.bubble != nullptr);
  CHECK(one.report.signature == three.report.signature);
  check_same(*one.bubble, *three.bubble);
}

TEST_CASE("Watching the twin worlds changes no result") {
  const Scenario scenario = small();
  const Recorded watched = record(scenario);
  const Report plain = run(scenario, {.truth = true});
  CHECK(watched.report.signature == plain.signature);
  const auto &a = watched.report.experiments[0].truth, &b = plain.experiments[0].truth;
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::memcmp(&a[i].effect, &b[i].effect, sizeof(double)) == 0);
}

TEST_CASE("Spread, drift, distances, categories and exposure are what counting by hand gives") {
  ByHand hand;
  const Recorded recorded = record(small(), {&hand});
  REQUIRE(recorded.bubble != nullptr);
  const BubbleReport& bubble = *recorded.bubble;
  const std::size_t day = 3;  // all days lie in the window
  for (std::size_t w = 0; w < 2; ++w) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> shown;
    std::map<std::uint32_t, std::vector<double>> page_distances;
    std::vector<std::int64_t> counts(static_cast<std::size_t>(bubble.catalogue[day]), 0);
    for (const ByHand::Page& page : hand.pages[w]) {
      for (const std::uint32_t i : page.items)
        if (i < counts.size()) ++counts[i];
      if (hand.joined[page.user] >= hand.t0) continue;
      for (const std::uint32_t i : page.items) shown[page.user].push_back(i);
      std::vector<double> pairs;
      for (std::size_t a = 0; a < page.items.size(); ++a)
        for (std::size_t b = 0; b < a; ++b)
          pairs.push_back(cosine_distance(hand.vectors[page.items[a]], hand.vectors[page.items[b]]));
      if (!pairs.empty()) page_distances[page.user].push_back(mean(pairs));
    }
    std::vector<double> spread, drift, between, pages, categories;
    std::vector<Latent> means;
    for (std::size_t u = 0; u < hand.joined.size(); ++u)
      if (hand.joined[u] < hand.t0) drift.push_back(cosine_distance(hand.first[u], hand.tastes[w][u]));
    for (const auto& [user, items] : shown) {
      std::vector<double> away;
      Latent sum{};
      std::vector<std::int64_t> of_category(32, 0);
      for (const std::uint32_t i : items) {
        away.push_back(cosine_distance(hand.vectors[i], hand.tastes[w][user]));
        for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += hand.vectors[i][k];
        ++of_category[hand.categories[i]];
      }
      spread.push_back(mean(away));
      means.push_back(sum);
      if (!page_distances[user].empty()) pages.push_back(mean(page_distances[user]));
      categories.push_back(effective_number(of_category));
    }
    for (std::size_t a = 0; a < means.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) between.push_back(cosine_distance(means[a], means[b]));
    std::sort(categories.begin(), categories.end());
    const BubbleWorld& world = bubble.experiments[0].worlds[w];
    CHECK(world[BubbleMeasure::Spread].at(day) == Approx(mean(spread)).epsilon(1e-4));
    CHECK(world[BubbleMeasure::Drift].at(day) == Approx(mean(drift)).margin(1e-5));
    CHECK(world[BubbleMeasure::Between].at(day) == Approx(mean(between)).epsilon(1e-4));
    CHECK(world[BubbleMeasure::IntraList].at(day) == Approx(mean(pages)).epsilon(1e-4));
    CHECK(world[BubbleMeasure::Categories].at(day) == Approx(categories[(categories.size() - 1) / 2]).epsilon(1e-5));
    CHECK(world[BubbleMeasure::Gini].at(day) == Approx(gini(counts)).epsilon(1e-5));
    CHECK(world[BubbleMeasure::Coverage].at(day) == Approx(coverage(counts)).epsilon(1e-5));
    CHECK(world[BubbleMeasure::Entropy].at(day) == Approx(entropy(counts)).epsilon(1e-5));
    CHECK(std::isnan(world[BubbleMeasure::Spread].at(0)));
    CHECK(world[BubbleMeasure::Drift].at(0) == 0);
  }
}

TEST_CASE("Both worlds begin with the same users at the same tastes, and each user's history adds up") {
  const Recorded recorded = record(small());
  REQUIRE(recorded.bubble != nullptr);
  const BubbleReport& bubble = *recorded.bubble;
  const BubbleExperiment& e = bubble.experiments[0];
  REQUIRE(e.worlds.size() == 2);
  CHECK(bubble.users.size() == kBubbleUsers);
  std::int64_t shown = 0;
  for (std::size_t k = 0; k < bubble.users.size(); ++k) {
    CHECK(e.worlds[0].users[k].taste.front() == e.worlds[1].users[k].taste.front());
    for (const BubbleWorld& w : e.worlds) {
      const BubbleUser& u = w.users[k];
      REQUIRE(u.taste.size() == static_cast<std::size_t>(bubble.days) + 1);
      CHECK(u.until.back() == u.exposures.size());
      const auto recent = u.recent(static_cast<std::size_t>(bubble.days));
      CHECK(recent.size() == std::min(kRecent, u.exposures.size()));
      std::size_t inside = 0;
      for (const Exposure& x : recent) inside += holds(u.circle.back(), bubble.items[x.item].at);
      CHECK(static_cast<double>(inside) >= 0.9 * static_cast<double>(recent.size()));
      CHECK(std::accumulate(u.saw.back().count.begin(), u.saw.back().count.end(), std::size_t{0}) == recent.size());
      shown += static_cast<std::int64_t>(recent.size());
    }
  }
  CHECK(shown > 0);
  for (const BubbleWorld& w : e.worlds) {
    double heat = 0;
    for (const float h : w.heat.back()) heat += static_cast<double>(h);
    CHECK(heat == Approx(1).epsilon(1e-4));
  }
}

TEST_CASE("A null treatment's twin worlds do not differ") {
  const Recorded recorded =
      record(SmallScenario{.users = 60, .items = 120, .treatment = "", .sets = {"epoch_minutes=30"}}.make());
  REQUIRE(recorded.bubble != nullptr);
  const BubbleExperiment& e = recorded.bubble->experiments[0];
  for (const BubbleSeries& d : e.differences[0]) CHECK(d.at(2) == 0);
  CHECK(e.worlds[0].shown == e.worlds[1].shown);
}

TEST_CASE("Without the truth nothing is recorded") {
  BubbleRecorder recorder;
  RunOptions options;
  options.watchers = {&recorder};
  run(small(), options);
  CHECK(recorder.take() == nullptr);
}
