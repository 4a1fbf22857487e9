#include "engine/ranking/value_model.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a score is the weighted sum of predicted rates over their means") {
  ValueParams p;
  p.weight = {0.4, 0.8, 0, 0.4, -0.6};
  std::vector<Candidate> c(2);
  c[0].heads = {0.10f, 0.05f, 7.0f, 0.01f, 0.02f};
  c[1].heads = {0.05f, 0.02f, 7.0f, 0.002f, 0.004f};
  const HeadValues mean{0.05f, 0.02f, 0.1f, 0.002f, 0.004f, 0.1f, 0.1f};
  value_candidates(p, mean, c);
  CHECK(c[0].score == Approx(0.4 * 2 + 0.8 * 2.5 + 0.4 * 5 - 0.6 * 5));
  CHECK(c[1].score == Approx(0.4 + 0.8 + 0.4 - 0.6));
}

TEST_CASE("by default the click alone orders") {
  std::vector<Candidate> c(3);
  for (std::size_t i = 0; i < 3; ++i) {
    c[i].heads = {0.1f * static_cast<float>(i), 0.9f - 0.3f * static_cast<float>(i), 0.5f, 0.5f};
    c[i].item = ItemId{i};
  }
  value_candidates({}, {0.05f, 0.02f, 0.1f, 0.003f, 0.005f, 0.1f, 0.1f}, c);
  CHECK(c[0].score < c[1].score);
  CHECK(c[1].score < c[2].score);
  CHECK(c[1].item == ItemId{1});
}
