#include "sim/watching.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr int kDraws = 20'000;

SlotOutcome draw(int i, double r, double b, double duration_min, const WatchParams& p = {}) {
  return watch(stream({11}, Stream::Test, entity_key(static_cast<std::uint64_t>(i))), r, b, duration_min, p);
}

template <class Visit>
void over_grid(Visit visit) {
  for (const double r : {-2.0, 0.0, 1.5})
    for (const double b : {-1.0, 0.0, 1.5})
      for (const double minutes : {0.1, 1.0, 6.0, 60.0}) visit(r, b, minutes);
}

}  // namespace

TEST_CASE("the oracle of watch time agrees with the mean of simulated plays") {
  // 36 cells with their own draws: each is a standard normal, so their sum of squares is chi2(36), beyond 90 with
  // probability 1.7e-6; no single one beyond 5 but with 36 x 6e-7. Typical cells lie within 3.
  double chi2 = 0;
  int cell = 0;
  over_grid([&](double r, double b, double minutes) {
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double w = static_cast<double>(draw(cell * kDraws + i, r, b, minutes).watched_ms);
      sum += w;
      squares += w * w;
    }
    ++cell;
    const double mean = sum / kDraws, se = std::sqrt((squares / kDraws - mean * mean) / kDraws);
    const double z = (mean - expected_watch_ms(r, b, minutes, {})) / se;
    INFO("r " << r << " b " << b << " minutes " << minutes << " z " << z);
    CHECK(std::fabs(z) < 5);
    chi2 += z * z;
  });
  CHECK(chi2 < 90);
}

TEST_CASE("bounces and completions and signals happen at the rates of the world page") {
  constexpr double kAlpha = 1e-6 / (36 * 6);  // one in a million that any of the checks fails without cause
  over_grid([&](double r, double b, double minutes) {
    int bounced = 0, stayed = 0, completed = 0, liked = 0, saved = 0, shared = 0, dismissed = 0;
    for (int i = 0; i < kDraws; ++i) {
      const SlotOutcome o = draw(i, r, b, minutes);
      bounced += o.bounced;
      stayed += !o.bounced;
      completed += o.completed;
      liked += o.liked;
      saved += o.saved;
      shared += o.shared;
      dismissed += o.dismissed;
    }
    INFO("r " << r << " b " << b << " minutes " << minutes);
    CHECK(consistent_with_rate(bounced, kDraws, logistic(-2.2 + b - 0.6 * r), kAlpha));
    CHECK(consistent_with_rate(completed, stayed, logistic(-1.3 + 0.9 * r - 0.7 * std::log(minutes / 10)), kAlpha));
    CHECK(consistent_with_rate(liked, kDraws, logistic(-3.2 + r), kAlpha));
    CHECK(consistent_with_rate(saved, kDraws, logistic(-4.2 + r), kAlpha));
    CHECK(consistent_with_rate(shared, kDraws, logistic(-5.0 + 1.2 * r), kAlpha));
    CHECK(consistent_with_rate(dismissed, kDraws, logistic(-5.5 - 1.2 * r), kAlpha));
  });
}

TEST_CASE("nobody watches longer than the item lasts and completing is watching it all") {
  over_grid([&](double r, double b, double minutes) {
    const auto duration_ms = static_cast<std::int64_t>(std::llround(minutes * 60000));
    for (int i = 0; i < 500; ++i) {
      const SlotOutcome o = draw(i, r, b, minutes);
      REQUIRE(o.seen);
      REQUIRE(o.clicked);
      REQUIRE(o.watched_ms >= 0);
      REQUIRE(o.watched_ms <= duration_ms);
      if (o.completed) REQUIRE((o.watched_ms == duration_ms && !o.bounced));
      // An early skip is a play left within min(10 s, half the duration), up to the rounding to a millisecond.
      const double limit_ms = std::min(10'000.0, static_cast<double>(duration_ms) / 2);
      if (std::fabs(static_cast<double>(o.watched_ms) - limit_ms) > 1)
        REQUIRE(o.skipped == (static_cast<double>(o.watched_ms) < limit_ms));
    }
  });
}

TEST_CASE("a bounce does not change the luck of the other draws") {
  WatchParams never, always;
  never.bounce_intercept = -20;
  always.bounce_intercept = 20;
  never.survey_share = always.survey_share = 0.5;
  int rated = 0, liked = 0;
  for (int i = 0; i < 2000; ++i) {
    const SlotOutcome a = draw(i, 0.5, 0, 5, never), b = draw(i, 0.5, 0, 5, always);
    REQUIRE(!a.bounced);
    REQUIRE(b.bounced);
    REQUIRE(a.liked == b.liked);
    REQUIRE(a.saved == b.saved);
    REQUIRE(a.shared == b.shared);
    REQUIRE(a.dismissed == b.dismissed);
    REQUIRE(a.rating == b.rating);
    rated += a.rating > 0;
    liked += a.liked;
  }
  CHECK(rated > 0);
  CHECK(liked > 0);
}

TEST_CASE("more relevance only adds likes and completions and only removes bounces") {
  for (int i = 0; i < 5000; ++i) {
    const SlotOutcome low = draw(i, -0.5, 0, 5), high = draw(i, 1.0, 0, 5);
    if (low.liked) REQUIRE(high.liked);
    if (low.saved) REQUIRE(high.saved);
    if (low.shared) REQUIRE(high.shared);
    if (high.bounced) REQUIRE(low.bounced);
    if (high.dismissed) REQUIRE(low.dismissed);
    if (low.completed) REQUIRE(high.completed);
  }
}

TEST_CASE("two plays in a hundred are rated from one to five around three plus 1.2 r") {
  int asked = 0;
  for (int i = 0; i < kDraws; ++i) asked += draw(i, 0, 0, 5).rating > 0;
  CHECK(consistent_with_rate(asked, kDraws, 0.02, 1e-6));

  WatchParams all;
  all.survey_share = 1;
  for (const double r : {-1.0, 0.0, 1.0}) {
    std::array<int, 6> count{};
    for (int i = 0; i < kDraws; ++i) ++count.at(draw(i, r, 0, 5, all).rating);
    CHECK(count[0] == 0);
    // P(rating <= k) = Phi((k + 0.5 - 3 - 1.2 r) / 0.7)
    const double p_low = 0.5 * std::erfc(-(2.5 - 3 - 1.2 * r) / 0.7 / std::sqrt(2.0));
    CHECK(consistent_with_rate(count[1] + count[2], kDraws, p_low, 1e-6 / 3));
  }
}

TEST_CASE("the oracle is zero for nothing and grows with duration") {
  CHECK(expected_watch_ms(0, 0, 1e-9, {}) < 1e-3);
  for (const double r : {-1.0, 0.0, 1.0}) CHECK(expected_watch_ms(r, 0, 10, {}) > expected_watch_ms(r, 0, 5, {}));
}

TEST_CASE("a feed's watch ratio has the quartiles of Gamma(1.4, 0.607) and its oracles hold") {
  // scipy.stats.gamma(1.4, scale=0.607).ppf([.25, .5, .75]) = 0.3306, 0.6580, 1.1696
  const WatchParams p;
  constexpr int kPlays = 60'000;
  for (const double r : {-1.5, 0.0, 2.0})
    for (const double minutes : {0.08, 0.16, 1.0}) {
      const double scale = std::exp(0.5 * r);
      std::array<std::int64_t, 3> below{};
      std::int64_t valid = 0, looped = 0;
      double sum = 0, squares = 0;
      for (int i = 0; i < kPlays; ++i) {
        const auto key = entity_key(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(10 * (r + 2)));
        const SlotOutcome o = autoplay(stream({11}, Stream::Test, key), stream({11}, Stream::Loop, key), r, minutes, p);
        const double ratio = static_cast<double>(o.watched_ms) / (60'000 * minutes);
        below[0] += ratio < 0.3306 * scale;
        below[1] += ratio < 0.6580 * scale;
        below[2] += ratio < 1.1696 * scale;
        REQUIRE(o.seen);
        REQUIRE(o.completed == (ratio > 1 - 1e-4 && o.completed));
        looped += ratio > 1.001;
        valid += o.clicked;
        sum += static_cast<double>(o.watched_ms);
        squares += static_cast<double>(o.watched_ms) * static_cast<double>(o.watched_ms);
      }
      INFO("r " << r << ", " << minutes << " min");
      for (std::size_t q = 0; q < 3; ++q)
        CHECK(std::fabs(static_cast<double>(below[q]) / kPlays - 0.25 * static_cast<double>(q + 1)) < 0.012);
      const double mean = sum / kPlays, se = std::sqrt((squares / kPlays - mean * mean) / kPlays);
      CHECK(std::fabs(mean - expected_autoplay_ms(r, minutes, p)) < 5 * se);
      CHECK(consistent_with_rate(valid, kPlays, valid_play_probability(r, minutes, p), 1e-6));
      CHECK(looped > 100);
    }
}

TEST_CASE("a short clip is a valid play when it was played to its end") {
  CHECK(valid_play_probability(0, 5.0 / 60, {}) == Approx(valid_play_probability(0, 6.0 / 60, {})).epsilon(1e-12));
  CHECK(valid_play_probability(0, 60.0 / 60, {}) > valid_play_probability(0, 20.0 / 60, {}));
}
