#include "sim/item_supply.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

struct Moments {
  double n = 0, mean_x = 0, mean_y = 0, var_x = 0, var_y = 0, correlation = 0;
};
template <class X, class Y>
Moments moments(const ItemSupply& s, X x, Y y) {
  Moments m;
  m.n = static_cast<double>(s.truth.size());
  for (const auto& t : s.truth) {
    m.mean_x += x(t) / m.n;
    m.mean_y += y(t) / m.n;
  }
  double xy = 0;
  for (const auto& t : s.truth) {
    m.var_x += (x(t) - m.mean_x) * (x(t) - m.mean_x) / m.n;
    m.var_y += (y(t) - m.mean_y) * (y(t) - m.mean_y) / m.n;
    xy += (x(t) - m.mean_x) * (y(t) - m.mean_y) / m.n;
  }
  m.correlation = xy / std::sqrt(m.var_x * m.var_y);
  return m;
}
double quality(const ItemTruth& t) { return static_cast<double>(t.quality); }
double clickbait(const ItemTruth& t) { return static_cast<double>(t.clickbait); }
double log_duration(const ItemTruth& t) { return std::log(static_cast<double>(t.duration_min)); }

bool same_but_upload(const ItemTruth& a, const ItemTruth& b) {
  return a.v == b.v && a.quality == b.quality && a.clickbait == b.clickbait && a.duration_min == b.duration_min &&
         a.category == b.category && a.appeal == b.appeal;
}

}  // namespace

TEST_CASE("quality and clickbait and duration have the moments of the world page") {
  ItemParams p;
  p.count = 30'000;
  p.arrivals_per_day = 0;
  p.creator_quality_share = 0;  // items independent of each other, so that standard errors are simple
  const ItemSupply s = make_items(p, {1}, day(1), {});
  const double n = static_cast<double>(s.truth.size());
  const Moments qb = moments(s, quality, clickbait);
  CHECK(std::fabs(qb.mean_x) < kZ / std::sqrt(n));
  CHECK(std::fabs(qb.mean_y) < kZ / std::sqrt(n));
  CHECK(std::fabs(qb.var_x - 1) < kZ * std::sqrt(2 / n));
  CHECK(std::fabs(qb.var_y - 1) < kZ * std::sqrt(2 / n));
  // Fisher: the sample correlation's standard error is (1 - rho^2) / sqrt(n).
  CHECK(std::fabs(qb.correlation + 0.35) < kZ * (1 - 0.35 * 0.35) / std::sqrt(n));

  const Moments db = moments(s, log_duration, clickbait);
  const double variance = 0.8 * 0.8 + 0.25 * 0.25, rho = -0.25 / std::sqrt(variance);
  CHECK(std::fabs(db.mean_x - std::log(5.8)) < kZ * std::sqrt(variance / n));
  CHECK(std::fabs(db.var_x - variance) < kZ * variance * std::sqrt(2 / n));
  CHECK(std::fabs(db.correlation - rho) < kZ * (1 - rho * rho) / std::sqrt(n));
}

TEST_CASE("four tenths of an item's quality variance is its creator's") {
  ItemParams p;
  p.count = 40'000;
  p.arrivals_per_day = 0;
  const ItemSupply s = make_items(p, {2}, day(1), {});
  std::map<std::uint32_t, std::vector<double>> by_creator;
  for (std::size_t i = 0; i < s.truth.size(); ++i) by_creator[s.facts[i].creator.value].push_back(quality(s.truth[i]));
  // One pair of items a creator: products of two standard normals of correlation 0.4, variance 1 + 0.4^2.
  double n = 0, sum = 0;
  for (const auto& [creator, qs] : by_creator)
    if (qs.size() >= 2) {
      n += 1;
      sum += qs[0] * qs[1];
    }
  REQUIRE(n > 1000);
  CHECK(std::fabs(sum / n - 0.4) < kZ * std::sqrt(1.16 / n));
}

TEST_CASE("category shares follow the rank's power") {
  ItemParams p;
  p.count = 30'000;
  p.arrivals_per_day = 0;
  const ItemSupply s = make_items(p, {3}, day(1), {});
  std::vector<double> weight;
  double total = 0;
  for (int c = 0; c < 20; ++c) total += weight.emplace_back(std::pow(c + 1, -0.7));
  std::vector<std::int64_t> count(20, 0);
  for (const auto& t : s.truth) ++count.at(static_cast<std::size_t>(t.category));
  for (std::size_t c = 0; c < 20; ++c) CHECK(consistent_with_rate(count[c], p.count, weight[c] / total, 1e-6 / 20));
}

TEST_CASE("items lie around their category and content shows them through noise") {
  ItemParams p;
  p.count = 2000;
  const ItemSupply s = make_items(p, {4}, day(2), {});
  double own = 0, other = 0, content = 0;
  for (std::size_t i = 0; i < s.truth.size(); ++i) {
    const ItemTruth& t = s.truth[i];
    const auto c = static_cast<std::size_t>(t.category);
    REQUIRE(static_cast<double>(dot(t.v, t.v)) == Approx(1).epsilon(1e-5));
    REQUIRE(static_cast<double>(dot(s.facts[i].content, s.facts[i].content)) == Approx(1).epsilon(1e-5));
    own += static_cast<double>(dot(t.v, s.centres[c]));
    other += static_cast<double>(dot(t.v, s.centres[(c + 1) % 20]));
    content += static_cast<double>(dot(t.v, s.facts[i].content));
  }
  const double n = static_cast<double>(s.truth.size());
  // Unit centre plus noise of length 0.9 (0.3): cosines about 1 / sqrt(1 + 0.81) = 0.74 and 1 / sqrt(1.09) = 0.96.
  CHECK(own / n == Approx(0.74).margin(0.03));
  CHECK(content / n == Approx(0.96).margin(0.02));
  CHECK(std::fabs(other / n) < 0.3);
}

TEST_CASE("facts tell what a platform may know and nothing else differs") {
  ItemParams p;
  p.count = 300;
  const ItemSupply s = make_items(p, {5}, day(3), {});
  REQUIRE(s.facts.size() == s.truth.size());
  for (std::size_t i = 0; i < s.facts.size(); ++i) {
    CHECK(s.facts[i].id == ItemId{i});
    CHECK(s.facts[i].category.index() == static_cast<std::size_t>(s.truth[i].category));
    CHECK(s.facts[i].uploaded == s.truth[i].uploaded);
    CHECK(s.facts[i].duration_s == s.truth[i].duration_min * 60.0f);
    CHECK(s.facts[i].creator.value < 30);
  }
}

TEST_CASE("ids are in order of upload and the initial catalogue stands before time 0") {
  ItemParams p;
  p.count = 500;
  const ItemSupply s = make_items(p, {6}, day(10), {});
  CHECK(s.initial == 500);
  CHECK(std::is_sorted(s.truth.begin(), s.truth.end(),
                       [](const ItemTruth& a, const ItemTruth& b) { return a.uploaded < b.uploaded; }));
  for (std::size_t i = 0; i < s.truth.size(); ++i) {
    CHECK((s.truth[i].uploaded < SimTime{0}) == (i < s.initial));
    CHECK(s.truth[i].uploaded < day(10));
  }
}

TEST_CASE("new items come every day by day at one per cent of the catalogue") {
  ItemParams p;
  p.count = 5000;
  const ItemSupply s = make_items(p, {7}, day(28), {});
  std::vector<int> per_day(28, 0);
  for (std::size_t i = s.initial; i < s.truth.size(); ++i) {
    ++per_day.at(static_cast<std::size_t>(s.truth[i].uploaded.days()));
    const double hour = local_hour(s.truth[i].uploaded, 0);
    REQUIRE((hour >= 6 && hour < 22));
  }
  double total = 0;
  for (const int n : per_day) {
    CHECK(n > 0);  // Poisson of mean 50: empty with probability 2e-22
    total += n;
  }
  CHECK(std::fabs(total - 28 * 50) < kZ * std::sqrt(28 * 50.0));
}

TEST_CASE("no arrivals means none") {
  ItemParams p;
  p.count = 50;
  p.arrivals_per_day = 0;
  CHECK(make_items(p, {8}, day(30), {}).truth.size() == 50);
}

TEST_CASE("a longer horizon only appends items") {
  ItemParams p;
  p.count = 400;
  p.arrivals_per_day = 0.05;
  const ItemSupply a = make_items(p, {9}, day(5), {}), b = make_items(p, {9}, day(12), {});
  REQUIRE(b.truth.size() > a.truth.size());
  for (std::size_t i = 0; i < a.truth.size(); ++i) {
    REQUIRE(same_but_upload(a.truth[i], b.truth[i]));
    REQUIRE(a.truth[i].uploaded == b.truth[i].uploaded);
    REQUIRE(a.facts[i].content == b.facts[i].content);
    REQUIRE(a.facts[i].creator == b.facts[i].creator);
  }
}

TEST_CASE("an item is the same whatever the size of the catalogue around it") {
  // With as many creators in both: an item's creator is drawn among those there are.
  ItemParams small, large;
  small.count = 200;
  small.items_per_creator = 10;
  large.count = 400;
  large.items_per_creator = 20;
  const ItemSupply a = make_items(small, {10}, day(2), {}), b = make_items(large, {10}, day(2), {});
  for (std::size_t i = 0; i < 200; ++i) {
    REQUIRE(same_but_upload(a.truth[i], b.truth[i]));
    REQUIRE(a.facts[i].content == b.facts[i].content);
  }
}

TEST_CASE("another seed makes another catalogue") {
  ItemParams p;
  p.count = 50;
  const ItemSupply a = make_items(p, {1}, day(1), {}), b = make_items(p, {2}, day(1), {});
  int same = 0;
  for (std::size_t i = 0; i < 50; ++i) same += a.truth[i].quality == b.truth[i].quality;
  CHECK(same == 0);
}

TEST_CASE("measured items are taken in order and arrivals sample them") {
  std::vector<ItemRow> rows(30);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows[r].category = static_cast<int>(r % 3);
    rows[r].appeal = static_cast<double>(r);
    rows[r].v[r % 16] = 1;
  }
  ItemParams p;
  p.count = 30;
  p.categories = 3;
  p.arrivals_per_day = 1;
  const ItemSupply s = make_items(p, {11}, day(10), rows);
  REQUIRE(s.truth.size() > 200);
  std::vector<int> used(30, 0);
  for (std::size_t i = 0; i < s.truth.size(); ++i) {
    const auto r = static_cast<std::size_t>(s.truth[i].appeal);
    REQUIRE(r < 30);
    if (i < s.initial)
      REQUIRE(r == i);
    else
      ++used[r];
    REQUIRE(s.truth[i].category == rows[r].category);
    REQUIRE(s.truth[i].v == rows[r].v);
    REQUIRE(s.facts[i].category.index() == r % 3);
  }
  const double arrivals = static_cast<double>(s.truth.size() - s.initial);
  for (const int n : used) CHECK(consistent_with_rate(n, static_cast<std::int64_t>(arrivals), 1.0 / 30, 1e-6 / 30));
  for (const auto& c : s.centres) CHECK(static_cast<double>(dot(c, c)) == Approx(1).epsilon(1e-5));
}

TEST_CASE("items go viral at their rate, for a while, whatever the horizon") {
  ItemParams p;
  p.count = 4000;
  p.viral_per_day = 0.02;
  const ItemSupply s = make_items(p, {5}, day(30), {}), shorter = make_items(p, {5}, day(10), {});
  double expected = 0;
  for (std::size_t i = 0; i < s.truth.size(); ++i) {
    const ItemTruth& item = s.truth[i];
    expected += 0.02 * (day(30) - std::max(item.uploaded, SimTime{0} - kHour * 36)).days();
    for (std::uint32_t k = item.first_shock; k < item.first_shock + item.shocks; ++k) {
      REQUIRE(s.shocks[k].begin >= item.uploaded);
      REQUIRE(s.shocks[k].appeal == 1.5);
      if (k > item.first_shock) REQUIRE(s.shocks[k].begin >= s.shocks[k - 1].begin);
    }
  }
  CHECK(std::fabs(static_cast<double>(s.shocks.size()) - expected) < kZ * std::sqrt(expected));
  for (std::size_t i = 0; i < s.initial; ++i) {
    const ItemTruth &a = s.truth[i], &b = shorter.truth[i];
    REQUIRE(b.shocks <= a.shocks);
    for (std::uint32_t k = 0; k < b.shocks; ++k)
      REQUIRE(shorter.shocks[b.first_shock + k].begin == s.shocks[a.first_shock + k].begin);
  }
  const ViralShock& shock = s.shocks.front();
  std::size_t i = 0;
  while (s.truth[i].shocks == 0) ++i;
  REQUIRE(s.truth[i].first_shock == 0);
  CHECK(s.shock(s.truth[i], shock.begin + Duration{-1}, kHour * 36) == 0);
  CHECK(s.shock(s.truth[i], shock.begin, kHour * 36) >= 1.5);
  if (s.truth[i].shocks == 1) CHECK(s.shock(s.truth[i], shock.begin + kHour * 36, kHour * 36) == 0);
}

TEST_CASE("a hit is an item of the start that all may see, from noon of its day") {
  ItemParams p;
  p.count = 500;
  CHECK_FALSE(make_items(p, {5}, day(9), {}).hit);
  p.hit_day = 3;
  const ItemSupply s = make_items(p, {5}, day(9), {});
  REQUIRE(s.hit);
  REQUIRE(s.hit->index() < s.initial);
  CHECK(for_everybody(s.facts[s.hit->index()]));
  const ItemTruth& hit = s.truth[s.hit->index()];
  CHECK(s.shock(hit, day(3) + kHour * 11, kHour * 36) == 0);
  CHECK(s.shock(hit, day(3) + kHour * 12, kHour * 36) == 4);
  CHECK(s.shock(hit, day(5) + kHour * 1, kHour * 36) == 0);
}

TEST_CASE("a heavy tail makes a share of items longer") {
  ItemParams p;
  p.count = 20'000;
  p.duration_median_min = 9.6 / 60;
  p.duration_sigma = 0.37;
  p.duration_clickbait = 0;
  const double plain = [&] {
    double sum = 0;
    for (const auto& t : make_items(p, {5}, day(1), {}).truth) sum += static_cast<double>(t.duration_min) * 60;
    return sum / 20'000;
  }();
  p.duration_tail_share = 0.05;
  double sum = 0;
  for (const auto& t : make_items(p, {5}, day(1), {}).truth) sum += static_cast<double>(t.duration_min) * 60;
  CHECK(plain == Approx(10.3).epsilon(0.03));
  CHECK(sum / 20'000 == Approx(14.6).epsilon(0.04));  // KuaiRec's mean
}
