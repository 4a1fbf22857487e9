// Eight streams of base/random.hpp side by side: those of entity_key(first), …, entity_key(first + 7). Word for word what eight
// Rng would give, at a fifth of the price (Philox4x32-10, Salmon et al. 2011, one lane a stream).
#pragma once

#include <immintrin.h>

#include <array>

#include "base/random.hpp"

namespace feedloop {

class RandomLanes {
 public:
  static constexpr std::size_t kLanes = 8;

  RandomLanes(Seed seed, Stream stream, std::uint32_t first)
      : key_{static_cast<std::uint32_t>(seed.value),
             static_cast<std::uint32_t>((seed.value >> 32) & 0xFFFFu) | (static_cast<std::uint32_t>(stream) << 16)},
        ids_(_mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(first)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))) {}

  struct Words {
    __m256i of[4];  // the k-th of lane 0, lane 1, …
  };
  // The next four words of every stream.
  Words next() {
    constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57, kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
    const __m256i m0 = all(kMultiplier0), m1 = all(kMultiplier1);
    __m256i x0 = ids_, x1 = _mm256_setzero_si256(), x2 = _mm256_setzero_si256(), x3 = all(block_++);
    std::uint32_t k0 = key_[0], k1 = key_[1];
    for (int round = 0; round < 10; ++round, k0 += kWeyl0, k1 += kWeyl1) {
      const Product a = multiply(x0, m0), b = multiply(x2, m1);
      x0 = _mm256_xor_si256(_mm256_xor_si256(b.high, x1), all(k0));
      x1 = b.low;
      x2 = _mm256_xor_si256(_mm256_xor_si256(a.high, x3), all(k1));
      x3 = a.low;
    }
    return {{x0, x1, x2, x3}};
  }

 private:
  struct Product {
    __m256i high, low;
  };
  static __m256i all(std::uint32_t word) { return _mm256_set1_epi32(static_cast<int>(word)); }
  static Product multiply(__m256i x, __m256i m) {
    const __m256i even = _mm256_mul_epu32(x, m), odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), m);
    return {_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA),
            _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA)};
  }

  std::array<std::uint32_t, 2> key_;
  __m256i ids_;
  std::uint32_t block_ = 0;
};

}  // namespace feedloop
