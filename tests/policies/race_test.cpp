#include "policies/race.hpp"

#include <cmath>
#include <numeric>

#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<std::uint16_t> everybody(std::size_t n) {
  std::vector<std::uint16_t> all(n);
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  return all;
}

double sum_of(const Race& race, std::span<const std::uint16_t> admitted) {
  double sum = 0;
  for (std::size_t i = 0; i < admitted.size(); ++i) sum += race.propensity(admitted, i);
  return sum;
}

}  // namespace

TEST_CASE("of two normals the chance of the larger is the normal of their distance") {
  for (const double distance : {0.0, 0.5, 3.0})
    for (const double other : {0.1, 1.0, 5.0}) {
      const Race race(Posterior::Gaussian, {{distance, 1}, {0, other}}, 0);
      const double want = normal_sf(-distance / std::hypot(1, other));
      CHECK(race.propensity(everybody(2), 0) == Approx(want).margin(1e-8));
      CHECK(race.propensity(everybody(2), 1) == Approx(1 - want).margin(1e-8));
    }
}

TEST_CASE("of two betas with whole parameters the chance is the closed sum") {
  // P(A > B) = sum over i < a of B(c + i, b + d) / ((b + i) B(1 + i, b) B(c, d)), A of (a, b) and B of (c, d).
  const auto log_beta = [](double x, double y) { return std::lgamma(x) + std::lgamma(y) - std::lgamma(x + y); };
  const int cases[][4]{{1, 1, 1, 1}, {3, 40, 2, 60}, {1, 19, 1, 19}, {200, 5000, 1, 19}, {700, 9000, 690, 9000}, {1, 1, 30, 3}};
  for (const auto& [a, b, c, d] : cases) {
    double want = 0;
    for (int i = 0; i < a; ++i)
      want += std::exp(log_beta(c + i, b + d) - std::log(b + i) - log_beta(1 + i, b) - log_beta(c, d));
    const Race race(Posterior::Beta, {{double(a), double(b)}, {double(c), double(d)}}, 0);
    INFO(a << " " << b << " " << c << " " << d);
    CHECK(race.propensity(everybody(2), 0) == Approx(want).margin(1e-6));
    CHECK(race.propensity(everybody(2), 1) == Approx(1 - want).margin(1e-6));
  }
}

TEST_CASE("chances of all who are left sum to one however many have gone") {
  std::vector<Race::Runner> normals, betas;
  for (int i = 0; i < 60; ++i) {
    normals.push_back({0.05 + 0.002 * (i % 17), 0.003 * (1 + i % 5)});
    betas.push_back({0.3 + i % 9, 20.0 + 7 * (i % 11)});
  }
  for (const auto& [kind, runners] : {std::pair(Posterior::Gaussian, normals), std::pair(Posterior::Beta, betas)}) {
    const Race race(kind, runners, 59);
    auto left = everybody(60);
    while (!left.empty()) {
      CHECK(sum_of(race, left) == Approx(1).margin(1e-6));
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(left.size() / 2));
    }
  }
}

TEST_CASE("alike runners are equally likely and the last one is certain") {
  const Race race(Posterior::Beta, std::vector<Race::Runner>(20, {0.5, 9.5}), 0);
  for (std::size_t i = 0; i < 20; ++i) CHECK(race.propensity(everybody(20), i) == Approx(0.05).margin(1e-7));
  CHECK(race.propensity(std::vector<std::uint16_t>{7}, 0) == 1);
}

TEST_CASE("where the grid is too coarse the error is declared") {
  const Race fine(Posterior::Gaussian, {{0, 1}, {0.1, 1}}, 0), coarse(Posterior::Gaussian, {{0, 1}, {0.1, 1e-5}}, 1);
  CHECK(fine.propensity_error(everybody(2), 0, fine.propensity(everybody(2), 0)) == 0);
  const double p = coarse.propensity(everybody(2), 0);
  CHECK(std::fabs(p - normal_sf(0.1)) <= 3 * coarse.propensity_error(everybody(2), 0, p) + 1e-6);
}

TEST_CASE("many betas win as often as the chances say by the lazy draw too") {
  // 150 runners, three of them ahead; 20,000 races, 1e-6 that any comparison fails without cause.
  std::vector<Race::Runner> runners(150, {1.2, 30});
  runners[3] = {60, 400}, runners[70] = {2, 20}, runners[149] = {6, 50};
  const Race race(Posterior::Beta, runners, 0);
  const auto all = everybody(150);
  REQUIRE(all.size() >= Race::kManyRunners);
  std::vector<std::int64_t> wins(150);
  constexpr std::int64_t kRaces = 20'000;
  for (std::int64_t n = 0; n < kRaces; ++n) {
    Rng rng = stream({6}, Stream::Test, entity_key(static_cast<std::uint64_t>(n)));
    ++wins[race.draw(rng, all)];
  }
  for (std::size_t i = 0; i < 150; ++i) CHECK(consistent_with_rate(wins[i], kRaces, race.propensity(all, i), 1e-6 / 150));
}
