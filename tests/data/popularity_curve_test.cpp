#include "data/popularity_curve.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Counts of `events` drawn from p(r) ~ (r + q)^-s.
std::vector<std::int64_t> planted(int items, double s, double q, int events, std::uint64_t key) {
  std::vector<double> cumulative;
  double total = 0;
  for (int r = 1; r <= items; ++r) cumulative.push_back(total += std::pow(r + q, -s));
  std::vector<std::int64_t> counts(static_cast<std::size_t>(items));
  Rng rng = stream(Seed{1}, Stream::Test, entity_key(key));
  for (int k = 0; k < events; ++k) {
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), rng.uniform() * total) - cumulative.begin();
    ++counts[static_cast<std::size_t>(std::min<std::ptrdiff_t>(at, items - 1))];
  }
  return counts;
}

}  // namespace

// With a million events on 300 items, nearly all ranks are told apart, so that ranking by the counts themselves biases
// little. The interval is asymptotically normal; its half-width is 1.96 standard errors, so 4.5 / 1.96 of it are missed with
// probability 7e-6 each, and 1 % is allowed for what bias is left.
TEST_CASE("a planted Zipf-Mandelbrot law is recovered") {
  std::uint64_t key = 0;
  for (const auto& [s, q] : {std::pair{1.2, 5.0}, {2.0, 40.0}, {0.8, 1.0}}) {
    const ZipfMandelbrot fit = fit_zipf_mandelbrot(planted(300, s, q, 1'000'000, ++key));
    INFO("s " << s << " q " << q << ": " << fit.s << " " << fit.q);
    CHECK(std::fabs(fit.s - s) < 4.5 / 1.96 * (fit.s_ci.high - fit.s_ci.low) / 2 + 0.01 * s);
    CHECK(std::fabs(fit.q - q) < 4.5 / 1.96 * (fit.q_ci.high - fit.q_ci.low) / 2 + 0.01 * q);
    CHECK(fit.s_ci.contains(fit.s));
  }
}

TEST_CASE("exact counts of a law give its parameters") {
  std::vector<std::int64_t> counts;
  for (int r = 1; r <= 500; ++r) counts.push_back(std::llround(1e12 * std::pow(r + 30.0, -1.5)));
  const ZipfMandelbrot fit = fit_zipf_mandelbrot(counts);
  CHECK(fit.s == Approx(1.5).epsilon(1e-4));
  CHECK(fit.q == Approx(30.0).epsilon(1e-3));
}

TEST_CASE("the order of the counts and a straight power law are no trouble") {
  std::vector<std::int64_t> counts;
  for (int r = 1; r <= 200; ++r) counts.push_back(std::llround(1e9 / r));
  ZipfMandelbrot fit = fit_zipf_mandelbrot(counts);
  CHECK(fit.s == Approx(1).epsilon(1e-3));
  CHECK(fit.q == Approx(0).margin(0.01));
  std::reverse(counts.begin(), counts.end());
  CHECK(fit_zipf_mandelbrot(counts).s == fit.s);
  CHECK(std::isfinite(fit_zipf_mandelbrot(std::vector<std::int64_t>{3, 0, 0}).s));
  CHECK(std::isfinite(fit_zipf_mandelbrot(std::vector<std::int64_t>(50, 7)).s));
}
