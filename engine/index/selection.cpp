#include "engine/index/selection.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace feedloop {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The least and the greatest; of NaN and a number these instructions return their second operand.
std::pair<float, float> range_of(std::span<const float> scores) {
  __m256 low = _mm256_set1_ps(kInfinity), high = _mm256_set1_ps(-kInfinity);
  std::size_t i = 0;
  for (; i + 8 <= scores.size(); i += 8) {
    const __m256 s = _mm256_loadu_ps(&scores[i]);
    low = _mm256_min_ps(s, low);
    high = _mm256_max_ps(s, high);
  }
  alignas(32) std::array<float, 8> lows, highs;
  _mm256_store_ps(lows.data(), low);
  _mm256_store_ps(highs.data(), high);
  for (; i < scores.size(); ++i) {
    if (scores[i] < lows[0]) lows[0] = scores[i];
    if (scores[i] > highs[0]) highs[0] = scores[i];
  }
  return {*std::min_element(lows.begin(), lows.end()), *std::max_element(highs.begin(), highs.end())};
}

}  // namespace

float score_floor(std::span<const float> scores, std::size_t k, std::span<const std::uint32_t> weights) {
  constexpr int kBuckets = 512;
  if (weights.empty() && scores.size() <= k) return -kInfinity;
  const auto [low, high] = range_of(scores);
  const float per_unit = kBuckets / (high - low);
  if (!(per_unit > 0) || per_unit == kInfinity) return high == low ? low : -kInfinity;
  std::array<std::uint32_t, kBuckets> mass[2]{};  // two, since adding twice to one place has to wait for the first
  const auto bucket = [&, base = low](float score) {
    // NaN falls into the lowest bucket, where it cannot matter: whatever is returned there, all numbers reach.
    const __m128 x = _mm_max_ss(_mm_set_ss((score - base) * per_unit), _mm_setzero_ps());
    return static_cast<std::size_t>(std::min(_mm_cvttss_si32(x), kBuckets - 1));
  };
  if (weights.empty())
    for (std::size_t i = 0; i < scores.size(); ++i) ++mass[i % 2][bucket(scores[i])];
  else
    for (std::size_t i = 0; i < scores.size(); ++i) mass[i % 2][bucket(scores[i])] += weights[i];
  std::size_t reached = 0;
  for (std::size_t b = kBuckets; b-- > 0;) {
    reached += std::size_t{mass[0][b]} + mass[1][b];
    // One bucket lower: the rounding of the edge can then leave out no score of this one.
    if (reached >= k) return b == 0 ? low : low + static_cast<float>(b - 1) / per_unit;
  }
  return -kInfinity;
}

void append_best(std::vector<Scored>& scored, std::size_t k, std::vector<Scored>& out) {
  constexpr std::size_t kMost = 0xFFFF;
  const std::size_t n = scored.size();
  k = std::min(k, n);
  float low = kInfinity, high = -kInfinity;
  for (const Scored& s : scored) low = std::min(low, s.score), high = std::max(high, s.score);
  const float per_unit = kMost / (high - low);
  if (k == 0 || n < 64 || n > kMost || !(per_unit > 0) || per_unit == kInfinity) {
    keep_top_k(scored, k);
    out.insert(out.end(), scored.begin(), scored.end());
    return;
  }
  // Sixteen bits of the score put nearly all in order, in two passes over (score, index); the few that share them are sorted.
  thread_local std::vector<std::uint32_t> keys, spare;  // buffers, filled anew by every call
  keys.resize(n);
  spare.resize(n);
  std::array<std::array<std::uint32_t, 256>, 2> starts{};
  for (std::size_t i = 0; i < n; ++i) {
    const auto place = std::min(static_cast<std::uint32_t>((high - scored[i].score) * per_unit), std::uint32_t{kMost});
    ++starts[0][place & 255];
    ++starts[1][place >> 8];
    keys[i] = (place << 16) | static_cast<std::uint32_t>(i);
  }
  for (std::size_t pass = 0; pass < 2; ++pass) {
    std::uint32_t at = 0;
    for (std::uint32_t& start : starts[pass]) at += std::exchange(start, at);
    for (const std::uint32_t key : keys) spare[starts[pass][(key >> (16 + 8 * pass)) & 255]++] = key;
    keys.swap(spare);
  }
  const std::size_t first = out.size();
  for (std::size_t i = 0; i < n && (i < k || keys[i] >> 16 == keys[k - 1] >> 16); ++i) out.push_back(scored[keys[i] & kMost]);
  for (std::size_t i = 0, end = 0; i < out.size() - first; i = end) {
    while (++end < out.size() - first && keys[end] >> 16 == keys[i] >> 16) {
    }
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
    if (end - i > 1) std::sort(begin + static_cast<std::ptrdiff_t>(i), begin + static_cast<std::ptrdiff_t>(end), ranks_before);
  }
  out.resize(first + k);
}

}  // namespace feedloop
