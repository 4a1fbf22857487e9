#include "base/random.hpp"

#include <array>
#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

using Words = std::array<std::uint32_t, 4>;

Words philox(Words counter, std::array<std::uint32_t, 2> key) {
  const auto out = r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {out[0], out[1], out[2], out[3]};
}

Words draw(Rng& rng) { return {rng(), rng(), rng(), rng()}; }

}  // namespace

TEST_CASE("Philox gives the published known answers") {
  // Random123 distribution, kat_vectors: philox4x32 10.
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream with all fields 0 begins with the known answer") {
  Rng rng = stream({0}, Stream{0}, {0, 0, 0});
  CHECK(draw(rng) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
}

TEST_CASE("seed and stream and key stand where the table of keys says") {
  // Key words: 32 low bits of the seed; 16 further bits and the stream. The counter's last word is the block.
  const Seed seed{0x31d0'a4093822ull};
  Rng rng = stream(seed, static_cast<Stream>(0x299f), {0x243f6a88, 0x85a308d3, 0x13198a2e});
  for (std::uint32_t block = 0; block < 5; ++block)
    CHECK(draw(rng) == philox({0x243f6a88, 0x85a308d3, 0x13198a2e, block}, {0xa4093822, 0x299f31d0}));
}

TEST_CASE("entity and request keys fill the counter") {
  CHECK(entity_key(5, 6, 7).c0 == 5);
  CHECK(entity_key(5, 6, 7).c1 == 6);
  CHECK(entity_key(5, 6, 7).c2 == 7);
  const Key k = request_key(RequestId::make(UserId{9}, 3, 2, 1), 44);
  CHECK(k.c0 == 9);
  CHECK(k.c1 == (3u << 20 | 2u << 8 | 1u));
  CHECK(k.c2 == 44);
}

TEST_CASE("a copied stream goes on from the same position") {
  Rng a = stream({1}, Stream::Test, {1, 2, 3});
  a(), a(), a();
  Rng b = a;
  for (int i = 0; i < 10; ++i) CHECK(a() == b());
}

TEST_CASE("first draws of neighbouring keys and streams and seeds are uncorrelated") {
  // Correlation of n independent pairs has sd 1/sqrt(n); within 5 sd, failing by chance once in 1.7 million for each pair.
  const std::uint32_t n = 100'000;
  const auto first = [](Seed s, Stream t, Key k) { return stream(s, t, k).uniform() - 0.5; };
  double users = 0, ordinals = 0, streams = 0, seeds = 0, positions = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double x = first({1}, Stream::Reaction, {i, 0, 0});
    users += x * first({1}, Stream::Reaction, {i + 1, 0, 0});
    ordinals += x * first({1}, Stream::Reaction, {i, 0, 1});
    streams += x * first({1}, Stream::Examination, {i, 0, 0});
    seeds += x * first({2}, Stream::Reaction, {i, 0, 0});
    Rng rng = stream({1}, Stream::Reaction, {i, 0, 0});
    rng.uniform();
    positions += x * (rng.uniform() - 0.5);
  }
  const double sd = std::sqrt(static_cast<double>(n)) / 12;  // of a sum of n products of uniforms on [-1/2, 1/2)
  for (const double sum : {users, ordinals, streams, seeds, positions}) CHECK(std::abs(sum) < 5 * sd);
}

TEST_CASE("the words of a test stream are pinned") {
  Rng rng = stream({12345}, Stream::Test, {1, 2, 3});
  for (const std::uint32_t word : {0xdaa61fd0u, 0xdd7efce0u, 0x9a5fd8cdu, 0x901b1b2fu, 0xef9e49d5u, 0x11c9a63au})
    CHECK(rng() == word);
}

TEST_CASE("uniforms have 53 bits and stay in their range") {
  CHECK(stream({12345}, Stream::Test, {1, 2, 3}).uniform() == 0.8540973578782299);
  Rng rng = stream({4}, Stream::Test, {});
  for (int i = 0; i < 10'000; ++i) {
    const double u = rng.uniform(), v = rng.uniform_open();
    REQUIRE((u >= 0 && u < 1));
    REQUIRE((v > 0 && v < 1));
    REQUIRE(std::ldexp(u, 53) == std::floor(std::ldexp(u, 53)));
  }
}
