#include "stats/scoring_rules.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("scores of two predictions are their sums written out") {
  ForecastScores s;
  s.add(0.8, true);
  s.add(0.3, false);
  CHECK(s.log_loss() == Approx(-(std::log(0.8) + std::log(0.7)) / 2).epsilon(1e-14));
  CHECK(s.brier() == Approx((0.04 + 0.09) / 2).epsilon(1e-14));
  CHECK(s.normalised_entropy() == Approx(s.log_loss() / std::log(2)).epsilon(1e-14));
  CHECK(s.calibration_ratio() == Approx(1.1).epsilon(1e-14));
}

TEST_CASE("always predicting the base rate has a normalised entropy of one and a calibration ratio of one") {
  ForecastScores s;
  for (int i = 0; i < 50; ++i) s.add(0.14, i % 50 < 7);
  CHECK(s.normalised_entropy() == Approx(1).epsilon(1e-13));
  CHECK(s.calibration_ratio() == Approx(1).epsilon(1e-13));
}

TEST_CASE("both rules are least in expectation at the true probability") {
  // Expected scores by their closed form: events of probability 0.2 among many predicted q.
  const auto of = [](double q) {
    ForecastScores s;
    for (int i = 0; i < 10; ++i) s.add(q, i < 2);
    return s;
  };
  for (const double q : {0.05, 0.15, 0.19, 0.21, 0.3, 0.9}) {
    CHECK(of(q).log_loss() > of(0.2).log_loss());
    CHECK(of(q).brier() > of(0.2).brier());
  }
}

TEST_CASE("merged parts score as the whole") {
  Rng rng = stream({99}, Stream::Test, {});
  ForecastScores whole, left, right;
  for (int i = 0; i < 500; ++i) {
    const double p = rng.uniform();
    const bool happened = bernoulli(rng, p);
    whole.add(p, happened);
    (i < 120 ? left : right).add(p, happened);
  }
  const ForecastScores merged = left.merged(right);
  CHECK(merged.n == 500);
  CHECK(merged.events == whole.events);
  CHECK(merged.log_loss() == Approx(whole.log_loss()).epsilon(1e-13));
  CHECK(merged.brier() == Approx(whole.brier()).epsilon(1e-13));
}

TEST_CASE("what was called impossible costs infinitely much, and what is undefined is NaN") {
  ForecastScores s;
  CHECK(std::isnan(s.log_loss()));
  CHECK(std::isnan(s.brier()));
  CHECK(std::isnan(s.calibration_ratio()));
  s.add(0, false);
  CHECK(s.log_loss() == 0);
  CHECK(std::isnan(s.normalised_entropy()));
  s.add(0, true);
  CHECK(s.log_loss() == kInfinity);
  CHECK(s.brier() == 0.5);
}
