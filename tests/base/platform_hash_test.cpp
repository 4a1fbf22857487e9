#include "base/platform_hash.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/digest.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("PlanOut's hash is the head of the digest that it prints") {
  const std::string text = hex_text(sha1("exp.param.user-1"));
  CHECK(planout_hash("exp.param", "user-1") == std::stoull(text.substr(0, 15), nullptr, 16));
  CHECK(planout_uniform("exp.param", "user-1") ==
        Approx(static_cast<double>(planout_hash("exp.param", "user-1")) * 0x1p-60).epsilon(1e-12));
}

TEST_CASE("GrowthBook's hash reads texts as JavaScript does") {
  // FNV-1a by hand over code units: "é" is one, U+1F600 two surrogates, a stray byte U+FFFD.
  const auto fnv = [](std::initializer_list<std::uint32_t> units) {
    std::uint32_t h = 2166136261u;
    for (const std::uint32_t u : units) h = (h ^ u) * 16777619u;
    return h;
  };
  CHECK(growthbook_v1("s", "a") == fnv({'a', 's'}) % 1000 / 1000.0);
  CHECK(growthbook_v1("s", "\xC3\xA9") == fnv({0xE9, 's'}) % 1000 / 1000.0);
  CHECK(growthbook_v1("", "\xF0\x9F\x98\x80") == fnv({0xD83D, 0xDE00}) % 1000 / 1000.0);
  CHECK(growthbook_v1("s", "\xE2\x82\xAC") == fnv({0x20AC, 's'}) % 1000 / 1000.0);
  CHECK(growthbook_v1("s", "\xFF") == fnv({0xFFFD, 's'}) % 1000 / 1000.0);
  CHECK(growthbook_v1("", "a\xE2\x82") == fnv({'a', 0xFFFD, 0xFFFD}) % 1000 / 1000.0);
  CHECK(growthbook_v1("", "\xED\xA0\x80") == fnv({0xFFFD, 0xFFFD, 0xFFFD}) % 1000 / 1000.0);  // a lone surrogate
}

TEST_CASE("GrowthBook's second version hashes the decimal text of the first hash") {
  std::uint32_t inner = 2166136261u;
  for (const char c : std::string("seeduser")) inner = (inner ^ static_cast<unsigned char>(c)) * 16777619u;
  std::uint32_t outer = 2166136261u;
  for (const char c : std::to_string(inner)) outer = (outer ^ static_cast<unsigned char>(c)) * 16777619u;
  CHECK(growthbook_v2("seed", "user") == outer % 10'000 / 10'000.0);
}
