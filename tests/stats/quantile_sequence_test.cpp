#include "stats/quantile_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/bernoulli_sequence.hpp"
#include "stats/proportion.hpp"
#include "stats/sequential_srm.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

double count_evidence(std::int64_t below, std::int64_t n, double p, double weight) {
  return log_mismatch_factor(std::vector<std::int64_t>{below, n - below}, std::vector<double>{p, 1 - p}, weight);
}

}  // namespace

TEST_CASE("the interval holds the counts that are not rejected") {
  const double alpha = 0.05;
  for (const double p : {0.05, 0.5, 0.95})
    for (const std::int64_t n : {1, 17, 400}) {
      const double weight = bernoulli_concentration(100, alpha);
      std::vector<double> x;
      for (std::int64_t i = 1; i <= n; ++i) x.push_back(static_cast<double>(i));  // the i-th value is i
      const Interval ci = quantile_sequence(x, p, alpha, weight);
      double low = kInfinity, high = -kInfinity;
      for (std::int64_t k = 0; k <= n; ++k)
        if (count_evidence(k, n, p, weight) < -std::log(alpha)) {
          low = std::min(low, k == 0 ? -kInfinity : static_cast<double>(k));
          high = std::max(high, k == n ? kInfinity : static_cast<double>(k + 1));
        }
      CAPTURE(p, n);
      CHECK(ci.low == low);
      CHECK(ci.high == high);
    }
  CHECK(quantile_sequence({}, 0.5, alpha, 10).low == -kInfinity);
  CHECK(quantile_sequence({}, 0.5, alpha, 10).high == kInfinity);
}

TEST_CASE("the p of two groups is the least evidence of any common value, tried one by one") {
  const double p = 0.7, weight = 30;
  Rng rng = stream({52}, Stream::Test, entity_key(0));
  for (const double shift : {0.0, 3.0, 8.0}) {
    std::vector<double> a, b, tried{-100};
    for (int i = 0; i < 60; ++i) a.push_back(uniform_below(rng, 10));  // with many ties
    for (int i = 0; i < 45; ++i) b.push_back(shift + uniform_below(rng, 10));
    for (double x = -1; x < 20; x += 0.5) tried.push_back(x);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    double least = kInfinity;
    for (const double x : tried) {
      double sum = 0;
      for (const auto& group : {a, b}) {
        const auto [first, last] = std::equal_range(group.begin(), group.end(), x);
        double best = kInfinity;
        for (auto k = first - group.begin(); k <= last - group.begin(); ++k)
          best = std::min(best, count_evidence(k, std::ssize(group), p, weight));
        sum += best;
      }
      least = std::min(least, sum);
    }
    CAPTURE(shift);
    CHECK(sequential_quantile_p(a, b, p, weight) == Approx(std::min(1.0, std::exp(-least))).epsilon(1e-10));
    CHECK(sequential_quantile_p(a, b, p, weight) == Approx(sequential_quantile_p(b, a, p, weight)).epsilon(1e-10));
  }
  CHECK(sequential_quantile_p({}, std::vector<double>{1}, p, weight) == 1);
}

TEST_CASE("a quantile with ties is covered at all looks and equal groups are rarely told apart") {
  // 400 streams of 240 whole values from 0 to 9, of which 7 is the only 0.75-quantile; alpha 0.1. Fails by chance with
  // probability at most 1e-6 each.
  const std::int64_t reps = 400;
  const double p = 0.75, alpha = 0.1, weight = bernoulli_concentration(120, alpha);
  std::int64_t missed = 0, rejected = 0, found = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({53}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> a, b, later;
    bool out = false;
    double same = 1, other = 1;
    for (int n = 1; n <= 240; ++n) {
      a.push_back(uniform_below(rng, 10));
      b.push_back(uniform_below(rng, 10));
      later.push_back(b.back() + 4);
      if (n % 24 != 0) continue;
      for (auto* values : {&a, &b, &later}) std::sort(values->begin(), values->end());
      out |= !quantile_sequence(a, p, alpha, weight).contains(7);
      same = std::min(same, sequential_quantile_p(a, b, p, weight));
      other = std::min(other, sequential_quantile_p(a, later, p, weight));
    }
    missed += out;
    rejected += same <= alpha;
    found += other <= alpha;
  }
  CHECK(clopper_pearson(missed, reps, 1e-6).low <= alpha);
  CHECK(clopper_pearson(rejected, reps, 1e-6).low <= alpha);
  CHECK(found > reps * 95 / 100);
}
