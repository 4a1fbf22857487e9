#include "engine/index/inverted_file.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/index/inner_product.hpp"
#include "engine/index/int8_codes.hpp"
#include "engine/index/int8_scan.hpp"
#include "engine/index/k_means.hpp"
#include "engine/index/selection.hpp"

namespace feedloop {
namespace {

class InvertedFile final : public Finder {
 public:
  void train(const VectorRows& rows) override {
    const auto lists = static_cast<std::size_t>(3 * std::sqrt(static_cast<double>(rows.count)));
    std::vector<float> centroids = k_means(rows, lists, 8);
    if (centroids.empty()) centroids.assign(rows.dims, 0);
    centroids_ = Centroids(centroids, rows.dims);
    nearest_.resize(rows.count);
    centroids_.nearest(rows, 0, nearest_.data());
    measure_spread(rows, centroids);
  }

  void append(const VectorRows& rows, std::size_t first) override {
    if (first == 0) {
      lists_.assign(centroids_.size(), Int8Codes(rows.dims));
      sizes_.assign(centroids_.padded(), 0);
    }
    if (const std::size_t known = nearest_.size(); known < rows.count) {
      nearest_.resize(rows.count);
      centroids_.nearest(rows, known, nearest_.data() + known);
    }
    for (std::size_t r = first; r < rows.count; ++r) {
      if (!rows.usable(r)) continue;
      lists_[nearest_[r]].append(rows[r], static_cast<std::uint32_t>(r));
      ++sizes_[nearest_[r]];
    }
  }

  void find(const VectorRows&, std::span<const float> query, std::size_t k, std::vector<std::uint32_t>& found) const override {
    constexpr float kAll = -std::numeric_limits<float>::infinity();
    thread_local Int8Query q;  // buffers, filled anew by every call
    thread_local Hits hits;
    thread_local std::vector<float> reach;
    thread_local std::vector<Scored> others, order;
    encode_query(query, q);
    hits.size = 0;
    const std::size_t wanted = rescored(k);
    list_reach(query, reach);
    // The most promising lists, enough to bound the k-th best score from below; then, best first, whatever may reach that.
    // The bound rises on the way: where lists hardly differ, a query would else open hundreds that cannot hold anything.
    const float promising = score_floor(reach, 2 * wanted, sizes_);
    for (std::size_t l = 0; l < lists_.size(); ++l)
      if (reach[l] >= promising) lists_[l].collect(q, kAll, hits);
    float worth_opening = score_floor(hits.found(), k) * q.scale;
    others.clear();
    for (std::size_t l = 0; l < lists_.size(); ++l)
      if (reach[l] < promising && reach[l] >= worth_opening) others.push_back({ItemId{l}, reach[l]});  // a list as an item
    order.clear();
    append_best(others, others.size(), order);
    for (std::size_t at = 0; at < order.size() && order[at].score >= worth_opening;) {
      const float worth_keeping = score_floor(hits.found(), wanted);
      const std::size_t last = std::min(at + std::max<std::size_t>(8, at / 4), order.size());
      for (; at < last; ++at) {
        if (at + 1 < order.size()) lists_[order[at + 1].item.index()].prefetch();
        lists_[order[at].item.index()].collect(q, worth_keeping, hits);
      }
      worth_opening = score_floor(hits.found(), k) * q.scale;
    }
    hits.append_from(score_floor(hits.found(), wanted), found);
  }

  void set_breadth(double breadth) override { breadth_ = static_cast<float>(breadth); }
  void visit_state(State& s) override { s(centroids_), s(nearest_), s(across_), s(tilt_); }

 private:
  // Mean square of the rows' deviations from their centroid, per dimension, along and across its direction. Lists of few rows
  // borrow from all the others, as if they had five rows of the average spread.
  void measure_spread(const VectorRows& rows, const std::vector<float>& centroids) {
    const std::size_t d = rows.dims, n = centroids_.size();
    std::vector<double> along(n), across(n), members(n), squares(n);
    double all_along = 0, all_across = 0, all = 0;
    for (std::size_t c = 0; c < n; ++c) squares[c] = double{inner_product(&centroids[c * d], &centroids[c * d], d)};
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (!rows.usable(r)) continue;
      const std::size_t c = nearest_[r];
      double total = 0, shadow = 0;
      for (std::size_t i = 0; i < d; ++i) {
        const double centre = double{centroids[c * d + i]}, deviation = double{rows[r][i]} - centre;
        total += deviation * deviation;
        shadow += deviation * centre;
      }
      const double here = squares[c] > 0 ? std::min(total, shadow * shadow / squares[c]) : 0;
      const double rest = (total - here) / std::max(1.0, static_cast<double>(d) - 1);
      along[c] += here, across[c] += rest, members[c] += 1;
      all_along += here, all_across += rest, all += 1;
    }
    constexpr double kBorrowed = 5;
    across_.assign(centroids_.padded(), 0);
    tilt_.assign(centroids_.padded(), 0);
    for (std::size_t c = 0; c < n && all > 0; ++c) {
      const double v_along = (along[c] + kBorrowed * all_along / all) / (members[c] + kBorrowed);
      const double v_across = (across[c] + kBorrowed * all_across / all) / (members[c] + kBorrowed);
      across_[c] = static_cast<float>(v_across);
      tilt_[c] = squares[c] > 0 ? static_cast<float>((v_along - v_across) / squares[c]) : 0;
    }
  }

  // Mean plus breadth standard deviations of each list's inner products with the query. With s = q . c the variance is
  // s^2 / |c|^2 along + (|q|^2 - s^2 / |c|^2) across = |q|^2 across + s^2 tilt.
  void list_reach(std::span<const float> query, std::vector<float>& reach) const {
    reach.resize(centroids_.padded());
    centroids_.products(query.data(), reach.data());
    const __m256 squares = _mm256_set1_ps(inner_product(query.data(), query.data(), query.size()));
    const __m256 breadth = _mm256_set1_ps(breadth_), most = _mm256_set1_ps(std::numeric_limits<float>::max());
    for (std::size_t l = 0; l < reach.size(); l += 8) {
      const __m256 mean = _mm256_loadu_ps(&reach[l]);
      const __m256 variance = _mm256_add_ps(_mm256_mul_ps(squares, _mm256_loadu_ps(&across_[l])),
                                            _mm256_mul_ps(_mm256_mul_ps(mean, mean), _mm256_loadu_ps(&tilt_[l])));
      const __m256 sd = _mm256_sqrt_ps(_mm256_max_ps(variance, _mm256_setzero_ps()));
      // What overflowed is opened: min returns its second operand where the first is NaN.
      _mm256_storeu_ps(&reach[l], _mm256_min_ps(_mm256_add_ps(mean, _mm256_mul_ps(breadth, sd)), most));
    }
  }

  float breadth_ = 3;
  Centroids centroids_;
  std::vector<std::uint32_t> nearest_;  // the list of each row
  std::vector<float> across_, tilt_;    // of each list, padded
  std::vector<Int8Codes> lists_;
  std::vector<std::uint32_t> sizes_;  // usable rows of each list, padded
};

}  // namespace

std::unique_ptr<Finder> make_inverted_file() { return std::make_unique<InvertedFile>(); }

}  // namespace feedloop
