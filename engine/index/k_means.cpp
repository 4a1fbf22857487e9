#include "engine/index/k_means.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kLanes = 16;

// Products of R rows with one group of centroids, each lane in order of dimension.
template <int R>
void group_products(const std::array<const float*, R>& x, const float* group, std::size_t dims, __m256 (*sums)[2]) {
  for (int r = 0; r < R; ++r) sums[r][0] = sums[r][1] = _mm256_setzero_ps();
  for (std::size_t i = 0; i < dims; ++i) {
    const __m256 low = _mm256_loadu_ps(group + i * kLanes), high = _mm256_loadu_ps(group + i * kLanes + 8);
    for (int r = 0; r < R; ++r) {
      const __m256 v = _mm256_set1_ps(x[static_cast<std::size_t>(r)][i]);
      sums[r][0] = _mm256_add_ps(sums[r][0], _mm256_mul_ps(low, v));
      sums[r][1] = _mm256_add_ps(sums[r][1], _mm256_mul_ps(high, v));
    }
  }
}

}  // namespace

Centroids::Centroids(std::span<const float> rows, std::size_t dims) : count_(rows.size() / dims), dims_(dims) {
  const std::size_t padded = (count_ + kLanes - 1) / kLanes * kLanes;
  values_.assign(padded * dims, 0);
  half_squares_.assign(padded, std::numeric_limits<float>::infinity());
  for (std::size_t c = 0; c < count_; ++c) {
    half_squares_[c] = 0;
    for (std::size_t i = 0; i < dims; ++i) {
      const float v = rows[c * dims + i];
      values_[(c / kLanes * dims + i) * kLanes + c % kLanes] = v;
      half_squares_[c] += v * v / 2;
    }
  }
}

void Centroids::copy(std::size_t centroid, float* out) const {
  for (std::size_t i = 0; i < dims_; ++i) out[i] = values_[(centroid / kLanes * dims_ + i) * kLanes + centroid % kLanes];
}

template <int R>
void Centroids::nearest_of(const VectorRows& rows, std::size_t first, std::uint32_t* nearest) const {
  std::array<const float*, R> x;
  __m256 best[R][2], sums[R][2];
  __m256i at[R][2];
  for (int r = 0; r < R; ++r) {
    x[static_cast<std::size_t>(r)] = rows[first + static_cast<std::size_t>(r)].data();
    for (int h = 0; h < 2; ++h) {
      best[r][h] = _mm256_set1_ps(std::numeric_limits<float>::infinity());
      at[r][h] = _mm256_setzero_si256();
    }
  }
  for (std::size_t c = 0; c < padded(); c += kLanes) {
    group_products<R>(x, values_.data() + c * dims_, dims_, sums);
    const __m256i group = _mm256_set1_epi32(static_cast<int>(c));
    for (int r = 0; r < R; ++r)
      for (int h = 0; h < 2; ++h) {
        const __m256 distance =
            _mm256_sub_ps(_mm256_loadu_ps(half_squares_.data() + c + 8 * static_cast<std::size_t>(h)), sums[r][h]);
        const __m256 nearer = _mm256_cmp_ps(distance, best[r][h], _CMP_LT_OQ);
        best[r][h] = _mm256_blendv_ps(best[r][h], distance, nearer);
        at[r][h] = _mm256_blendv_epi8(at[r][h], group, _mm256_castps_si256(nearer));
      }
  }
  for (int r = 0; r < R; ++r) {
    alignas(32) std::array<float, kLanes> distance;
    alignas(32) std::array<std::uint32_t, kLanes> group;
    for (std::size_t h = 0; h < 2; ++h) {
      _mm256_store_ps(distance.data() + 8 * h, best[r][h]);
      _mm256_store_si256(reinterpret_cast<__m256i*>(group.data() + 8 * h), at[r][h]);
    }
    std::pair<float, std::uint32_t> winner{distance[0], group[0]};
    for (std::uint32_t lane = 1; lane < kLanes; ++lane) winner = std::min(winner, {distance[lane], group[lane] + lane});
    nearest[r] = winner.second;
  }
}

void Centroids::nearest(const VectorRows& rows, std::size_t first, std::uint32_t* nearest) const {
  parallel_for(rows.count - first, 256, [&](std::size_t b, std::size_t e) {
    for (; b + 4 <= e; b += 4) nearest_of<4>(rows, first + b, nearest + b);
    for (; b < e; ++b) nearest_of<1>(rows, first + b, nearest + b);
  });
}

std::vector<float> k_means(const VectorRows& rows, std::size_t count, int sweeps) {
  const std::size_t d = rows.dims;
  std::vector<std::uint32_t> sample;
  for (std::size_t r = 0; r < rows.count; ++r)
    if (rows.usable(r)) sample.push_back(static_cast<std::uint32_t>(r));
  Rng rng = stream(Seed{}, Stream::Training, entity_key(rows.count));
  shuffle(rng, sample);
  sample.resize(std::min(sample.size(), 48 * count));
  count = std::min(count, sample.size());
  std::vector<float> x(sample.size() * d);
  for (std::size_t i = 0; i < sample.size(); ++i) std::copy_n(rows[sample[i]].data(), d, x.data() + i * d);
  const VectorRows training{x.data(), sample.size(), d};
  std::vector<float> centroids(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(count * d));
  std::vector<std::uint32_t> nearest(sample.size());
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    Centroids(centroids, d).nearest(training, 0, nearest.data());
    std::vector<double> sums(count * d);
    std::vector<std::uint32_t> members(count);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      ++members[nearest[i]];
      for (std::size_t j = 0; j < d; ++j) sums[nearest[i] * d + j] += double{x[i * d + j]};
    }
    for (std::size_t c = 0; c < count; ++c)  // a centroid that lost its rows stays where it was
      for (std::size_t j = 0; j < d && members[c] > 0; ++j)
        centroids[c * d + j] = static_cast<float>(sums[c * d + j] / members[c]);
  }
  return centroids;
}

}  // namespace feedloop
