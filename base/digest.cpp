#include "base/digest.hpp"

#include <bit>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

namespace feedloop {
namespace {

using Block = std::array<std::uint32_t, 16>;

enum class Order { LittleEndian, BigEndian };

std::uint32_t word_of(const unsigned char* b, Order order) {
  std::uint32_t w = 0;
  for (int i = 0; i < 4; ++i) w |= std::uint32_t{b[i]} << (order == Order::LittleEndian ? 8 * i : 24 - 8 * i);
  return w;
}

// All three pad alike: a one bit, zeros, and the length in bits as 64 bits in the digest's own order of bytes.
template <class Compress>
void for_each_block(std::string_view bytes, Order order, const Compress& compress) {
  std::string tail(bytes.substr(bytes.size() / 64 * 64));
  tail += '\x80';
  while (tail.size() % 64 != 56) tail += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int i = 0; i < 8; ++i) tail += static_cast<char>(bits >> (order == Order::LittleEndian ? 8 * i : 56 - 8 * i));
  const auto blocks_of = [&](std::string_view part) {
    const auto* data = reinterpret_cast<const unsigned char*>(part.data());
    for (std::size_t at = 0; at + 64 <= part.size(); at += 64) {
      Block block;
      for (std::size_t i = 0; i < 16; ++i) block[i] = word_of(data + at + 4 * i, order);
      compress(block);
    }
  };
  blocks_of(bytes);
  blocks_of(tail);
}

template <std::size_t kWords>
std::array<std::uint8_t, 4 * kWords> bytes_of(const std::array<std::uint32_t, kWords>& state, Order order) {
  std::array<std::uint8_t, 4 * kWords> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t byte = i % 4;
    out[i] = static_cast<std::uint8_t>(state[i / 4] >> (8 * (order == Order::LittleEndian ? byte : 3 - byte)));
  }
  return out;
}

// RFC 1321, section 3.4: T[i] is the integer part of 2^32 |sin i|.
std::array<std::uint32_t, 64> md5_constants() {
  std::array<std::uint32_t, 64> t;
  for (std::size_t i = 0; i < 64; ++i)
    t[i] = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 0x1p32));
  return t;
}

// FIPS 180-4, section 4.2.2: the first 32 bits of the fractional parts of the roots of the first 64 primes; cube roots for the
// rounds, square roots of the first eight for the start (5.3.3).
template <std::size_t kCount, class Root>
std::array<std::uint32_t, kCount> prime_fractions(const Root& root) {
  std::array<std::uint32_t, kCount> out;
  std::size_t found = 0;
  for (int p = 2; found < kCount; ++p) {
    bool prime = true;
    for (int d = 2; d * d <= p; ++d) prime = prime && p % d != 0;
    if (!prime) continue;
    const double r = root(static_cast<double>(p));
    out[found++] = static_cast<std::uint32_t>((r - std::floor(r)) * 0x1p32);
  }
  return out;
}

}  // namespace

std::array<std::uint8_t, 16> md5(std::string_view bytes) {
  static const std::array<std::uint32_t, 64> kT = md5_constants();
  constexpr int kShift[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  std::array<std::uint32_t, 4> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  for_each_block(bytes, Order::LittleEndian, [&](const Block& x) {
    auto [a, b, c, d] = state;
    for (std::size_t i = 0; i < 64; ++i) {
      std::uint32_t f = 0;
      std::size_t k = 0;
      switch (i / 16) {
        case 0:
          f = (b & c) | (~b & d), k = i;
          break;
        case 1:
          f = (b & d) | (c & ~d), k = (5 * i + 1) % 16;
          break;
        case 2:
          f = b ^ c ^ d, k = (3 * i + 5) % 16;
          break;
        default:
          f = c ^ (b | ~d), k = 7 * i % 16;
      }
      const std::uint32_t next = b + std::rotl(a + f + x[k] + kT[i], kShift[i / 16][i % 4]);
      a = d, d = c, c = b, b = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
  });
  return bytes_of(state, Order::LittleEndian);
}

std::array<std::uint8_t, 20> sha1(std::string_view bytes) {
  std::array<std::uint32_t, 5> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for_each_block(bytes, Order::BigEndian, [&](const Block& block) {
    std::array<std::uint32_t, 80> w;
    for (std::size_t t = 0; t < 80; ++t) w[t] = t < 16 ? block[t] : std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t t = 0; t < 80; ++t) {
      const std::uint32_t f = t < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                              : t < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                              : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                       : (b ^ c ^ d) + 0xCA62C1D6;
      const std::uint32_t next = std::rotl(a, 5) + f + e + w[t];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
  });
  return bytes_of(state, Order::BigEndian);
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  static const auto kRound = prime_fractions<64>([](double p) { return std::cbrt(p); });
  static const auto kStart = prime_fractions<8>([](double p) { return std::sqrt(p); });
  std::array<std::uint32_t, 8> state = kStart;
  for_each_block(bytes, Order::BigEndian, [&](const Block& block) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 64; ++t) {
      if (t < 16) {
        w[t] = block[t];
        continue;
      }
      const std::uint32_t near = w[t - 2], far = w[t - 15];
      w[t] = w[t - 16] + w[t - 7] + (std::rotr(far, 7) ^ std::rotr(far, 18) ^ (far >> 3)) +
             (std::rotr(near, 17) ^ std::rotr(near, 19) ^ (near >> 10));
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t t1 =
          h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
      const std::uint32_t t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e, state[5] + f, state[6] + g, state[7] + h};
  });
  return bytes_of(state, Order::BigEndian);
}

std::string hex_text(std::span<const std::uint8_t> digest) {
  std::string out;
  for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace feedloop
