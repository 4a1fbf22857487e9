#include "engine/rerank/mmr.hpp"

#include <algorithm>
#include <cmath>

#include "engine/rerank/rerank.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Candidates in order of score, best first; scores on a coarse grid so that ties occur.
std::vector<Candidate> random_candidates(std::size_t n, std::size_t items, std::uint64_t seed) {
  Rng rng = stream({5}, Stream::Test, entity_key(seed));
  std::vector<std::uint32_t> ids(items);
  for (std::size_t i = 0; i < items; ++i) ids[i] = static_cast<std::uint32_t>(i);
  shuffle(rng, ids);
  std::vector<Candidate> c(n);
  for (std::size_t i = 0; i < n; ++i) {
    c[i].item = ItemId{ids[i]};
    c[i].score = static_cast<float>(uniform_below(rng, 40)) / 8.0f - 2;
  }
  std::sort(c.begin(), c.end(),
            [](const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.item < b.item; });
  return c;
}

float cosine(Catalog catalog, ItemId a, ItemId b) {
  float dot = 0;
  for (std::size_t d = 0; d < kContentDims; ++d) dot += catalog[a.index()].content[d] * catalog[b.index()].content[d];
  return dot;
}

// The picks first, in order, then the rest; no rules.
void rerank_mmr(std::vector<Candidate>& candidates, Catalog catalog, std::size_t slots, double lambda) {
  Ranking ranking;
  ranking.candidates = candidates;
  ranking.slots = static_cast<int>(slots);
  RerankParams params;
  params.mmr.lambda = lambda;
  rerank(params, catalog, {}, ranking);
  candidates = ranking.candidates;
}

// Recomputes every similarity at every slot.
std::vector<Candidate> obvious(std::vector<Candidate> left, Catalog catalog, std::size_t slots, float lambda) {
  if (left.empty()) return left;
  const float top = left.front().score, bottom = left.back().score;
  std::vector<Candidate> slate;
  while (slate.size() < slots && !left.empty()) {
    std::size_t best = 0;
    float best_value = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const float relevance = top > bottom ? (left[i].score - bottom) * (1.0f / (top - bottom)) : 0.0f;
      float similarity = slate.empty() ? 0.0f : -2.0f;
      for (const Candidate& s : slate) similarity = std::max(similarity, cosine(catalog, s.item, left[i].item));
      const float value = lambda * relevance - (1 - lambda) * similarity;
      if (i == 0 || value > best_value) {
        best = i;
        best_value = value;
      }
    }
    slate.push_back(left[best]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
  }
  slate.insert(slate.end(), left.begin(), left.end());
  return slate;
}

std::vector<ItemId> items_of(const std::vector<Candidate>& c) {
  std::vector<ItemId> items;
  for (const auto& x : c) items.push_back(x.item);
  return items;
}

// No two items pull apart: every cosine is at least 0.
std::vector<ItemFacts> shelf_of_one_side(std::size_t n) {
  auto shelf = make_shelf(n);
  for (auto& item : shelf)
    for (float& x : item.content) x = std::fabs(x);
  return shelf;
}

}  // namespace

TEST_CASE("the re-ranker equals one that recomputes everything") {
  const auto shelf = shelf_of_one_side(100);
  for (std::uint64_t n = 0; n < 200; ++n) {
    const std::size_t size = 1 + n % 60, slots = 1 + n % 23;
    const double lambda = static_cast<double>(n % 11) / 10;
    auto got = random_candidates(size, 100, n);
    const auto want = obvious(got, shelf, slots, static_cast<float>(lambda));
    rerank_mmr(got, shelf, slots, lambda);
    REQUIRE(items_of(got) == items_of(want));
  }
}

TEST_CASE("the re-ranker equals the recomputing one when items pull apart too") {
  const auto shelf = make_shelf(100);
  int different = 0;
  for (std::uint64_t n = 0; n < 200; ++n) {
    const std::size_t size = 1 + n % 60, slots = 1 + n % 23;
    const double lambda = static_cast<double>(n % 10) / 10;
    auto got = random_candidates(size, 100, n);
    const auto want = obvious(got, shelf, slots, static_cast<float>(lambda));
    rerank_mmr(got, shelf, slots, lambda);
    different += items_of(got) != items_of(want);
  }
  CHECK(different == 0);
}

TEST_CASE("lambda 1 keeps the order of score") {
  const auto shelf = make_shelf(50);
  auto c = random_candidates(40, 50, 1);
  const auto before = items_of(c);
  rerank_mmr(c, shelf, 20, 1.0);
  CHECK(items_of(c) == before);
}

TEST_CASE("lambda 0 takes the least similar each time") {
  const auto shelf = shelf_of_one_side(60);
  auto c = random_candidates(40, 60, 2);
  const ItemId best = c[0].item;
  rerank_mmr(c, shelf, 10, 0.0);
  CHECK(c[0].item == best);  // nothing is similar to an empty slate: the tie goes to the score
  for (std::size_t k = 1; k < 10; ++k) {
    const auto nearest = [&](std::size_t i) {
      float most = -2;
      for (std::size_t s = 0; s < k; ++s) most = std::max(most, cosine(shelf, c[s].item, c[i].item));
      return most;
    };
    for (std::size_t i = k + 1; i < c.size(); ++i) REQUIRE(nearest(k) <= nearest(i));
  }
}

TEST_CASE("re-ranking is a permutation whose tail stays in order of score") {
  const auto shelf = make_shelf(80);
  auto c = random_candidates(50, 80, 3);
  auto before = items_of(c);
  rerank_mmr(c, shelf, 12, 0.5);
  auto after = items_of(c);
  CHECK(std::is_sorted(c.begin() + 12, c.end(), [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  }));
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  CHECK(after == before);
}

TEST_CASE("few or no candidates are no trouble") {
  const auto shelf = make_shelf(5);
  std::vector<Candidate> none;
  rerank_mmr(none, shelf, 20, 0.5);
  CHECK(none.empty());
  auto one = random_candidates(1, 5, 1);
  rerank_mmr(one, shelf, 20, 0.5);
  CHECK(one.size() == 1);
  auto equal = random_candidates(4, 5, 1);
  for (auto& c : equal) c.score = 1;
  rerank_mmr(equal, shelf, 20, 0.5);
  CHECK(equal.size() == 4);
}

TEST_CASE("lanes pick what the scalar twin picks under any rules and at any number of dimensions") {
  SlateRules rules;
  for (std::uint64_t n = 0; n < 600; ++n) {
    Rng rng = stream({41}, Stream::Test, entity_key(n));
    const std::size_t size = uniform_below(rng, 130), dims = std::array<std::size_t, 4>{1, 7, 16, 64}[n % 4];
    std::vector<float> vectors(size * dims), relevance(size);
    for (float& x : vectors) x = static_cast<float>(uniform_below(rng, 9)) / 8 - 0.5f;  // a coarse grid, so that values tie
    for (float& x : relevance) x = static_cast<float>(uniform_below(rng, 6)) / 5;
    std::vector<const float*> rows;
    std::vector<Candidate> candidates(size);
    for (std::size_t i = 0; i < size; ++i) {
      rows.push_back(vectors.data() + i * dims);
      candidates[i].traits = {CategoryId{uniform_below(rng, 6)}, CreatorId{uniform_below(rng, 6)}, uniform_below(rng, 4),
                              bernoulli(rng, 0.2), bernoulli(rng, 0.2)};
    }
    const MmrProblem problem{relevance, rows, dims, 1 + uniform_below(rng, 30), static_cast<float>(n % 11) / 10};
    const SlateLimits limits = n % 2 ? SlateLimits{2, 1, 1, 1} : SlateLimits{};
    std::vector<std::uint16_t> lanes, scalar;
    rules.begin(limits, candidates);
    pick_mmr(problem, rules, lanes);
    rules.restart();
    pick_mmr_scalar(problem, rules, scalar);
    REQUIRE(lanes.size() == std::min(size, problem.slots));
    REQUIRE(lanes == scalar);
  }
}
