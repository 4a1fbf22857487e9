#include "experiment/bubble/verdict.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Worlds that differ by these amounts on day 1, give or take `error`; control's spread is 0.5.
BubbleExperiment pair_of(double spread, double between, double gini, double error = 0.01) {
  BubbleExperiment e;
  e.worlds.resize(2);
  e.differences.resize(1);
  const auto set = [&](BubbleMeasure m, double control, double difference) {
    const auto series = [&](BubbleSeries& s, double value) {
      s.value = {static_cast<float>(kNaN), static_cast<float>(value)};
      s.low = {static_cast<float>(kNaN), static_cast<float>(value - error)};
      s.high = {static_cast<float>(kNaN), static_cast<float>(value + error)};
    };
    const auto k = static_cast<std::size_t>(m);
    series(e.worlds[0].measures[k], control);
    series(e.worlds[1].measures[k], control + difference);
    series(e.differences[0][k], difference);
  };
  set(BubbleMeasure::Spread, 0.5, spread);
  set(BubbleMeasure::Between, 0.6, between);
  set(BubbleMeasure::Gini, 0.7, gini);
  return e;
}

}  // namespace

TEST_CASE("Verdicts tell a bubble, personalisation and collapse apart") {
  CHECK(bubble_kind(pair_of(-0.2, 0.1, 0), 1, 1) == BubbleKind::Bubble);
  CHECK(bubble_kind(pair_of(-0.2, 0.1, 0.1), 1, 1) == BubbleKind::Bubble);  // unequal, yet everyone sees something else
  CHECK(bubble_kind(pair_of(-0.2, 0, 0), 1, 1) == BubbleKind::Narrow);
  CHECK(bubble_kind(pair_of(0, 0.1, 0), 1, 1) == BubbleKind::Personalised);
  CHECK(bubble_kind(pair_of(0.05, -0.1, 0.1), 1, 1) == BubbleKind::Collapse);
  CHECK(bubble_kind(pair_of(-0.2, -0.1, 0.1), 1, 1) == BubbleKind::Collapse);
  CHECK(bubble_kind(pair_of(0.2, 0, 0), 1, 1) == BubbleKind::ControlNarrow);
  CHECK(bubble_kind(pair_of(0, 0, 0), 1, 1) == BubbleKind::None);
  CHECK(bubble_kind(pair_of(0, -0.1, 0), 1, 1) == BubbleKind::None);  // alike, but exposure is as equal: no collapse
}

TEST_CASE("A difference within its error, or too small to matter, is no bubble") {
  CHECK(bubble_kind(pair_of(-0.2, 0.1, 0, 0.3), 1, 1) == BubbleKind::None);
  CHECK(bubble_kind(pair_of(-0.04, 0, 0, 0.001), 1, 1) == BubbleKind::None);  // clear, but less than a tenth
}

TEST_CASE("Day 0 has no verdict") { CHECK(bubble_kind(pair_of(-0.2, 0.1, 0), 1, 0) == BubbleKind::NotEnoughData); }

TEST_CASE("Every kind has a word of its own") {
  for (int a = 0; a <= static_cast<int>(BubbleKind::ControlNarrow); ++a)
    for (int b = 0; b < a; ++b) CHECK(bubble_word(static_cast<BubbleKind>(a)) != bubble_word(static_cast<BubbleKind>(b)));
}
