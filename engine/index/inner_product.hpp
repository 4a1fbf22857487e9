// The inner product that every kind of index ends in. Sixteen partial sums in a fixed order: the same bits whoever asks.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace feedloop {

inline float inner_product(const float* a, const float* b, std::size_t dims) {
  __m256 even = _mm256_setzero_ps(), odd = even;
  std::size_t i = 0;
  for (; i + 16 <= dims; i += 16) {
    even = _mm256_add_ps(even, _mm256_mul_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i)));
    odd = _mm256_add_ps(odd, _mm256_mul_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8)));
  }
  const __m256 both = _mm256_add_ps(even, odd);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  float sum = _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
  for (; i < dims; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace feedloop
