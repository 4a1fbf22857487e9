#include "data/watch_fit.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "sim/watching.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<PlaySituation> situations(std::size_t n) {
  std::vector<PlaySituation> out;
  for (std::size_t k = 0; k < n; ++k) {
    Rng rng = stream(Seed{41}, Stream::Test, entity_key(k));
    out.push_back({0.5 + normal(rng), 0.3 + normal(rng), lognormal(rng, 5.8, 0.8)});
  }
  return out;
}

InteractionLog planted(const WatchParams& p, std::size_t n) {
  InteractionLog log;
  log.has_played = log.has_click = true;
  const auto plays = situations(n);
  for (std::size_t k = 0; k < n; ++k) {
    Rng rng = stream(Seed{42}, Stream::Test, entity_key(k)), loop = stream(Seed{43}, Stream::Test, entity_key(k));
    const PlaySituation& s = plays[k];
    const SlotOutcome o = p.autoplay ? autoplay(rng, loop, s.relevance, s.duration_min, p)
                                     : watch(rng, s.relevance, s.clickbait, s.duration_min, p);
    LogRow row;
    row.item = static_cast<std::uint32_t>(k);
    row.chosen = o.clicked;
    row.played_s = static_cast<float>(o.watched_ms) / 1000;
    row.duration_s = static_cast<float>(s.duration_min * 60);
    log.seen.push_back(row);
    log.items.push_back({std::to_string(k), "", {0}, row.duration_s});
  }
  return log;
}

bool covers(const Fitted& f, double truth) {
  const double se = (f.ci.high - f.ci.low) / (2 * 1.96);
  return se > 0 && std::fabs(f.value - truth) < 4.5 * se;
}

}  // namespace

// 4.5 standard errors: each of the nine comparisons fails without cause with probability 7e-6.
TEST_CASE("planted constants of watching are recovered from play times") {
  for (const auto& [bounce, complete, partial] : {std::tuple{-2.2, -1.3, -0.4}, {-1.0, -0.5, 0.3}, {-3.0, 0.5, -1.0}}) {
    WatchParams truth;
    truth.bounce_intercept = bounce;
    truth.complete_intercept = complete;
    truth.partial_intercept = partial;
    const WatchFit fit = fit_watch(planted(truth, 8000), {}, situations(20'000), Seed{1});
    REQUIRE(fit.identified);
    CHECK_FALSE(fit.loops);
    INFO(fit.bounce_intercept.value << ", " << fit.complete_intercept.value << ", " << fit.partial_intercept.value);
    CHECK(covers(fit.bounce_intercept, bounce));
    CHECK(covers(fit.complete_intercept, complete));
    CHECK(covers(fit.partial_intercept, partial));
    CHECK(fit.complete_intercept.ci.high - fit.complete_intercept.ci.low < 0.3);
  }
}

TEST_CASE("a feed that loops is told from one that does not, and its law is recovered") {
  WatchParams truth;
  truth.autoplay = true;
  truth.loop_shape = 1.8;
  truth.loop_scale = 0.4;
  const WatchFit fit = fit_watch(planted(truth, 8000), {}, situations(20'000), Seed{1});
  REQUIRE(fit.identified);
  CHECK(fit.loops);
  INFO(fit.loop_shape.value << ", " << fit.loop_scale.value);
  CHECK(covers(fit.loop_shape, 1.8));
  CHECK(fit.loop_mean_relevance == Approx(0.5).margin(0.05));  // of the planted plays; 20,000 of them
  CHECK(covers(fit.loop_scale, 0.4 * std::exp(truth.loop_relevance * fit.loop_mean_relevance)));
}

TEST_CASE("few plays, or plays that no constants make, identify nothing") {
  CHECK_FALSE(fit_watch(planted({}, 199), {}, situations(1000), Seed{1}).identified);
  CHECK_FALSE(fit_watch(planted({}, 500), {}, {}, Seed{1}).identified);
  InteractionLog whole = planted({}, 500);
  for (LogRow& r : whole.seen) r.played_s = r.duration_s;
  CHECK_FALSE(fit_watch(whole, {}, situations(1000), Seed{1}).identified);
  InteractionLog silent = planted({}, 500);
  for (LogRow& r : silent.seen) r.played_s = std::numeric_limits<float>::quiet_NaN();
  CHECK(fit_watch(silent, {}, situations(1000), Seed{1}).plays == 0);
}

// Of 4,000 durations: the same 4.5 standard errors.
TEST_CASE("durations are lognormal, and what clickbait takes off them is taken out of their spread") {
  InteractionLog log;
  for (std::uint64_t k = 0; k < 4000; ++k) {
    Rng rng = stream(Seed{44}, Stream::Test, entity_key(k));
    log.items.push_back(
        {std::to_string(k), "", {0}, static_cast<float>(60 * lognormal(rng, 5.8, 0.8) * std::exp(-0.25 * normal(rng)))});
  }
  const Durations d = fit_durations(log, -0.25);
  CHECK(covers(d.median_min, 5.8));
  CHECK(covers(d.sigma, 0.8));
  log.items.resize(9);
  CHECK(std::isnan(fit_durations(log, -0.25).median_min.value));
}
