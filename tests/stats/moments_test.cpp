#include "stats/moments.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Unit {
  double num, den;
};

std::vector<Unit> units(std::size_t n, double offset) {
  std::vector<Unit> out;
  Rng rng = stream({11}, Stream::Test, entity_key(n));
  for (std::size_t i = 0; i < n; ++i) {
    const double den = 1 + poisson(rng, 5);
    out.push_back({offset + 0.3 * den + normal(rng), offset + den});
  }
  return out;
}

// Two passes in long double, with the offset taken out by exact subtraction.
RatioMoments two_pass(const std::vector<Unit>& data) {
  long double num = 0, den = 0, m2_num = 0, m2_den = 0, c = 0;
  const auto n = static_cast<long double>(data.size());
  for (const Unit& u : data) num += u.num, den += u.den;
  num /= n, den /= n;
  for (const Unit& u : data) {
    m2_num += (u.num - num) * (u.num - num);
    m2_den += (u.den - den) * (u.den - den);
    c += (u.num - num) * (u.den - den);
  }
  return {static_cast<std::int64_t>(data.size()),
          static_cast<double>(num),
          static_cast<double>(den),
          static_cast<double>(m2_num),
          static_cast<double>(m2_den),
          static_cast<double>(c)};
}

RatioMoments fold(const std::vector<Unit>& data, std::size_t begin, std::size_t end) {
  RatioMoments m;
  for (std::size_t i = begin; i < end; ++i) m.add(data[i].num, data[i].den);
  return m;
}

void check_close(const RatioMoments& a, const RatioMoments& b, double tolerance) {
  CHECK(a.n == b.n);
  CHECK(a.mean_num == Approx(b.mean_num).epsilon(tolerance));
  CHECK(a.mean_den == Approx(b.mean_den).epsilon(tolerance));
  CHECK(a.m2_num == Approx(b.m2_num).epsilon(tolerance));
  CHECK(a.m2_den == Approx(b.m2_den).epsilon(tolerance));
  CHECK(a.c == Approx(b.c).epsilon(tolerance));
}

}  // namespace

TEST_CASE("moments added one by one equal two passes over the data") {
  const auto data = units(2000, 0);
  check_close(fold(data, 0, data.size()), two_pass(data), 1e-12);
}

TEST_CASE("merging parts of any size equals the whole") {
  const auto data = units(1000, 0);
  const RatioMoments whole = two_pass(data);
  for (const std::size_t grain : {1u, 7u, 100u, 999u, 5000u}) {
    CAPTURE(grain);
    RatioMoments total;
    for (std::size_t b = 0; b < data.size(); b += grain) total = total.merged(fold(data, b, std::min(data.size(), b + grain)));
    check_close(total, whole, 1e-11);
  }
}

TEST_CASE("merging with an empty summary changes nothing") {
  const auto data = units(10, 0);
  const RatioMoments m = fold(data, 0, data.size());
  check_close(m.merged({}), m, 0);
  check_close(RatioMoments{}.merged(m), m, 0);
  CHECK(RatioMoments{}.merged({}).n == 0);
}

TEST_CASE("an offset of 1e8 or 1e9 leaves the variance its digits") {
  // One-pass updating keeps about log10(2^53 / offset) digits of a spread of 1; sums of squares would keep none.
  for (const double offset : {1e8, 1e9}) {
    CAPTURE(offset);
    const auto data = units(5000, offset);
    const RatioMoments truth = two_pass(data);
    check_close(fold(data, 0, data.size()), truth, 1e-6);
    RatioMoments total;
    for (std::size_t b = 0; b < data.size(); b += 64) total = total.merged(fold(data, b, std::min(data.size(), b + 64)));
    check_close(total, truth, 1e-6);
  }
}

TEST_CASE("moments reduced in fixed grains have the same bits on any number of threads") {
  const auto data = units(10'000, 1e3);
  std::vector<RatioMoments> results;
  for (const int n : {1, 2, 3, 8}) {
    set_threads(n);
    results.push_back(parallel_reduce(
        data.size(), 128, RatioMoments{}, [&](std::size_t b, std::size_t e) { return fold(data, b, e); },
        [](const RatioMoments& a, const RatioMoments& b) { return a.merged(b); }));
  }
  set_threads(0);
  for (const RatioMoments& m : results) {
    CHECK(m.m2_num == results[0].m2_num);
    CHECK(m.mean_num == results[0].mean_num);
    CHECK(m.c == results[0].c);
  }
}

TEST_CASE("a mean metric has a denominator of exactly 1 however it was merged") {
  RatioMoments a, b;
  for (const double x : {0.1, 0.7, 12.3}) a.add(x);
  for (const double x : {5.5, 1e9}) b.add(x);
  const RatioMoments m = a.merged(b);
  CHECK(m.mean_den == 1);
  CHECK(m.m2_den == 0);
  CHECK(m.c == 0);
}

TEST_CASE("equal values have a variance of exactly 0 however they were merged") {
  RatioMoments total;
  for (int part = 0; part < 10; ++part) {
    RatioMoments m;
    for (int i = 0; i < 7; ++i) m.add(0.1);
    total = total.merged(m);
  }
  CHECK(total.m2_num == 0);
}

TEST_CASE("raw sums enter as the moments of their units") {
  const auto data = units(500, 0);
  RawSums s{.n = static_cast<std::int64_t>(data.size())};
  for (const Unit& u : data) {
    s.num += u.num, s.num_squared += u.num * u.num;
    s.den += u.den, s.den_squared += u.den * u.den;
    s.num_den += u.num * u.den;
  }
  check_close(centred(s), two_pass(data), 1e-10);
  CHECK(centred_mean(3, 6, 14).variance_num() == Approx(1.0));
  CHECK(centred_mean(10, 20, 40).m2_num == 0);
  CHECK(centred_mean(3, 0.3, 0.03).m2_num == 0);  // rounding only
  CHECK(from_mean_and_variance(5, 2, 3).variance_num() == 3);
  CHECK(centred({}).n == 0);
}
