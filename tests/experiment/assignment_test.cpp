#include "experiment/assignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Experiment split(std::string salt, std::vector<double> shares) {
  Experiment e{.layer = "layer " + salt, .salt = std::move(salt), .variants = {}};
  for (const double share : shares) e.variants.push_back({"v" + std::to_string(e.variants.size()), share, {}});
  return e;
}

}  // namespace

TEST_CASE("buckets are the published XXH64 of salt and unit") {
  // From `printf %s SALT:UNIT | xxhsum -H1` (Debian's xxhash 0.8.1) and a reading of the specification in Python, mod 10,000.
  struct Vector {
    const char* salt;
    std::uint32_t unit, bucket;
  };
  for (const Vector& v : std::vector<Vector>{{"quickstart", 0u, 8410},
                                             {"quickstart", 1u, 8494},
                                             {"quickstart", 42u, 5718},
                                             {"quickstart", 9999u, 1243},
                                             {"a", 0u, 440},
                                             {"a", 1u, 371},
                                             {"salt", 4294967295u, 9665},
                                             {"", 7u, 6875},
                                             {"ranking-2024", 123456u, 2019},
                                             {"a long salt that needs more than one stripe of 32 bytes", 3u, 3232},
                                             {"home/button", 1000000u, 2840},
                                             {"été", 17u, 4692}}) {
    INFO(v.salt << ":" << v.unit);
    CHECK(bucket_of(v.salt, UserId{v.unit}) == v.bucket);
  }
}

TEST_CASE("a million units fall evenly into the buckets") {
  // chi2(9999) beyond its 1e-6 tails on either side: too even is as wrong as too uneven.
  std::vector<double> count(kBuckets, 0);
  for (std::uint64_t u = 0; u < 1'000'000; ++u) ++count.at(bucket_of("evenness", UserId{u}));
  double chi2 = 0;
  for (const double n : count) chi2 += (n - 100) * (n - 100) / 100;
  CHECK(chi2_sf(chi2, kBuckets - 1) > 1e-6);
  CHECK(chi2_sf(chi2, kBuckets - 1) < 1 - 1e-6);
}

TEST_CASE("two salts split units independently of each other") {
  const Experiment a = split("layer one", {0.5, 0.5}), b = split("layer two", {0.3, 0.3, 0.4});
  std::array<std::array<double, 3>, 2> table{};
  constexpr double kUnits = 300'000;
  for (std::uint64_t u = 0; u < 300'000; ++u) ++table[variant_of(a, UserId{u})][variant_of(b, UserId{u})];
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
    // One unit of each bucket stands for the bucket.
    std::vector<int> buckets(shares.size(), 0);
    std::vector<char> found(kBuckets, 0);
    int missing = kBuckets;
    for (std::uint64_t u = 0; missing > 0 && u < 1'000'000; ++u) {
      char& f = found[bucket_of(e.salt, UserId{u})];
      if (f) continue;
      f = 1;
      --missing;
      ++buckets.at(variant_of(e, UserId{u}));
    }
    REQUIRE(missing == 0);
    for (std::size_t v = 0; v < shares.size(); ++v) CHECK(buckets[v] == std::lround(shares[v] * kBuckets));
  }
}

TEST_CASE("raising the last variant's share moves nobody out of it") {
  for (std::uint64_t u = 0; u < 20'000; ++u) {
    bool in = false;
    for (const double share : {0.01, 0.05, 0.2, 0.5, 0.9}) {
      const bool now = variant_of(split("ramp", {1 - share, share}), UserId{u}) == 1;
      REQUIRE((now || !in));
      in = now;
    }
  }
}

TEST_CASE("the order of units does not matter and a new salt is a new split") {
  const Experiment a = split("one", {0.5, 0.5}), b = split("two", {0.5, 0.5});
  int moved = 0;
  for (std::uint64_t u = 0; u < 1000; ++u) moved += variant_of(a, UserId{u}) != variant_of(b, UserId{u});
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
    const std::size_t cell = assignment.cell_of(UserId{u}, {});
    for (std::size_t e = 0; e < 3; ++e) REQUIRE(assignment.variant_in(cell, e) == variant_of(experiments[e], UserId{u}));
    REQUIRE(assignment.cell_of(UserId{u}, {.all_control = true}) == 0);
    // Forcing one experiment leaves the others as hashed.
    const std::size_t forced = assignment.cell_of(UserId{u}, {.experiment = 1, .variant = 2});
    REQUIRE(assignment.variant_in(forced, 0) == variant_of(experiments[0], UserId{u}));
    REQUIRE(assignment.variant_in(forced, 1) == 2);
    REQUIRE(assignment.variant_in(forced, 2) == variant_of(experiments[2], UserId{u}));
  }
}
