// Moments are checked within 5 standard errors: each check fails by chance at most once in 1.7 million seeds, and the seed is
// fixed.
#include "base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr int kDraws = 100'000;

Rng fresh(std::uint64_t n) { return stream({2024}, Stream::Test, entity_key(n)); }
Rng pinned() { return stream({12345}, Stream::Test, {1, 2, 3}); }

// Draws from one long stream and from many short ones alike; checks mean, and variance given the kurtosis.
void check_moments(const std::function<double(Rng&)>& draw, double mean, double variance, double kurtosis) {
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const double d = draw(rng) - mean;
    sum += d;
    squares += d * d;
  }
  CHECK(std::abs(sum / kDraws) < 5 * std::sqrt(variance / kDraws));
  CHECK(std::abs(squares / kDraws - variance) < 5 * variance * std::sqrt((kurtosis - 1) / kDraws));
}

}  // namespace

TEST_CASE("uniform and normal and exponential draws have their moments") {
  check_moments([](Rng& r) { return r.uniform(); }, 0.5, 1.0 / 12, 1.8);
  check_moments([](Rng& r) { return normal(r); }, 0, 1, 3);
  check_moments([](Rng& r) { return exponential(r, 3); }, 3, 9, 9);
  check_moments([](Rng& r) { return double(bernoulli(r, 0.2)); }, 0.2, 0.16, 1 / 0.16 - 3);
}

TEST_CASE("gamma draws have their moments for shapes below and above 1") {
  for (const double shape : {0.1, 0.5, 1.0, 2.5, 40.0}) {
    CAPTURE(shape);
    check_moments([&](Rng& r) { return gamma(r, shape, 2); }, 2 * shape, 4 * shape, 3 + 6 / shape);
  }
}

TEST_CASE("beta draws have their moments") {
  const auto variance = [](double a, double b) { return a * b / ((a + b) * (a + b) * (a + b + 1)); };
  const auto kurtosis = [](double a, double b) {
    return 3 + 6 * ((a - b) * (a - b) * (a + b + 1) - a * b * (a + b + 2)) / (a * b * (a + b + 2) * (a + b + 3));
  };
  for (const auto& [a, b] : {std::pair{2.0, 3.0}, {0.5, 0.5}, {20.0, 1.0}}) {
    CAPTURE(a, b);
    check_moments([a = a, b = b](Rng& r) { return beta(r, a, b); }, a / (a + b), variance(a, b), kurtosis(a, b));
  }
}

TEST_CASE("beta draws with tiny parameters go to the ends and are never undefined") {
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const double x = beta(rng, 0.001, 0.003);
    REQUIRE((x >= 0 && x <= 1));
    sum += x;
  }
  CHECK(std::abs(sum / 10'000 - 0.25) < 5 * std::sqrt(0.1875 / 10'000));
}

TEST_CASE("Poisson draws have mean and variance equal below and above the chunk of 16") {
  for (const double mean : {0.05, 1.0, 15.9, 16.1, 70.0}) {
    CAPTURE(mean);
    check_moments([&](Rng& r) { return double(poisson(r, mean)); }, mean, mean, 3 + 1 / mean);
  }
  Rng rng = fresh(0);
  CHECK(poisson(rng, 0) == 0);
}

TEST_CASE("lognormal draws have their median and Pareto draws their tail") {
  int below = 0, beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    below += lognormal(rng, 7, 1.3) < 7;
    const double x = pareto(rng, 2, 1.5);
    REQUIRE(x >= 2);
    beyond += x > 8;  // probability (2 / 8)^1.5 = 1/8
  }
  CHECK(std::abs(below - kDraws / 2.0) < 5 * std::sqrt(kDraws / 4.0));
  CHECK(std::abs(beyond - kDraws / 8.0) < 5 * std::sqrt(kDraws * 7 / 64.0));
}

TEST_CASE("bounded integers are unbiased even when the bound does not divide 2^32") {
  // For n = 3 * 2^30 a plain modulo or product would give the first third of the range twice its share.
  const std::uint32_t n = 3u << 30;
  std::array<int, 3> thirds{};
  for (int i = 0; i < kDraws; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const std::uint32_t x = uniform_below(rng, n);
    REQUIRE(x < n);
    ++thirds[x % 3];
  }
  for (const int count : thirds) CHECK(std::abs(count - kDraws / 3.0) < 5 * std::sqrt(kDraws * 2 / 9.0));
  Rng rng = fresh(1);
  CHECK(uniform_below(rng, 1) == 0);
}

TEST_CASE("Dirichlet draws add up to 1 and have their means") {
  const std::array<double, 3> alpha{0.2, 1, 3};
  std::array<double, 3> sum{};
  for (int i = 0; i < 20'000; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const auto x = dirichlet(rng, alpha);
    REQUIRE(std::accumulate(x.begin(), x.end(), 0.0) == Approx(1).epsilon(1e-12));
    for (std::size_t k = 0; k < 3; ++k) sum[k] += x[k];
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const double p = alpha[k] / 4.2;
    CHECK(std::abs(sum[k] / 20'000 - p) < 5 * std::sqrt(p * (1 - p) / 5.2 / 20'000));
  }
}

TEST_CASE("Dirichlet draws whose gammas all underflow become a point mass in proportion to alpha") {
  const std::array<double, 2> alpha{1e-5, 3e-5};
  int second = 0;
  for (int i = 0; i < 10'000; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const auto x = dirichlet(rng, alpha);
    REQUIRE(x[0] + x[1] == Approx(1));
    second += x[1] > 0.5;
  }
  CHECK(std::abs(second - 7500) < 5 * std::sqrt(10'000 * 0.1875));
}

TEST_CASE("categorical draws follow their weights and never choose a weight of 0") {
  const std::array<double, 5> weights{0, 1, 0, 3, 0};
  int third = 0;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    const std::size_t k = categorical(rng, weights);
    REQUIRE((k == 1 || k == 3));
    third += k == 3;
  }
  CHECK(std::abs(third - 0.75 * kDraws) < 5 * std::sqrt(kDraws * 0.1875));
}

TEST_CASE("shuffling three values gives all six orders alike") {
  std::array<int, 27> seen{};
  for (int i = 0; i < 60'000; ++i) {
    Rng rng = fresh(static_cast<std::uint64_t>(i));
    std::array<std::uint32_t, 3> x{0, 1, 2};
    shuffle(rng, x);
    ++seen[x[0] * 9 + x[1] * 3 + x[2]];
  }
  CHECK(std::count(seen.begin(), seen.end(), 0) == 21);
  for (const int count : seen)
    if (count > 0) CHECK(std::abs(count - 10'000) < 5 * std::sqrt(60'000 * 5 / 36.0));
}

TEST_CASE("logistic and logit undo each other and saturate") {
  for (const double x : {-20.0, -1.0, 0.0, 0.3, 9.0}) CHECK(logit(logistic(x)) == Approx(x).margin(1e-12));
  CHECK(logistic(-1000) == 0);
  CHECK(logistic(1000) == 1);
}

// Values of our own generator, so that a change of any sampler is seen: integers exactly, doubles to the last bits of libm.
TEST_CASE("known draws are pinned") {
  const auto near = [](double x) { return Approx(x).epsilon(1e-14); };
  Rng a = pinned();
  CHECK(uniform_below(a, 10) == 8);
  CHECK(uniform_below(a, 10) == 8);
  CHECK(uniform_below(a, 1000) == 603);
  Rng b = pinned();
  CHECK(normal(b) == near(-0.4480063400286346));
  Rng c = pinned();
  CHECK(exponential(c, 2) == near(0.31542017898398295));
  Rng d = pinned();
  CHECK(gamma(d, 2.5, 1) == near(1.5718598953733065));
  CHECK(gamma(d, 0.5, 1) == near(0.7170178671332958));
  Rng e = pinned();
  CHECK(beta(e, 2, 3) == near(0.26945770953427295));
  Rng f = pinned();
  CHECK(poisson(f, 3) == 5);
  CHECK(poisson(f, 40) == 47);
  CHECK(poisson(f, 0.1) == 0);
  Rng g = pinned();
  CHECK(pareto(g, 1, 2) == near(1.0820474622370277));
  Rng h = pinned();
  CHECK(lognormal(h, 3, 0.5) == near(2.397937801598884));
  Rng i = pinned();
  std::vector<std::uint32_t> order{0, 1, 2, 3, 4, 5, 6, 7};
  shuffle(i, order);
  CHECK(order == std::vector<std::uint32_t>{1, 4, 0, 5, 2, 3, 7, 6});
}
