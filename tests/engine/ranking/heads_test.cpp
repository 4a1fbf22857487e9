#include "engine/ranking/heads.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("labels say what followed a slot") {
  SlotOutcome o;
  CHECK(head_labels(o) == HeadValues{});
  o.clicked = o.completed = o.liked = true;
  o.watched_ms = 90'000;
  CHECK(head_labels(o) == HeadValues{1, 1, 1.5f, 1, 0, 0, 0});
  o = {};
  o.clicked = o.skipped = o.dismissed = true;
  o.watched_ms = 4'999;
  CHECK(head_labels(o) == HeadValues{1, 0, 4.999f / 60, 0, 1, 1, 1});
  o.watched_ms = 5'000;
  CHECK(head_labels(o)[static_cast<std::size_t>(Head::Regret)] == 0);
}

TEST_CASE("the watch head's odds are the mean minutes of an impression") {
  const auto watch = static_cast<std::size_t>(Head::Watch);
  const std::array<float, 5> minutes{0, 0, 12, 0.5f, 2.5f};
  float positive = 0, negative = 0;
  for (const float m : minutes) {
    const HeadTarget t = head_target(watch, m);
    positive += t.positive;
    negative += t.negative;
    CHECK(t.label() * t.weight() == Approx(t.positive));
  }
  CHECK(head_prediction(watch, std::log(positive / negative)) == Approx(3.0));
}

TEST_CASE("a binary head predicts a probability even at extreme logits") {
  CHECK(head_prediction(0, 0) == Approx(0.5));
  CHECK(head_prediction(0, 1e9f) <= 1);
  CHECK(head_prediction(0, -1e9f) > 0);
  CHECK(std::isfinite(head_prediction(static_cast<std::size_t>(Head::Watch), 1e9f)));
  CHECK(head_target(0, 1).positive == 1);
  CHECK(head_target(0, 1).negative == 0);
}

TEST_CASE("a lift weighs the positive side alone and the slot is either an input or lifts") {
  for (const std::size_t head : {std::size_t{0}, static_cast<std::size_t>(Head::Watch)}) {
    CHECK(head_target(head, 0.5f, 3).positive == 3 * head_target(head, 0.5f).positive);
    CHECK(head_target(head, 0.5f, 3).negative == head_target(head, 0.5f).negative);
  }
  SlotTreatment slots;
  CHECK(slots.column(1) == 0);
  CHECK(slots.column(8) == Approx(std::log(8.0)));
  for (std::uint32_t k = 1; k <= kMaxSlate; ++k) CHECK(slots.lift_of(k) == 1);
  slots.input = false;
  CHECK(slots.column(8) == 0);
}
