#include "engine/ranking/forest_kernel.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace feedloop {
namespace {

constexpr std::size_t kLeavesOfChunk = 64, kLinesOfChunk = 4;

float leaf_value(const FlatForest& forest, const FlatForest::Tree& tree, std::size_t leaf) {
  const std::size_t line = tree.line + leaf / kLeavesOfChunk * kLinesOfChunk;
  std::uint32_t bits = 0;
  for (std::size_t b = 0; b < kLinesOfChunk; ++b)
    bits |= std::uint32_t{forest.leaves[line + b].byte[leaf % kLeavesOfChunk]} << (8 * b);
  return std::bit_cast<float>(bits);
}

// Scratch that grows to the largest forest of the thread; every call fills what it reads.
Line* planes_of(const FlatForest& forest) {
  thread_local std::vector<Line> planes;
  if (planes.size() < forest.cut.size()) planes.resize(forest.cut.size());
  return planes.data();
}

// The interleaving of four byte lines into floats leaves rows in this order: vector q has in its 128-bit lane l the rows
// 16 l + 4 q … + 3.
template <std::size_t Width>  // rows a vector of bytes
void write_rows(const float* sums, std::size_t n, float* margins) {
  for (std::size_t r = 0; r < n; ++r) {
    const std::size_t word = r / Width, lane = r % Width / 16, q = r % 16 / 4;
    margins[r] = sums[word * Width + q * (Width / 4) + lane * 4 + r % 4];
  }
}

// ---- AVX2: blocks of 256 rows, words of 32 ------------------------------------------------------------------------------

struct alignas(32) Half {
  std::uint32_t word[8];
};

void test_avx2(const FlatForest& forest, const ForestInput& in, std::size_t row, Half* planes) {
  planes[0] = {};
  const __m256i sign = _mm256_set1_epi8(-128);
  for (const FlatForest::Run& run : forest.runs) {
    const std::uint8_t* column = in.bins + run.column * in.stride + row;
    __m256i bins[8];  // less 128: the instruction set compares signed bytes only
    for (int w = 0; w < 8; ++w) {
      __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(column + 32 * w));
      if (run.missing_left) x = _mm256_andnot_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8(-1)), x);
      bins[w] = _mm256_xor_si256(x, sign);
    }
    for (std::uint32_t t = run.first; t < run.last; ++t) {
      if (!(forest.use[t] & in.heads)) continue;
      const __m256i cut = _mm256_xor_si256(_mm256_set1_epi8(static_cast<char>(forest.cut[t])), sign);
      for (int w = 0; w < 8; ++w)
        planes[t].word[w] = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpgt_epi8(bins[w], cut)));
    }
  }
}

// The bits of every row's leaf number: bit[0] is the root's.
template <int Depth>
[[gnu::always_inline]] inline void walk_avx2(const Half* planes, const std::uint32_t*& node, __m256i* bit) {
  const __m256i pass = _mm256_load_si256(reinterpret_cast<const __m256i*>(planes + *node++));
  bit[0] = pass;
  if constexpr (Depth > 1) {
    __m256i left[Depth - 1], right[Depth - 1];
    walk_avx2<Depth - 1>(planes, node, left);
    walk_avx2<Depth - 1>(planes, node, right);
#pragma GCC unroll 8
    for (int d = 0; d < Depth - 1; ++d)
      bit[d + 1] = _mm256_xor_si256(left[d], _mm256_and_si256(pass, _mm256_xor_si256(left[d], right[d])));
  }
}

// One byte of the leaves: `index` has the last four levels, `level` a byte mask for each level above, the lowest last.
template <int Depth>
[[gnu::always_inline]] inline __m256i look_up_avx2(const std::uint8_t* byte, __m256i index, const __m256i* level) {
  if constexpr (Depth <= 4) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*reinterpret_cast<const __m128i*>(byte)), index);
  } else {
    // Beyond 64 leaves the other half is in the next chunks.
    constexpr std::size_t half = Depth <= 6 ? std::size_t{1} << (Depth - 1) : sizeof(Line) * kLinesOfChunk << (Depth - 7);
    return _mm256_blendv_epi8(look_up_avx2<Depth - 1>(byte, index, level + 1),
                              look_up_avx2<Depth - 1>(byte + half, index, level + 1), level[0]);
  }
}

template <int Depth>
void add_tree_avx2(const Half* planes, const std::uint32_t* node, const Line* leaves, std::size_t words, float* sums) {
  __m256i bit[Depth];
  walk_avx2<Depth>(planes, node, bit);
  Half number[Depth];
#pragma GCC unroll 8
  for (int d = 0; d < Depth; ++d) _mm256_store_si256(reinterpret_cast<__m256i*>(&number[d]), bit[d]);
  const __m256i spread =
      _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const __m256i own = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
  for (std::size_t w = 0; w < words; ++w) {
    __m256i level[Depth], index = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int d = 0; d < Depth; ++d) {
      const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(number[d].word[w])), spread);
      level[d] = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, own), own);
      if (d >= Depth - 4) index = _mm256_or_si256(index, _mm256_and_si256(level[d], _mm256_set1_epi8(1 << (Depth - 1 - d))));
    }
    __m256i byte[kLinesOfChunk];
#pragma GCC unroll 4
    for (std::size_t b = 0; b < kLinesOfChunk; ++b) byte[b] = look_up_avx2<Depth>(leaves[b].byte, index, level);
    const __m256i low_a = _mm256_unpacklo_epi8(byte[0], byte[1]), low_b = _mm256_unpackhi_epi8(byte[0], byte[1]);
    const __m256i high_a = _mm256_unpacklo_epi8(byte[2], byte[3]), high_b = _mm256_unpackhi_epi8(byte[2], byte[3]);
    const __m256i value[] = {_mm256_unpacklo_epi16(low_a, high_a), _mm256_unpackhi_epi16(low_a, high_a),
                             _mm256_unpacklo_epi16(low_b, high_b), _mm256_unpackhi_epi16(low_b, high_b)};
#pragma GCC unroll 4
    for (std::size_t q = 0; q < 4; ++q) {
      float* sum = sums + 32 * w + 8 * q;
      _mm256_store_ps(sum, _mm256_add_ps(_mm256_load_ps(sum), _mm256_castsi256_ps(value[q])));
    }
  }
}

// ---- AVX-512: blocks of 512 rows, words of 64 ---------------------------------------------------------------------------

#define FEEDLOOP_AVX512 [[gnu::target("avx512f,avx512bw,avx512vbmi")]]

struct alignas(64) Full {
  std::uint64_t word[8];
};

FEEDLOOP_AVX512 void test_avx512(const FlatForest& forest, const ForestInput& in, std::size_t row, Full* planes) {
  planes[0] = {};
  for (const FlatForest::Run& run : forest.runs) {
    const std::uint8_t* column = in.bins + run.column * in.stride + row;
    __m512i bins[8];
    for (int w = 0; w < 8; ++w) {
      const __m512i x = _mm512_loadu_si512(column + 64 * w);
      bins[w] = run.missing_left ? _mm512_maskz_mov_epi8(_mm512_cmpneq_epu8_mask(x, _mm512_set1_epi8(-1)), x) : x;
    }
    for (std::uint32_t t = run.first; t < run.last; ++t) {
      if (!(forest.use[t] & in.heads)) continue;
      const __m512i cut = _mm512_set1_epi8(static_cast<char>(forest.cut[t]));
      for (int w = 0; w < 8; ++w) planes[t].word[w] = _mm512_cmpgt_epu8_mask(bins[w], cut);
    }
  }
}

template <int Depth>
FEEDLOOP_AVX512 [[gnu::always_inline]] inline void walk_avx512(const Full* planes, const std::uint32_t*& node, __m512i* bit) {
  const __m512i pass = _mm512_load_si512(planes + *node++);
  bit[0] = pass;
  if constexpr (Depth > 1) {
    __m512i left[Depth - 1], right[Depth - 1];
    walk_avx512<Depth - 1>(planes, node, left);
    walk_avx512<Depth - 1>(planes, node, right);
#pragma GCC unroll 8
    for (int d = 0; d < Depth - 1; ++d) bit[d + 1] = _mm512_ternarylogic_epi64(pass, right[d], left[d], 0xCA);
  }
}

template <int Depth>
FEEDLOOP_AVX512 [[gnu::always_inline]] inline __m512i look_up_avx512(const Line* line, __m512i index, const __mmask64* level) {
  if constexpr (Depth <= 6)
    return _mm512_maskz_permutexvar_epi8(~0ull, index, _mm512_load_si512(line));  // unmasked, GCC 12 warns of its own header
  else
    return _mm512_mask_blend_epi8(level[0], look_up_avx512<Depth - 1>(line, index, level + 1),
                                  look_up_avx512<Depth - 1>(line + (kLinesOfChunk << (Depth - 7)), index, level + 1));
}

template <int Depth>
FEEDLOOP_AVX512 void add_tree_avx512(const Full* planes, const std::uint32_t* node, const Line* leaves, std::size_t words,
                                     float* sums) {
  __m512i bit[Depth];
  walk_avx512<Depth>(planes, node, bit);
  Full number[Depth];
#pragma GCC unroll 8
  for (int d = 0; d < Depth; ++d) _mm512_store_si512(&number[d], bit[d]);
  for (std::size_t w = 0; w < words; ++w) {
    __mmask64 level[Depth];
    __m512i index = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (int d = 0; d < Depth; ++d) {
      level[d] = number[d].word[w];
      if (d >= Depth - 6) index = _mm512_mask_add_epi8(index, level[d], index, _mm512_set1_epi8(1 << (Depth - 1 - d)));
    }
    __m512i byte[kLinesOfChunk];
#pragma GCC unroll 4
    for (std::size_t b = 0; b < kLinesOfChunk; ++b) byte[b] = look_up_avx512<Depth>(leaves + b, index, level);
    const __m512i low_a = _mm512_unpacklo_epi8(byte[0], byte[1]), low_b = _mm512_unpackhi_epi8(byte[0], byte[1]);
    const __m512i high_a = _mm512_unpacklo_epi8(byte[2], byte[3]), high_b = _mm512_unpackhi_epi8(byte[2], byte[3]);
    const __m512i value[] = {_mm512_unpacklo_epi16(low_a, high_a), _mm512_unpackhi_epi16(low_a, high_a),
                             _mm512_unpacklo_epi16(low_b, high_b), _mm512_unpackhi_epi16(low_b, high_b)};
#pragma GCC unroll 4
    for (std::size_t q = 0; q < 4; ++q) {
      float* sum = sums + 64 * w + 16 * q;
      _mm512_store_ps(sum, _mm512_add_ps(_mm512_load_ps(sum), _mm512_castsi512_ps(value[q])));
    }
  }
}

// ---- Blocks and heads, for either -----------------------------------------------------------------------------------------

template <class Plane>
using AddTree = void (*)(const Plane*, const std::uint32_t*, const Line*, std::size_t, float*);

template <class Plane>
void evaluate(const FlatForest& forest, const ForestInput& in, float* margins,
              void (*test)(const FlatForest&, const ForestInput&, std::size_t, Plane*),
              const std::array<AddTree<Plane>, FlatForest::kMaxDepth>& add_tree) {
  constexpr std::size_t width = sizeof(Plane), block = 8 * width;  // rows a word and a block
  Plane* planes = reinterpret_cast<Plane*>(planes_of(forest));
  for (std::size_t row = 0; row < in.n; row += block) {
    const std::size_t rows = std::min(block, in.n - row);
    test(forest, in, row, planes);
    for (std::size_t h = 0; h < forest.heads.size(); ++h) {
      if (!(in.heads >> h & 1)) continue;
      const FlatForest::Head& head = forest.heads[h];
      alignas(64) float sums[block];
      std::fill_n(sums, block, head.base);
      for (std::uint32_t t = head.first; t < head.last; ++t) {
        const FlatForest::Tree& tree = forest.trees[t];
        add_tree[static_cast<std::size_t>(tree.depth - 1)](planes, forest.nodes.data() + tree.node,
                                                           forest.leaves.data() + tree.line, (rows + width - 1) / width, sums);
      }
      write_rows<width>(sums, rows, margins + h * in.n + row);
    }
  }
}

template <std::size_t... D>
constexpr std::array<AddTree<Half>, sizeof...(D)> avx2_by_depth(std::index_sequence<D...>) {
  return {add_tree_avx2<static_cast<int>(D) + 1>...};
}
template <std::size_t... D>
constexpr std::array<AddTree<Full>, sizeof...(D)> avx512_by_depth(std::index_sequence<D...>) {
  return {add_tree_avx512<static_cast<int>(D) + 1>...};
}

}  // namespace

void evaluate_scalar(const FlatForest& forest, const ForestInput& in, float* margins) {
  // Which column and treatment of missing values a test has.
  std::vector<const FlatForest::Run*> run_of(forest.cut.size());
  for (const FlatForest::Run& run : forest.runs)
    for (std::uint32_t t = run.first; t < run.last; ++t) run_of[t] = &run;
  const auto passes = [&](std::uint32_t test, std::size_t row) {
    if (!run_of[test]) return false;
    const std::uint8_t bin = in.bins[run_of[test]->column * in.stride + row];
    return bin == FlatForest::kMissing ? !run_of[test]->missing_left : bin > forest.cut[test];
  };
  for (std::size_t h = 0; h < forest.heads.size(); ++h) {
    if (!(in.heads >> h & 1)) continue;
    const FlatForest::Head& head = forest.heads[h];
    for (std::size_t row = 0; row < in.n; ++row) {
      float sum = head.base;
      for (std::uint32_t t = head.first; t < head.last; ++t) {
        const FlatForest::Tree& tree = forest.trees[t];
        std::size_t node = tree.node, leaf = 0;
        for (int below = tree.depth - 1; below >= 0; --below) {
          const bool pass = passes(forest.nodes[node], row);
          leaf = 2 * leaf + pass;
          node += pass ? std::size_t{1} << below : 1;  // past the left subtree's 2^below - 1 nodes
        }
        sum += leaf_value(forest, tree, leaf);
      }
      margins[h * in.n + row] = sum;
    }
  }
}

void evaluate_avx2(const FlatForest& forest, const ForestInput& in, float* margins) {
  static constexpr auto add_tree = avx2_by_depth(std::make_index_sequence<FlatForest::kMaxDepth>());
  evaluate<Half>(forest, in, margins, test_avx2, add_tree);
}

void evaluate_avx512(const FlatForest& forest, const ForestInput& in, float* margins) {
  static constexpr auto add_tree = avx512_by_depth(std::make_index_sequence<FlatForest::kMaxDepth>());
  evaluate<Full>(forest, in, margins, test_avx512, add_tree);
}

bool avx512_usable() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
}

}  // namespace feedloop
