#include "stats/surrogate_index.hpp"

#include <array>
#include <cmath>

#include "base/random.hpp"
#include "stats/moments.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Draw {
  double s1, s2, y;
};
// The outcome is 0.3 + 2 s1 - s2 + noise; the treatment moves s1 by `shift`.
Draw draw(std::uint32_t world, std::uint32_t unit, double shift) {
  Rng rng = stream(Seed{11}, Stream::Test, {world, unit});
  const double s1 = rng.uniform() + shift, s2 = 3 * rng.uniform() + 0.5 * s1;
  return {s1, s2, 0.3 + 2 * s1 - s2 + (rng.uniform() - 0.5)};
}

VectorMoments past(std::uint32_t world, std::uint32_t units) {
  VectorMoments m(3);
  for (std::uint32_t u = 0; u < units; ++u) {
    const Draw d = draw(world, u, 0);
    m.add(std::array{d.s1, d.s2, d.y});
  }
  return m;
}

}  // namespace

TEST_CASE("an outcome without noise gives its weights back") {
  VectorMoments m(3);
  for (int u = 0; u < 12; ++u) {
    const double a = u % 5, b = u * u % 7;
    m.add(std::array{a, b, 4 - 1.5 * a + 0.25 * b});
  }
  const SurrogateFit fit = fit_surrogates(m);
  REQUIRE(fit.status == TestStatus::Ok);
  CHECK(fit.weights[0] == Approx(-1.5));
  CHECK(fit.weights[1] == Approx(0.25));
  CHECK(fit.r2 == Approx(1));
}

TEST_CASE("one surrogate is simple regression") {
  const double x[] = {1, 2, 4, 7, 8}, y[] = {0, 1, 1, 0, 1};
  VectorMoments m(2);
  RatioMoments pair;
  for (int i = 0; i < 5; ++i) {
    m.add(std::array{x[i], y[i]});
    pair.add(y[i], x[i]);
  }
  const SurrogateFit fit = fit_surrogates(m);
  const double slope = pair.c / pair.m2_den, residual = pair.m2_num - slope * pair.c;
  CHECK(fit.weights[0] == Approx(slope));
  CHECK(fit.covariance[0] == Approx(residual / 3 / pair.m2_den));
  CHECK(fit.r2 == Approx(slope * pair.c / pair.m2_num));
}

TEST_CASE("constant and collinear surrogates take no part, or share") {
  VectorMoments m(3);
  for (int u = 0; u < 9; ++u) m.add(std::array{double(u), 5.0, 2.0 * u});
  const SurrogateFit constant = fit_surrogates(m);
  CHECK(constant.weights[0] == Approx(2));
  CHECK(constant.weights[1] == 0);
  VectorMoments twins(3);
  for (int u = 0; u < 9; ++u) twins.add(std::array{double(u), 2.0 * u, 4.0 * u});
  const SurrogateFit shared = fit_surrogates(twins);
  CHECK(shared.weights[0] + 2 * shared.weights[1] == Approx(4));
  VectorMoments flat(2);
  for (int u = 0; u < 9; ++u) flat.add(std::array{double(u), 1.0});
  CHECK(fit_surrogates(flat).status == TestStatus::ZeroVariance);
  VectorMoments few(3);
  few.add(std::array{1.0, 2.0, 3.0});
  CHECK(fit_surrogates(few).status == TestStatus::NotEnoughData);
  CHECK(surrogate_effect(fit_surrogates(few), VectorMoments(2), VectorMoments(2)).status == TestStatus::NotEnoughData);
}

// 400 experiments: the interval covers the effect, 2 x 0.05 - 0.025, at the nominal rate. A count within five standard errors,
// 95 % +- 5.4 %, fails without cause once in two million.
TEST_CASE("the interval covers the long-term effect where the treatment works through the surrogates") {
  int covered = 0;
  double squares = 0, mean_variance = 0;
  constexpr int kWorlds = 400;
  const double effect = 2 * 0.05 - 0.5 * 0.05;
  for (int w = 0; w < kWorlds; ++w) {
    const auto world = static_cast<std::uint32_t>(3 * w);
    const SurrogateFit fit = fit_surrogates(past(world, 300));
    VectorMoments control(2), treatment(2);
    for (std::uint32_t u = 0; u < 300; ++u) {
      const Draw c = draw(world + 1, u, 0), t = draw(world + 2, u, 0.05);
      control.add(std::array{c.s1, c.s2});
      treatment.add(std::array{t.s1, t.s2});
    }
    const SurrogateEffect e = surrogate_effect(fit, control, treatment);
    covered += std::fabs(e.effect - effect) < 1.96 * e.se;
    squares += (e.effect - effect) * (e.effect - effect) / kWorlds;
    mean_variance += e.se * e.se / kWorlds;
  }
  CHECK(covered > kWorlds * 0.896);
  CHECK(covered < kWorlds);
  CHECK(mean_variance == Approx(squares).epsilon(0.36));  // sd of a variance over 400: 7 %; five of them
}
