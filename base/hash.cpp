#include "base/hash.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

namespace feedloop {

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) { return XXH64(bytes.data(), bytes.size(), seed); }

Hasher& Hasher::add_word(std::uint64_t w) {
  // One round of XXH64's lane mixing, then its avalanche: sequential, so that order matters.
  constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull, kPrime2 = 0xC2B2AE3D27D4EB4Full;
  std::uint64_t x = state_ ^ (std::rotl(w * kPrime2, 31) * kPrime1);
  x ^= x >> 33;
  x *= kPrime2;
  x ^= x >> 29;
  state_ = x * kPrime1 + 0x165667B19E3779F9ull;
  return *this;
}

std::string hex(std::uint64_t v) { return fmt::format("{:016x}", v); }

}  // namespace feedloop
