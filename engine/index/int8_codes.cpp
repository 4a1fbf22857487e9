#include "engine/index/int8_codes.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace feedloop {
namespace {

constexpr int kMaxCode = 63;

// The codes of a row; returns its scale. A row too small to divide by is a zero row.
template <class Put>
float encode(std::span<const float> row, Put put) {
  float largest = 0;
  for (const float v : row) largest = std::max(largest, std::fabs(v));
  const float scale = largest > 1e-30f ? largest / kMaxCode : 0;
  const float per_unit = scale > 0 ? kMaxCode / largest : 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const float code = row[i] * per_unit;
    put(i, static_cast<int>(code + (code < 0 ? -0.5f : 0.5f)));
  }
  return scale;
}

constexpr std::size_t kLine = 4 * kCodeRows;  // bytes

// Both take `blocks` blocks as Int8Codes keeps them, with `lines` lines of codes. score: of every place. filter: appends to
// the outputs what reaches the threshold among those scores, and returns how many; it may write 16 places further.
struct Kernels {
  void (*score)(const std::uint8_t* block, std::size_t blocks, std::size_t lines, const Int8Query& query, float* out);
  std::size_t (*filter)(const float* scores, const std::uint8_t* block, std::size_t blocks, std::size_t lines, float threshold,
                        float* out_scores, std::uint32_t* out_ids);
};

void score_scalar(const std::uint8_t* block, std::size_t blocks, std::size_t lines, const Int8Query& query, float* out) {
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, out += kCodeRows) {
    std::array<float, kCodeRows> scales;
    std::memcpy(scales.data(), block + lines * kLine, kLine);
    for (std::size_t r = 0; r < kCodeRows; ++r) {
      std::int32_t sum = query.offset;
      for (std::size_t l = 0; l < lines; ++l)
        for (std::size_t i = 0; i < 4; ++i) {
          const auto q = static_cast<std::int8_t>(static_cast<std::uint32_t>(query.words[l]) >> (8 * i));
          sum += block[l * kLine + r * 4 + i] * q;
        }
      out[r] = scales[r] * static_cast<float>(sum);
    }
  }
}

std::size_t filter_scalar(const float* scores, const std::uint8_t* block, std::size_t blocks, std::size_t lines,
                          float threshold, float* out_scores, std::uint32_t* out_ids) {
  std::size_t found = 0;
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, scores += kCodeRows)
    for (std::size_t r = 0; r < kCodeRows; ++r) {
      if (!(scores[r] >= threshold)) continue;
      out_scores[found] = scores[r];
      std::memcpy(&out_ids[found++], block + (lines + 1) * kLine + 4 * r, 4);
    }
  return found;
}

void score_avx2(const std::uint8_t* block, std::size_t blocks, std::size_t lines, const Int8Query& query, float* out) {
  const __m256i ones = _mm256_set1_epi16(1), offset = _mm256_set1_epi32(query.offset);
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, out += kCodeRows) {
    __m256i low = offset, high = offset;  // rows 0-7, rows 8-15
    for (std::size_t l = 0; l < lines; l += 2) {
      const auto* line = reinterpret_cast<const __m256i*>(block + l * kLine);
      const __m256i q0 = _mm256_set1_epi32(query.words[l]), q1 = _mm256_set1_epi32(query.words[l + 1]);
      const auto pair = [&](std::size_t half) {  // two lines' sums of pairs, in 16 bits
        return _mm256_add_epi16(_mm256_maddubs_epi16(_mm256_load_si256(line + half), q0),
                                _mm256_maddubs_epi16(_mm256_load_si256(line + 2 + half), q1));
      };
      low = _mm256_add_epi32(low, _mm256_madd_epi16(pair(0), ones));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(pair(1), ones));
    }
    const auto* scales = reinterpret_cast<const __m256i*>(block + lines * kLine);
    const auto scale = [&](std::size_t half) { return _mm256_castsi256_ps(_mm256_load_si256(scales + half)); };
    _mm256_storeu_ps(out, _mm256_mul_ps(scale(0), _mm256_cvtepi32_ps(low)));
    _mm256_storeu_ps(out + 8, _mm256_mul_ps(scale(1), _mm256_cvtepi32_ps(high)));
  }
}

std::size_t filter_avx2(const float* scores, const std::uint8_t* block, std::size_t blocks, std::size_t lines, float threshold,
                        float* out_scores, std::uint32_t* out_ids) {
  const __m256 limit = _mm256_set1_ps(threshold);
  std::size_t found = 0;
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, scores += kCodeRows)
    for (std::size_t i = 0; i < kCodeRows; i += 8) {
      auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(scores + i), limit, _CMP_GE_OQ)));
      for (; mask; mask &= mask - 1) {
        const std::size_t at = i + static_cast<std::size_t>(std::countr_zero(mask));
        out_scores[found] = scores[at];
        std::memcpy(&out_ids[found++], block + (lines + 1) * kLine + 4 * at, 4);
      }
    }
  return found;
}

#define FEEDLOOP_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

FEEDLOOP_AVX512 void score_avx512(const std::uint8_t* block, std::size_t blocks, std::size_t lines, const Int8Query& query,
                                  float* out) {
  const __m512i offset = _mm512_set1_epi32(query.offset);
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, out += kCodeRows) {
    __m512i even = offset, odd = _mm512_setzero_si512();
    const std::uint8_t* line = block;
    for (std::size_t l = 0; l < lines; l += 2, line += 2 * kLine) {
      even = _mm512_dpbusd_epi32(even, _mm512_load_si512(line), _mm512_set1_epi32(query.words[l]));
      odd = _mm512_dpbusd_epi32(odd, _mm512_load_si512(line + kLine), _mm512_set1_epi32(query.words[l + 1]));
    }
    // The form with a mask: the plain one warns of its own undefined register in GCC 12.
    const __m512 product = _mm512_maskz_cvtepi32_ps(0xFFFF, _mm512_add_epi32(even, odd));
    _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_castsi512_ps(_mm512_load_si512(line)), product));
  }
}

FEEDLOOP_AVX512 std::size_t filter_avx512(const float* scores, const std::uint8_t* block, std::size_t blocks, std::size_t lines,
                                          float threshold, float* out_scores, std::uint32_t* out_ids) {
  const __m512 limit = _mm512_set1_ps(threshold);
  std::size_t found = 0;
  for (; blocks > 0; --blocks, block += (lines + 2) * kLine, scores += kCodeRows) {
    const __m512 s = _mm512_loadu_ps(scores);
    const __mmask16 mask = _mm512_cmp_ps_mask(s, limit, _CMP_GE_OQ);
    // Compressed in a register and stored whole: a compressing store is microcoded on some processors.
    _mm512_storeu_ps(out_scores + found, _mm512_maskz_compress_ps(mask, s));
    _mm512_storeu_si512(out_ids + found, _mm512_maskz_compress_epi32(mask, _mm512_load_si512(block + (lines + 1) * kLine)));
    found += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(mask)));
  }
  return found;
}

const Kernels& kernels(Isa isa) {
  static constexpr std::array table{Kernels{score_scalar, filter_scalar}, Kernels{score_avx2, filter_avx2},
                                    Kernels{score_avx512, filter_avx512}};
  return table[static_cast<std::size_t>(isa)];
}

}  // namespace

Isa best_isa() {
  static const Isa best = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
                              ? Isa::Avx512
                              : Isa::Avx2;
  return best;
}

int vector_bits(Isa isa) { return isa == Isa::Avx512 ? 512 : isa == Isa::Avx2 ? 256 : 32; }

void encode_query(std::span<const float> query, Int8Query& out) {
  out.words.assign((query.size() + 7) / 8 * 2, 0);
  std::int32_t sum = 0;
  out.scale = encode(query, [&](std::size_t i, int code) {
    sum += code;
    out.words[i / 4] |= static_cast<std::int32_t>(std::uint32_t{static_cast<std::uint8_t>(code)} << (8 * (i % 4)));
  });
  out.offset = -kMaxCode * sum;
}

void Hits::append_from(float floor, std::vector<std::uint32_t>& out) const {
  std::size_t n = out.size();
  out.resize(n + size);
  for (std::size_t i = 0; i < size; ++i) {  // written always, kept sometimes: nothing to mispredict
    out[n] = ids[i];
    n += scores[i] >= floor;
  }
  out.resize(n);
}

Int8Codes::Int8Codes(std::size_t dims) : lines_((dims + 7) / 8 * 2) {}

void Int8Codes::append(std::span<const float> row, std::uint32_t id) {
  if (rows_ % kCodeRows == 0) {
    Line zeros, nowhere;
    zeros.bytes.fill(kMaxCode);
    for (std::size_t r = 0; r < kCodeRows; ++r) {
      constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
      std::memcpy(&nowhere.bytes[4 * r], &kNone, 4);
    }
    blocks_.resize(blocks_.size() + lines_, zeros);
    blocks_.push_back(nowhere);
    blocks_.emplace_back();
  }
  Line* lines = block(rows_ / kCodeRows);
  const std::size_t lane = 4 * (rows_ % kCodeRows);
  const float scale = encode(
      row, [&](std::size_t i, int code) { lines[i / 4].bytes[lane + i % 4] = static_cast<std::uint8_t>(code + kMaxCode); });
  std::memcpy(&lines[lines_].bytes[lane], &scale, 4);
  std::memcpy(&lines[lines_ + 1].bytes[lane], &id, 4);
  ++rows_;
}

std::size_t Int8Codes::begin_block() {
  rows_ = blocks() * kCodeRows;
  return blocks();
}

void Int8Codes::score(const Int8Query& query, std::size_t first, std::size_t last, float* out, Isa isa) const {
  kernels(isa).score(block(first)->bytes.data(), last - first, lines_, query, out);
}

void Int8Codes::prefetch(std::size_t first, std::size_t last) const {
  for (const Line *line = block(first), *end = block(last); line < end; ++line) __builtin_prefetch(line);
}

void Int8Codes::collect(const Int8Query& query, std::size_t first, std::size_t last, float threshold, Hits& hits,
                        Isa isa) const {
  constexpr std::size_t kChunk = 64;  // blocks: their scores stay in the first-level cache
  std::array<float, kChunk * kCodeRows> scores;
  for (; first < last; first += kChunk) {
    const std::size_t end = std::min(first + kChunk, last), n = (end - first) * kCodeRows;
    if (hits.scores.size() < hits.size + n + kCodeRows) {
      hits.scores.resize(2 * (hits.size + n + kCodeRows));
      hits.ids.resize(hits.scores.size());
    }
    score(query, first, end, scores.data(), isa);
    hits.size += kernels(isa).filter(scores.data(), block(first)->bytes.data(), end - first, lines_, threshold,
                                     hits.scores.data() + hits.size, hits.ids.data() + hits.size);
  }
}

}  // namespace feedloop
