#include "engine/retrieval/covisitation.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Twin {
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> score;  // both directions

  Twin(const std::vector<Play>& plays, int window, double shrinkage) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_user;
    std::map<std::uint32_t, double> strength;
    for (const Play& p : plays) {
      by_user[p.user.value].push_back(p.item.value);
      strength[p.item.value] += 1;
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> pairs;
    for (const auto& [user, items] : by_user)
      for (std::size_t i = 0; i < items.size(); ++i)
        for (std::size_t j = i + 1; j < items.size(); ++j)
          if (j - i <= static_cast<std::size_t>(window) && items[i] != items[j]) {
            pairs[{items[i], items[j]}] += 1;
            pairs[{items[j], items[i]}] += 1;
          }
    for (const auto& [pair, n] : pairs)
      score[pair] = n / std::sqrt(strength[pair.first] * strength[pair.second]) * n / (n + shrinkage);
  }
};

}  // namespace

TEST_CASE("neighbours equal a count of all pairs by hand") {
  const auto shelf = make_shelf(50);
  for (const int window : {1, 3, 10}) {
    Covisitation::Params p;
    p.window = window;
    p.neighbours = 1000;
    TrainingLog log({}, {1});
    log.append(random_day(0, 20, shelf, 300), shelf);
    ItemStats stats({});
    Covisitation source(p);
    source.train(log, {SimTime{0} + kDay, shelf, stats, Seed{1}});
    const Twin twin(log.plays(), window, p.shrinkage);
    std::size_t pairs = 0;
    for (std::uint32_t i = 0; i < 50; ++i) {
      const auto near = source.neighbours(ItemId{i});
      pairs += near.size();
      for (std::size_t k = 0; k < near.size(); ++k) {
        const auto it = twin.score.find({i, near[k].item.value});
        REQUIRE(it != twin.score.end());
        REQUIRE(static_cast<double>(near[k].score) == Approx(it->second).epsilon(1e-5));
        if (k > 0) REQUIRE(near[k - 1].score >= near[k].score);
      }
    }
    CHECK(pairs == twin.score.size());
  }
}

TEST_CASE("only the best neighbours are kept") {
  const auto shelf = make_shelf(50);
  TrainingLog log({}, {1});
  log.append(random_day(0, 20, shelf, 300), shelf);
  ItemStats stats({});
  Covisitation::Params p;
  p.neighbours = 1000;
  Covisitation all(p);
  p.neighbours = 4;
  Covisitation few(p);
  for (Covisitation* s : {&all, &few}) s->train(log, {SimTime{0} + kDay, shelf, stats, Seed{1}});
  for (std::size_t i = 0; i < 50; ++i) {
    const auto a = all.neighbours(ItemId{i}), f = few.neighbours(ItemId{i});
    REQUIRE(f.size() == std::min<std::size_t>(4, a.size()));
    for (std::size_t k = 0; k < f.size(); ++k) REQUIRE(f[k].item == a[k].item);
  }
  CHECK(all.neighbours(ItemId{999}).empty());
}

TEST_CASE("nominations are the votes of recent plays by value and recency") {
  const auto shelf = make_shelf(50);
  TrainingLog log({}, {1});
  log.append(random_day(0, 20, shelf, 300), shelf);
  ItemStats stats({});
  Covisitation::Params p;
  p.seeds = 3;
  Covisitation source(p);
  source.train(log, {SimTime{0} + kDay, shelf, stats, Seed{1}});
  OnlineFeatures user;
  for (const std::size_t i : {9, 7, 5, 3})
    observe_user(
        user, page_of(request_of(UserId{99}, SimTime{0}), {ItemId{i}}, {play(shelf[i], 0.5 + 0.05 * static_cast<double>(i))}),
        shelf, 10);
  std::map<std::uint32_t, double> votes;
  for (int s = 0; s < 3; ++s)
    for (const Scored& n : source.neighbours(user.recent(s).item))
      votes[n.item.value] += static_cast<double>(n.score) * static_cast<double>(user.recent(s).value) / std::sqrt(1.0 + s);
  const Request r = request_of(UserId{99}, SimTime{0});
  std::vector<Scored> out;
  source.nominate({r, user, shelf, {}, {}}, 1000, out);
  CHECK(out.size() == votes.size());
  for (const Scored& s : out) CHECK(static_cast<double>(s.score) == Approx(votes.at(s.item.value)).epsilon(1e-5));
  // Plays that went badly do not vote.
  OnlineFeatures bored;
  observe_user(bored, page_of(request_of(UserId{98}, SimTime{0}), {ItemId{9}}, {play(shelf[9], 0.001)}), shelf, 10);
  out.clear();
  source.nominate({r, bored, shelf, {}, {}}, 10, out);
  CHECK(out.empty());
}

TEST_CASE("the seed of each co-visited nomination was watched and gave the largest vote") {
  const auto shelf = make_shelf(60);
  TrainingLog log({}, {1});
  log.append(random_day(0, 20, shelf, 300), shelf);
  ItemStats stats({});
  Covisitation source({});
  source.train(log, {SimTime{0} + kDay, shelf, stats, Seed{1}});
  std::size_t named = 0;
  for (std::uint64_t id = 0; id < 40; ++id) {
    OnlineFeatures user;
    Rng rng = stream({6}, Stream::Test, entity_key(id));
    for (std::uint64_t i = 0; i <= id; ++i) {
      const std::size_t item = uniform_below(rng, 60);
      const double share = bernoulli(rng, 0.2) ? 0.001 : rng.uniform();
      observe_user(user, page_of(request_of(UserId{id}, SimTime{0}), {ItemId{item}}, {play(shelf[item], share)}), shelf, 100);
    }
    std::map<std::uint32_t, std::map<std::uint32_t, double>> votes;  // by candidate, by watched item
    for (int s = 0; s < std::min(15, user.history_size()); ++s)
      for (const Scored& n : source.neighbours(user.recent(s).item))
        votes[n.item.value][user.recent(s).item.value] +=
            static_cast<double>(n.score) * static_cast<double>(user.recent(s).value) / std::sqrt(1.0 + s);
    const Request r = request_of(UserId{id}, SimTime{0});
    for (const Scored& s : nominate(source, r, user, shelf, 1000)) {
      const auto seed = source.seed({r, user, shelf, {}}, s.item);
      REQUIRE(seed);
      REQUIRE(votes.at(s.item.value).contains(seed->value));
      for (const auto& [watched, x] : votes.at(s.item.value)) REQUIRE(votes.at(s.item.value).at(seed->value) >= x - 1e-6);
      ++named;
    }
    for (const ItemFacts& item : shelf)
      if (!votes.contains(item.id.value)) REQUIRE_FALSE(source.seed({r, user, shelf, {}}, item.id));
  }
  CHECK(named > 500);
}
