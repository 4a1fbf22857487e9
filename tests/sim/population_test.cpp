#include "sim/population.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "sim/item_supply.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

const std::vector<Latent>& centres() {
  static const std::vector<Latent> made = [] {
    ItemParams p;
    p.count = 1;
    return make_items(p, {1}, day(1), {}).centres;
  }();
  return made;
}

Population people(std::int64_t users, double arrivals = 0, std::int64_t days = 1, PopulationParams p = {},
                  std::uint64_t seed = 1) {
  p.users = users;
  p.arrivals_per_day = arrivals;
  return make_population(p, 0, centres(), {seed}, day(days), {});
}

bool same_person(const UserTraits& a, const UserTraits& b) {
  return a.id == b.id && a.household == b.household && a.joined == b.joined && a.newcomer == b.newcomer &&
         a.country == b.country && a.device == b.device && a.age_bucket == b.age_bucket && a.activity == b.activity &&
         a.susceptibility == b.susceptibility && a.frailty == b.frailty && a.anchor == b.anchor;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

}  // namespace

TEST_CASE("users fill households in order and without gaps") {
  const Population p = people(5000, 0.02, 5);
  std::uint32_t next = 0;
  for (std::size_t h = 0; h < p.households.size(); ++h) {
    REQUIRE(p.households[h].first_user == next);
    REQUIRE((p.households[h].users >= 1 && p.households[h].users <= 4));
    for (std::uint32_t u = next; u < next + p.households[h].users; ++u) REQUIRE(p.users[u].household == HouseholdId{h});
    next += p.households[h].users;
  }
  CHECK(next == p.users.size());
}

TEST_CASE("household sizes have their shares") {
  const Population p = people(20'000);
  const auto n = static_cast<std::int64_t>(p.households.size()) - 1;  // the last one may be cut short
  std::array<std::int64_t, 5> count{};
  for (std::int64_t h = 0; h < n; ++h) ++count.at(p.households[static_cast<std::size_t>(h)].users);
  const std::array<double, 5> share{0, 0.28, 0.35, 0.15, 0.22};
  for (std::size_t k = 1; k <= 4; ++k) CHECK(consistent_with_rate(count[k], n, share[k], 1e-6 / 4));
}

TEST_CASE("activity is lognormal around its median and cut at the top") {
  constexpr std::int64_t kUsers = 20'000;
  const Population p = people(kUsers);
  for (const double z : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
    const double quantile = 0.65 * std::exp(z);
    const auto below =
        std::count_if(p.users.begin(), p.users.end(), [&](const UserTraits& u) { return u.activity < quantile; });
    CHECK(consistent_with_rate(below, kUsers, normal_cdf(z), 1e-6 / 5));
  }
  PopulationParams cut;
  cut.activity_max = 0.5;
  for (const UserTraits& u : people(500, 0, 1, cut).users) CHECK(u.activity <= 0.5);
}

TEST_CASE("devices and countries and tenure and frailty have their distributions") {
  constexpr std::int64_t kUsers = 20'000;
  const Population p = people(kUsers);
  std::array<std::int64_t, 3> device{};
  std::array<std::int64_t, 4> country{};
  std::int64_t longer = 0;
  double frailty = 0, squares = 0;
  for (const UserTraits& u : p.users) {
    ++device.at(u.device);
    ++country.at(u.country);
    REQUIRE(u.joined < SimTime{0});
    REQUIRE(!u.newcomer);
    longer += (SimTime{0} - u.joined).days() > 90;
    frailty += u.frailty;
    squares += u.frailty * u.frailty;
  }
  constexpr double kAlpha = 1e-6 / 8;
  CHECK(consistent_with_rate(device[0], kUsers, 0.65, kAlpha));
  CHECK(consistent_with_rate(device[1], kUsers, 0.20, kAlpha));
  CHECK(consistent_with_rate(device[2], kUsers, 0.15, kAlpha));
  CHECK(consistent_with_rate(country[0], kUsers, 0.30, kAlpha));
  CHECK(consistent_with_rate(country[1], kUsers, 0.30, kAlpha));
  CHECK(consistent_with_rate(country[2], kUsers, 0.25, kAlpha));
  CHECK(consistent_with_rate(country[3], kUsers, 0.15, kAlpha));
  CHECK(consistent_with_rate(longer, kUsers, 0.5, kAlpha));
  const double n = kUsers;
  CHECK(std::fabs(frailty / n) < kZ * 0.8 / std::sqrt(n));
  CHECK(std::fabs(squares / n - 0.64) < kZ * 0.64 * std::sqrt(2 / n));
}

TEST_CASE("members of a household are alike and strangers are not") {
  // Per household: cosine of its first two members minus that of its first and the next household's first.
  const auto compare = [](double correlation, std::int64_t users) {
    PopulationParams params;
    params.household_correlation = correlation;
    const Population p = people(users, 0, 1, params);
    double n = 0, sum = 0, squares = 0;
    for (std::size_t h = 0; h + 2 < p.households.size(); h += 2) {
      if (p.households[h].users < 2) continue;
      const auto& a = p.users[p.households[h].first_user].anchor;
      const double d = static_cast<double>(dot(a, p.users[p.households[h].first_user + 1].anchor)) -
                       static_cast<double>(dot(a, p.users[p.households[h + 1].first_user].anchor));
      n += 1;
      sum += d;
      squares += d * d;
    }
    const double mean = sum / n;
    return mean / std::sqrt((squares / n - mean * mean) / n);
  };
  CHECK(compare(0.3, 20'000) > kZ);
  CHECK(compare(0.9, 3000) > kZ);
  CHECK(std::fabs(compare(0.0, 3000)) < kZ);
}

TEST_CASE("tastes within a household correlate by 0.3 as the parameter says") {
  const Population p = people(24'000);
  std::array<double, kLatentDims> mean{};
  for (const UserTraits& u : p.users)
    for (std::size_t k = 0; k < kLatentDims; ++k) mean[k] += static_cast<double>(u.anchor[k]) / 24'000;
  double covariance = 0, variance = 0;
  for (const Household& h : p.households) {
    if (h.users < 2) continue;
    for (std::size_t k = 0; k < kLatentDims; ++k) {
      const double x = static_cast<double>(p.users[h.first_user].anchor[k]) - mean[k];
      const double y = static_cast<double>(p.users[h.first_user + 1].anchor[k]) - mean[k];
      covariance += x * y;
      variance += (x * x + y * y) / 2;
    }
  }
  // About 7000 pairs of 16 coordinates: the standard error is below 0.01.
  CHECK(covariance / variance == Approx(0.3).margin(0.05));
}

TEST_CASE("tastes have length one and the same person's differ from their neighbour's") {
  const Population p = people(200);
  for (std::size_t u = 0; u < 200; ++u) {
    CHECK(static_cast<double>(dot(p.users[u].anchor, p.users[u].anchor)) == Approx(1).epsilon(1e-5));
    if (u > 0) CHECK(p.users[u].anchor != p.users[u - 1].anchor);
  }
}

TEST_CASE("newcomers arrive as a Poisson process of two per cent a day") {
  const Population p = people(5000, 0.02, 28);
  const double n = static_cast<double>(p.users.size() - p.initial), mean = 28 * 100.0;
  CHECK(std::fabs(n - mean) < kZ * std::sqrt(mean));
  std::vector<double> per_day(28, 0);
  for (std::size_t u = p.initial; u < p.users.size(); ++u) {
    REQUIRE(p.users[u].newcomer);
    REQUIRE((p.users[u].joined >= SimTime{0} && p.users[u].joined < day(28)));
    if (u > p.initial) REQUIRE(p.users[u - 1].joined <= p.users[u].joined);
    ++per_day.at(static_cast<std::size_t>(p.users[u].joined.days()));
  }
  // Dispersion: sum (n - mean)^2 / mean is chi2(28), beyond 81 with probability 5e-7.
  double chi2 = 0;
  for (const double x : per_day) chi2 += (x - 100) * (x - 100) / 100;
  CHECK(chi2 < 81);
  CHECK(chi2 > 5);
}

TEST_CASE("a person is the same when more people exist") {
  const Population small = people(300), large = people(500);
  for (std::size_t u = 0; u < 300; ++u) REQUIRE(same_person(small.users[u], large.users[u]));
}

TEST_CASE("a longer horizon only appends people") {
  const Population a = people(200, 0.1, 4), b = people(200, 0.1, 9);
  REQUIRE(b.users.size() > a.users.size());
  for (std::size_t u = 0; u < a.users.size(); ++u) REQUIRE(same_person(a.users[u], b.users[u]));
}

TEST_CASE("measured users are taken in order and newcomers sample them") {
  std::vector<UserRow> rows(20);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows[r].activity = 0.1 + static_cast<double>(r);
    rows[r].p[r % 16] = 1;
  }
  PopulationParams params;
  params.users = 20;
  params.arrivals_per_day = 1;
  const Population p = make_population(params, 0, centres(), {3}, day(5), rows);
  REQUIRE(p.users.size() > 50);
  for (std::size_t u = 0; u < p.users.size(); ++u) {
    const auto r = static_cast<std::size_t>(p.users[u].activity);
    REQUIRE(r < 20);
    if (u < 20) REQUIRE(r == u);
    REQUIRE(p.users[u].anchor == rows[r].p);
  }
}

TEST_CASE("those who answer pick three to five categories in equal shares") {
  constexpr std::int64_t kUsers = 10'000;
  const Population p = people(kUsers);
  std::array<std::int64_t, 6> count{};
  for (const UserTraits& u : p.users) ++count.at(static_cast<std::size_t>(std::popcount(u.onboarding)));
  CHECK(count[1] + count[2] == 0);
  CHECK(consistent_with_rate(kUsers - count[0], kUsers, 0.7, 1e-6 / 4));
  for (const std::size_t k : {3, 4, 5}) CHECK(consistent_with_rate(count[k], kUsers - count[0], 1.0 / 3, 1e-6 / 4));
  PopulationParams silent;
  silent.onboarding_share = 0;
  for (const UserTraits& u : people(300, 0, 1, silent).users) CHECK(u.onboarding == 0);
}

TEST_CASE("without noise the picks are the categories nearest to the taste and noise blurs them") {
  const auto mean_rank = [&](double noise) {  // of the picked categories, 0 the nearest
    PopulationParams params;
    params.onboarding_share = 1;
    params.onboarding_noise = noise;
    double sum = 0, n = 0;
    for (const UserTraits& u : people(2000, 0, 1, params).users) {
      const int picks = std::popcount(u.onboarding);
      for (std::size_t c = 0; c < centres().size(); ++c) {
        if (!(u.onboarding >> c & 1u)) continue;
        const auto rank = std::count_if(centres().begin(), centres().end(), [&](const Latent& other) {
          return dot(u.anchor, other) > dot(u.anchor, centres()[c]);
        });
        if (noise == 0) REQUIRE(rank < picks);
        sum += static_cast<double>(rank);
        n += 1;
      }
    }
    return sum / n;
  };
  // Nearest first, ranks average 1.5; by chance alone among 20 categories, 9.5.
  const double sharp = mean_rank(0), usual = mean_rank(0.5), blurred = mean_rank(100);
  CHECK(sharp < usual);
  CHECK(usual < 4);
  CHECK(blurred > 8);
}

TEST_CASE("few categories are all picked and asking changes nobody") {
  ItemParams items;
  items.count = 1;
  items.categories = 2;
  const auto two = make_items(items, {1}, day(1), {}).centres;
  PopulationParams p;
  p.users = 50;
  p.onboarding_share = 1;
  for (const UserTraits& u : make_population(p, 0, two, {1}, day(1), {}).users) CHECK(u.onboarding == 0b11);
  PopulationParams noisy;
  noisy.onboarding_noise = 5;
  const Population a = people(500), b = people(500, 0, 1, noisy);
  for (std::size_t i = 0; i < 500; ++i) CHECK(same_person(a.users[i], b.users[i]));
}
