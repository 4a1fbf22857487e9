// Hashing of bytes (xxHash XXH64: the same value on every platform, with published test vectors).
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace feedloop {

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);

// Folds a sequence of integers and strings into one number; order matters. Doubles are folded by their bits, so fold
// them only where the bits are exact by construction (parameters as written), never in a signature.
class Hasher {
 public:
  Hasher& add(std::integral auto v) { return add_word(static_cast<std::uint64_t>(v)); }
  Hasher& add(double v) { return add_word(std::bit_cast<std::uint64_t>(v)); }
  Hasher& add(std::string_view s) { return add_word(hash_bytes(s)).add_word(s.size()); }
  std::uint64_t value() const { return state_; }
  double unit() const { return static_cast<double>(state_ >> 11) * 0x1.0p-53; }  // the top 53 bits as a number in [0, 1)

 private:
  Hasher& add_word(std::uint64_t w);
  std::uint64_t state_ = 0x9E3779B97F4A7C15ull;
};

std::string hex(std::uint64_t v);  // 16 lower-case digits

}  // namespace feedloop
