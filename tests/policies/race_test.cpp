#include "policies/race.hpp"

#include <array>
#include <cmath>
#include <numeric>

#include "base/distributions.hpp"
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
      const Race race(Posterior::Gaussian, {{distance, 1}, {0, other}}, 1);
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
    const Race race(Posterior::Beta, {{double(a), double(b)}, {double(c), double(d)}}, 1);
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
  for (const auto& [kind, runners, slots] :
       {std::tuple(Posterior::Gaussian, normals, 1), std::tuple(Posterior::Gaussian, normals, 60),
        std::tuple(Posterior::Beta, betas, 1), std::tuple(Posterior::Beta, betas, 60)}) {
    const Race race(kind, runners, slots);
    auto left = everybody(60);
    while (!left.empty()) {
      CHECK(sum_of(race, left) == Approx(1).margin(1e-6));
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(left.size() / 2));
    }
  }
}

TEST_CASE("alike runners are equally likely and the last one is certain") {
  const Race race(Posterior::Beta, std::vector<Race::Runner>(20, {0.5, 9.5}), 1);
  for (std::size_t i = 0; i < 20; ++i) CHECK(race.propensity(everybody(20), i) == Approx(0.05).margin(1e-7));
  CHECK(race.propensity(std::vector<std::uint16_t>{7}, 0) == 1);
}

TEST_CASE("where the grid is too coarse the error is declared") {
  const Race fine(Posterior::Gaussian, {{0, 1}, {0.1, 1}}, 1), coarse(Posterior::Gaussian, {{0, 1}, {0.1, 1e-5}}, 1);
  CHECK(fine.propensity_error(everybody(2), 0, fine.propensity(everybody(2), 0)) == 0);
  const double p = coarse.propensity(everybody(2), 0);
  CHECK(std::fabs(p - normal_sf(0.1)) <= 3 * coarse.propensity_error(everybody(2), 0, p) + 1e-6);
}

TEST_CASE("one very narrow posterior among wide ones costs no precision but what is declared") {
  // 400,000 clicks of ten million beside nine of hardly any: whether one of these is above 0.04 is known to a part in 10,000.
  std::vector<Race::Runner> runners(9, {0.5, 9.5});
  runners.push_back({4e5, 9.6e6});
  const Race race(Posterior::Beta, runners, 1);
  const auto all = everybody(10);
  const double p = race.propensity(all, 9), want = std::pow(beta_cdf(0.04, 0.5, 9.5), 9);
  const double error = race.propensity_error(all, 9, p);
  CHECK(error > 0);
  CHECK(std::fabs(p - want) < error + 1e-4);
  CHECK(race.propensity(all, 0) == Approx((1 - want) / 9).margin(1e-3));
}

TEST_CASE("many betas win as often as the chances say by the lazy draw too") {
  // 150 runners, three of them ahead; 20,000 races, 1e-6 that any comparison fails without cause.
  std::vector<Race::Runner> runners(150, {1.2, 30});
  runners[3] = {60, 400}, runners[70] = {2, 20}, runners[149] = {6, 50};
  const Race race(Posterior::Beta, runners, 1);
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

TEST_CASE("chances are those of the obvious integral with a distribution function for everyone at every node") {
  // Narrow and wide, far ahead and far behind, fewer than one click, as many as fill groups of lanes unevenly.
  const std::vector<Race::Runner> runners{{0.3, 5},   {2, 60},   {1.2, 30}, {90, 1500}, {8, 100},   {400, 9000}, {0.5, 3},
                                          {30, 1000}, {5, 80.5}, {1, 19},   {60, 900},  {0.7, 0.9}, {12, 12}};
  const auto twin = [&](std::span<const std::uint16_t> admitted, std::size_t i) {
    constexpr double kStep = 0.02;
    double sum = 0;
    for (double t = -8; t < 30; t += kStep) {
      const double x = 1 / (1 + std::exp(-t));
      const auto [a, b] = runners[admitted[i]];
      double p = std::exp(a * std::log(x) - b * std::log1p(std::exp(t)) - std::lgamma(a) - std::lgamma(b) + std::lgamma(a + b));
      for (std::size_t j = 0; j < admitted.size() && p > 1e-12; ++j)
        if (j != i) p *= beta_cdf(x, runners[admitted[j]].a, runners[admitted[j]].b);
      sum += p * kStep;
    }
    return sum;
  };
  const Race race(Posterior::Beta, runners, 1);
  const auto all = everybody(runners.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(race.propensity(all, i) == Approx(twin(all, i)).margin(1e-6));
  const std::vector<std::uint16_t> some{1, 2, 4, 5, 7, 9};
  for (std::size_t i = 0; i < some.size(); ++i) CHECK(race.propensity(some, i) == Approx(twin(some, i)).margin(1e-6));
}

TEST_CASE("many betas win as often by the lazy draw as where each is drawn by two gammas") {
  // 200 posteriors in twenty classes, 8,000 races by each draw: five standard deviations for each class, 1e-5 that any differs
  // without cause.
  std::vector<Race::Runner> runners;
  Rng rng = stream({1}, Stream::Test, {1, 0, 0});
  for (std::size_t i = 0; i < 200; ++i) {
    const double n = 5 + 400 * rng.uniform(), p = 0.01 + 0.5 * rng.uniform() * rng.uniform();
    runners.push_back({n * p, n * (1 - p)});
  }
  const Race race(Posterior::Beta, runners, 1);
  const auto all = everybody(200);
  std::array<double, 20> lazy{}, plain{};
  constexpr std::uint64_t kRaces = 8000;
  for (std::uint64_t n = 0; n < kRaces; ++n) {
    Rng one = stream({6}, Stream::Test, entity_key(n, 1)), two = stream({6}, Stream::Test, entity_key(n, 2));
    lazy[race.draw(one, all) / 10] += 1.0 / kRaces;
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < 200; ++i)
      if (const double x = beta(two, runners[i].a, runners[i].b); x > most) most = x, best = i;
    plain[best / 10] += 1.0 / kRaces;
  }
  for (std::size_t c = 0; c < 20; ++c) CHECK(std::fabs(lazy[c] - plain[c]) < 5 * std::sqrt(2 * plain[c] / kRaces + 1e-7));
}
