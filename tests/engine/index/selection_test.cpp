#include "engine/index/selection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> normal_scores(std::size_t n, std::uint64_t key) {
  Rng rng = stream(Seed{7}, Stream::Test, entity_key(key));
  std::vector<float> v(n);
  for (float& x : v) x = static_cast<float>(normal(rng));
  return v;
}

std::size_t reaching(const std::vector<float>& scores, float floor) {
  return static_cast<std::size_t>(std::count_if(scores.begin(), scores.end(), [&](float s) { return s >= floor; }));
}

}  // namespace

TEST_CASE("a score floor is reached by k scores and by few more") {
  for (const std::size_t n : {20, 100, 1000, 5000})
    for (const std::size_t k : {1, 5, 19, 90, 500}) {
      if (k >= n) continue;
      const std::vector<float> scores = normal_scores(n, n + k);
      const std::size_t found = reaching(scores, score_floor(scores, k));
      INFO(n << " scores, k = " << k);
      CHECK(found >= k);
      CHECK(found <= k + 3 + n / 50);  // two buckets of 512, where the normal density over its range is highest
    }
}

TEST_CASE("a score floor lets everything pass when there is nothing to choose") {
  CHECK(score_floor({}, 3) == -kInfinity);
  CHECK(score_floor(std::vector<float>{1, 2, 3}, 3) == -kInfinity);
  CHECK(reaching({4, 4, 4, 4}, score_floor(std::vector<float>{4, 4, 4, 4}, 2)) == 4);
  const std::vector<float> infinite{1, 2, kInfinity, 3};
  CHECK(reaching(infinite, score_floor(infinite, 1)) == 4);
}

TEST_CASE("a score floor holds to the last bit when scores lie a few bits apart") {
  std::vector<float> scores{1000};
  while (scores.size() < 600) scores.push_back(std::nextafter(scores.back(), kInfinity));
  for (std::size_t k = 1; k < scores.size(); ++k) CHECK(reaching(scores, score_floor(scores, k)) >= k);
}

TEST_CASE("scores that are not numbers count for nothing in a score floor") {
  std::vector<float> scores = normal_scores(1000, 1);
  const float floor = score_floor(scores, 100);
  for (int i = 0; i < 500; ++i) scores.insert(scores.begin() + 2 * i, std::nanf(""));
  CHECK(score_floor(scores, 100) == floor);
  CHECK(reaching(scores, score_floor(scores, 1200)) == 1000);
}

TEST_CASE("a weighted score floor counts each score as often as its weight says") {
  const std::vector<float> scores = normal_scores(300, 2);
  std::vector<std::uint32_t> weights(scores.size());
  std::vector<float> repeated;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    weights[i] = static_cast<std::uint32_t>(i % 7);
    repeated.insert(repeated.end(), weights[i], scores[i]);
  }
  for (const std::size_t k : {1, 50, 400}) CHECK(reaching(repeated, score_floor(scores, k, weights)) >= k);
  CHECK(score_floor(scores, repeated.size() + 1, weights) == -kInfinity);
}

TEST_CASE("the best of a radix sort are those of keep_top_k") {
  Rng rng = stream(Seed{7}, Stream::Test, entity_key(3));
  for (const std::size_t n : {0, 1, 63, 64, 1000, 3000})
    for (const int levels : {1, 3, 1000, 0})  // few levels: many ties; 0: hardly any
      for (const std::size_t k : {0, 1, 70, 500, 5000}) {
        std::vector<Scored> scored(n), out{{ItemId{77}, 1}};
        std::vector<std::uint32_t> ids(n);
        for (std::size_t i = 0; i < n; ++i) ids[i] = static_cast<std::uint32_t>(i);
        shuffle(rng, ids);
        for (std::size_t i = 0; i < n; ++i) {
          const double x = levels == 0 ? normal(rng) : uniform_below(rng, static_cast<std::uint32_t>(levels)) - 1.0;
          scored[i] = {ItemId{ids[i]}, static_cast<float>(x)};
        }
        if (n == 3000) scored[5].score = 1e30f;  // everything else shares a place
        if (n == 1000 && levels == 3) scored[5].score = kInfinity;
        std::vector<Scored> expected = scored;
        keep_top_k(expected, k);
        append_best(scored, k, out);
        INFO(n << " scores on " << levels << " levels, k = " << k);
        REQUIRE(out.size() == expected.size() + 1);
        CHECK(out[0].item == ItemId{77});
        CHECK(std::equal(expected.begin(), expected.end(), out.begin() + 1,
                         [](const Scored& a, const Scored& b) { return a.item == b.item && a.score == b.score; }));
      }
}
