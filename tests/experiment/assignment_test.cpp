#include "experiment/assignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <regex>
#include <string>

#include "base/hash.hpp"
#include "base/platform_hash.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Experiment split(std::string salt, std::vector<double> shares) {
  Experiment e{.layer = "layer " + salt, .salt = std::move(salt), .variants = {}};
  for (const double share : shares) e.variants.push_back({"v" + std::to_string(e.variants.size()), share, {}});
  return e;
}

// Of a user who lives alone.
Request request(std::uint64_t user) {
  Request r;
  r.user = UserId{user};
  r.household = HouseholdId{user};
  return r;
}

// The tenth of [0, 1) that each unit's place lies in.
template <class PlaceOf>
std::vector<std::uint8_t> tenths(std::uint64_t units, const PlaceOf& place) {
  std::vector<std::uint8_t> out(units);
  for (std::uint64_t u = 0; u < units; ++u) out[u] = static_cast<std::uint8_t>(place(u) * 10);
  return out;
}

// Of a hundred equally likely combinations.
double chi2_of_pair(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  std::array<double, 100> table{};
  for (std::size_t i = 0; i < a.size(); ++i) ++table.at(a[i] * 10u + b[i]);
  const double want = static_cast<double>(a.size()) / 100;
  double chi2 = 0;
  for (const double n : table) chi2 += (n - want) * (n - want) / want;
  return chi2;
}

// One unit of each bucket stands for the bucket.
std::vector<std::uint64_t> unit_of_each_bucket(std::string_view salt) {
  std::vector<std::uint64_t> units(kBuckets);
  std::vector<char> found(kBuckets, 0);
  int missing = kBuckets;
  for (std::uint64_t u = 0; missing > 0 && u < 1'000'000; ++u) {
    const std::uint32_t bucket = bucket_of(salt, u);
    if (found[bucket]) continue;
    found[bucket] = 1;
    units[bucket] = u;
    --missing;
  }
  REQUIRE(missing == 0);
  return units;
}

}  // namespace

TEST_CASE("buckets are the published XXH64 of salt and unit") {
  std::ifstream page(std::string(FEEDLOOP_SOURCE_DIR) + "/docs/ASSIGNMENT.md");
  const std::regex row(R"(\| `(.*):(\d+)` \| `([0-9a-f]{16})` \| (\d+) \|)");
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    std::smatch m;
    if (!std::regex_match(line, m, row)) continue;
    ++rows;
    INFO(line);
    CHECK(hex(hash_bytes(m.str(1) + ":" + m.str(2))) == m.str(3));
    CHECK(bucket_of(m.str(1), std::stoull(m.str(2))) == std::stoul(m.str(4)));
  }
  CHECK(rows >= 12);
}

TEST_CASE("a million units fall evenly into the buckets") {
  // chi2(9999) beyond its 1e-6 tails on either side: too even is as wrong as too uneven. Fails without cause twice in a
  // million.
  std::vector<double> count(kBuckets, 0);
  for (std::uint64_t u = 0; u < 1'000'000; ++u) ++count.at(bucket_of("evenness", u));
  double chi2 = 0;
  for (const double n : count) chi2 += (n - 100) * (n - 100) / 100;
  CHECK(chi2_sf(chi2, kBuckets - 1) > 1e-6);
  CHECK(chi2_sf(chi2, kBuckets - 1) < 1 - 1e-6);
}

TEST_CASE("layers with near-equal salts are pairwise independent on a million units") {
  // Of ten pairs, each fails without cause one time in ten million.
  const std::vector<std::string> salts{"layer 1", "layer 2", "layer 10", "other/layer 1", ""};
  std::vector<std::vector<std::uint8_t>> tenth(salts.size());
  for (std::size_t s = 0; s < salts.size(); ++s)
    tenth[s] = tenths(1'000'000, [&](std::uint64_t u) { return bucket_of(salts[s], u) / 1e4; });
  for (std::size_t a = 0; a < salts.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      INFO(salts[a] << " and " << salts[b]);
      CHECK(chi2_sf(chi2_of_pair(tenth[a], tenth[b]), 99) > 1e-7);
    }
}

TEST_CASE("layers of PlanOut and of GrowthBook's second version are independent and those of its first are not") {
  // 200,000 units; each of the three fails without cause one time in a million.
  const auto layers = [](auto place) {
    const auto of = [&](const char* salt) {
      return tenths(200'000, [&](std::uint64_t u) { return place(salt, std::to_string(u)); });
    };
    return chi2_of_pair(of("layer-1"), of("layer-2"));
  };
  CHECK(chi2_sf(layers(planout_uniform), 99) > 1e-6);
  CHECK(chi2_sf(layers(growthbook_v2), 99) > 1e-6);
  CHECK(layers(growthbook_v1) == Approx(96'000).epsilon(0.01));
}

TEST_CASE("variants are split in shares by their salts independently of each other") {
  const Experiment a = split("layer one", {0.5, 0.5}), b = split("layer two", {0.3, 0.3, 0.4});
  std::array<std::array<double, 3>, 2> table{};
  constexpr double kUnits = 300'000;
  for (std::uint64_t u = 0; u < 300'000; ++u) ++table[variant_of(a, u)][variant_of(b, u)];
  // Against the product of the planned shares: chi2(5), failing without cause one time in a million.
  double chi2 = 0;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const double want = kUnits * 0.5 * b.variants[j].share;
      chi2 += (table[i][j] - want) * (table[i][j] - want) / want;
    }
  CHECK(chi2_sf(chi2, 5) > 1e-6);
}

TEST_CASE("shares are exact to a bucket") {
  for (const auto& shares : std::vector<std::vector<double>>{
           {0.5, 0.5}, {0.9999, 0.0001}, {0.3333, 0.3333, 0.3334}, {0.1, 0.2, 0.3, 0.4}, {0.0, 1.0}, {0.29, 0.71}}) {
    const Experiment e = split("exact", shares);
    std::vector<int> buckets(shares.size(), 0);
    for (const std::uint64_t unit : unit_of_each_bucket(e.salt)) ++buckets.at(variant_of(e, unit));
    for (std::size_t v = 0; v < shares.size(); ++v) CHECK(buckets[v] == std::lround(shares[v] * kBuckets));
  }
}

TEST_CASE("a treatment's ramp from any share to any higher one moves nobody out of it") {
  // Every bucket, over a ladder of shares: consecutive rungs suffice, since being in is then kept from rung to rung.
  const auto units = unit_of_each_bucket("ramp");
  std::vector<char> in(units.size(), 0);
  for (int share = 1; share <= 10'000; share += share < 100 ? 1 : 97) {
    const Experiment e = split("ramp", {1 - share / 1e4, share / 1e4});
    for (std::size_t b = 0; b < units.size(); ++b) {
      const bool now = variant_of(e, units[b]) == 1;
      if (in[b]) REQUIRE(now);
      in[b] = now;
    }
    CHECK(std::count(in.begin(), in.end(), 1) == share);
  }
  // The platforms' hashes have no buckets to visit: units instead.
  for (const AssignmentHash hash : {AssignmentHash::Planout, AssignmentHash::Growthbook})
    for (std::uint64_t u = 0; u < 3000; ++u) {
      bool was = false;
      for (const double share : {0.0001, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0}) {
        Experiment e = split("ramp", {1 - share, share});
        e.hash = hash;
        const bool now = variant_of(e, u) == 1;
        REQUIRE((now || !was));
        was = now;
      }
    }
}

TEST_CASE("treatments that border on spare units ramp without moving each other's units, and neighbours do not") {
  const auto moved = [](const std::vector<double>& from, const std::vector<double>& to, std::size_t treatment) {
    const Experiment before = split("ramp", from), after = split("ramp", to);
    int out = 0;
    for (const std::uint64_t unit : unit_of_each_bucket("ramp"))
      out += variant_of(before, unit) == treatment && variant_of(after, unit) != treatment;
    return out;
  };
  for (const std::size_t treatment : {std::size_t{1}, std::size_t{3}})
    CHECK(moved({0.4, 0.05, 0.5, 0.05}, {0.3, 0.15, 0.3, 0.25}, treatment) == 0);
  CHECK(moved({0.9, 0.05, 0.05}, {0.8, 0.1, 0.1}, 1) == 500);
  CHECK(moved({0.9, 0.05, 0.05}, {0.8, 0.1, 0.1}, 2) == 0);
}

TEST_CASE("layers of other platforms' hashes choose the variant that the platform would") {
  // Places of units by hashlib's SHA-1 over 2^60 - 1 and by FNV-1a in Python: their definitions, not our code.
  struct Place {
    std::uint64_t unit;
    double planout, growthbook;  // under the salts home.button and home-button
  };
  for (const Place& p : {Place{0, 0.3504426238065359, 0.1048},
                         {1, 0.9943441918414694, 0.9439},
                         {2, 0.06686904097058984, 0.3168},
                         {3, 0.17832491338937487, 0.3643},
                         {42, 0.4557099558953358, 0.7663},
                         {1000000, 0.17228454182212327, 0.142}}) {
    const auto variant = [&](AssignmentHash hash, const char* salt) {
      Experiment e = split(salt, {0.1048, 0.2, 0.6952});
      e.hash = hash;
      return variant_of(e, p.unit);
    };
    const auto want = [](double place) { return place < 0.1048 ? 0u : place < 0.3048 ? 1u : 2u; };
    CAPTURE(p.unit);
    CHECK(variant(AssignmentHash::Planout, "home.button") == want(p.planout));
    CHECK(variant(AssignmentHash::Growthbook, "home-button") == want(p.growthbook));
  }
}

TEST_CASE("the order of units does not matter and a new salt is a new split") {
  const Experiment a = split("one", {0.5, 0.5}), b = split("two", {0.5, 0.5});
  int moved = 0;
  for (std::uint64_t u = 0; u < 1000; ++u) moved += variant_of(a, u) != variant_of(b, u);
  CHECK(moved > 400);  // 500 expected; 400 is 6.3 standard deviations away
  CHECK(moved < 600);
}

TEST_CASE("a cell holds one variant of each experiment and cell 0 is control everywhere") {
  const std::vector<Experiment> experiments{split("a", {0.5, 0.5}), split("b", {0.2, 0.3, 0.5}), split("c", {0.5, 0.5})};
  const Assignment assignment(experiments);
  REQUIRE(assignment.cells() == 12);
  std::vector<std::vector<std::size_t>> seen;
  for (std::size_t c = 0; c < 12; ++c) {
    std::vector<std::size_t> variants;
    for (std::size_t e = 0; e < 3; ++e) variants.push_back(assignment.variant_in(c, e));
    CHECK(std::find(seen.begin(), seen.end(), variants) == seen.end());
    seen.push_back(variants);
  }
  CHECK(seen[0] == std::vector<std::size_t>{0, 0, 0});
  for (std::uint64_t u = 0; u < 2000; ++u) {
    const std::size_t cell = assignment.cell_of(request(u), {});
    for (std::size_t e = 0; e < 3; ++e) REQUIRE(assignment.variant_in(cell, e) == variant_of(experiments[e], u));
    REQUIRE(assignment.cell_of(request(u), {.all_control = true}) == 0);
    // Forcing one experiment leaves the others as hashed.
    const std::size_t forced = assignment.cell_of(request(u), {.experiment = 1, .variant = 2});
    REQUIRE(assignment.variant_in(forced, 0) == variant_of(experiments[0], u));
    REQUIRE(assignment.variant_in(forced, 1) == 2);
    REQUIRE(assignment.variant_in(forced, 2) == variant_of(experiments[2], u));
  }
}

TEST_CASE("the members of a household or a country share its variant, which is the hash of its number") {
  std::vector<Experiment> experiments{split("home", {0.5, 0.5}), split("land", {0.5, 0.5}), split("person", {0.5, 0.5})};
  experiments[0].design.unit = Unit::Household;
  experiments[1].design.unit = Unit::Region;
  const Assignment assignment(experiments);
  int alone = 0;
  for (std::uint64_t u = 0; u < 2000; ++u) {
    Request r = request(u);
    r.household = HouseholdId{u / 3};
    r.country = static_cast<std::uint8_t>(u % 4);
    const std::size_t cell = assignment.cell_of(r, {});
    REQUIRE(assignment.variant_in(cell, 0) == variant_of(experiments[0], u / 3));
    REQUIRE(assignment.variant_in(cell, 1) == variant_of(experiments[1], u % 4));
    REQUIRE(assignment.variant_in(cell, 2) == variant_of(experiments[2], u));
    alone += assignment.variant_in(cell, 0) != assignment.variant_in(cell, 2);
  }
  CHECK(alone > 800);  // a user's own hash agrees with the household's by chance alone: 1000 expected of 2000
}
