#include "engine/index/inverted_file.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
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
    std::size_t usable = 0;
    for (std::size_t r = 0; r < rows.count; ++r) usable += rows.usable(r);
    std::vector<float> centroids = k_means(rows, static_cast<std::size_t>(3 * std::sqrt(static_cast<double>(usable))), 8);
    if (centroids.empty()) centroids.assign(rows.dims, 0);
    centroids_ = Centroids(centroids, rows.dims);
    nearest_.resize(rows.count);
    centroids_.nearest(rows, 0, nearest_.data());
    encode_centroids();
    measure_spread(rows, centroids);
    lay_out(rows);
    measure_breadth(rows);
  }

  void append(const VectorRows& rows, std::size_t first) override {
    if (const std::size_t known = nearest_.size(); known < rows.count) {
      nearest_.resize(rows.count);
      centroids_.nearest(rows, known, nearest_.data() + known);
    }
    if (first < laid_out_ && laid_out_ == rows.count) return;  // train() has done it
    if (8 * (rows.count - laid_out_) > rows.count) return lay_out(rows);
    if (late_.empty()) late_.assign(centroids_.size(), Int8Codes(rows.dims));
    for (std::size_t r = std::max(first, laid_out_); r < rows.count; ++r) {
      if (!rows.usable(r)) continue;
      late_[nearest_[r]].append(rows[r], static_cast<std::uint32_t>(r));
      ++sizes_[nearest_[r]];
    }
  }

  std::size_t find(const VectorRows&, std::span<const float> query, std::size_t k,
                   std::vector<std::uint32_t>& found) const override {
    constexpr float kAll = -std::numeric_limits<float>::infinity();
    thread_local Int8Query q;  // buffers, filled anew by every call
    thread_local Hits hits;
    thread_local std::vector<float> reach;
    thread_local std::vector<Scored> others, order;
    encode_query(query, q);
    hits.size = 0;
    const std::size_t wanted = rescored(k);
    list_reach(query, q, reach);
    // The most promising lists, enough to bound the k-th best score from below; then, best first, whatever may reach that.
    // The bound rises on the way: where lists hardly differ, a query would else open hundreds that cannot hold anything.
    const float promising = score_floor(reach, 2 * wanted, sizes_);
    std::size_t products = centroids_.size();
    for (std::size_t l = 0; l < centroids_.size(); ++l)
      if (reach[l] >= promising) open(l, q, kAll, hits), products += sizes_[l];
    float worth_opening = score_floor(hits.found(), k) * q.scale;
    others.clear();
    for (std::size_t l = 0; l < centroids_.size(); ++l)
      if (reach[l] < promising && reach[l] >= worth_opening) others.push_back({ItemId{l}, reach[l]});  // a list as an item
    order.clear();
    append_best(others, others.size(), order);
    for (std::size_t at = 0; at < order.size() && order[at].score >= worth_opening;) {
      const float worth_keeping = score_floor(hits.found(), wanted);
      const std::size_t last = std::min(at + std::max<std::size_t>(16, at / 2), order.size());
      for (; at < last; ++at) {
        if (at + 1 < order.size()) {
          const std::size_t next = order[at + 1].item.index();
          codes_.prefetch(starts_[next], starts_[next + 1]);
        }
        open(order[at].item.index(), q, worth_keeping, hits);
        products += sizes_[order[at].item.index()];
      }
      worth_opening = score_floor(hits.found(), k) * q.scale;
    }
    hits.append_from(score_floor(hits.found(), wanted), found);
    return products;
  }

  void set_breadth(double breadth) override { set_breadth_ = static_cast<float>(breadth); }
  void visit_state(State& s) override {
    s(centroids_), s(nearest_), s(across_), s(tilt_), s(measured_breadth_);
    if (s.loading()) laid_out_ = 0, late_.clear(), codes_ = Int8Codes(), encode_centroids();
  }

 private:
  // All rows so far, list after list, so that a search reads them in few pieces.
  void lay_out(const VectorRows& rows) {
    std::vector<std::size_t> at(centroids_.size() + 1);
    for (const std::uint32_t l : nearest_) ++at[l + 1];
    for (std::size_t l = 1; l < at.size(); ++l) at[l] += at[l - 1];
    std::vector<std::uint32_t> by_list(nearest_.size());
    for (std::size_t r = 0; r < nearest_.size(); ++r) by_list[at[nearest_[r]]++] = static_cast<std::uint32_t>(r);
    codes_ = Int8Codes(rows.dims);
    starts_.clear();
    late_.clear();
    sizes_.assign(padded(), 0);
    std::size_t next = 0;
    for (std::size_t l = 0; l < centroids_.size(); ++l) {
      starts_.push_back(codes_.begin_block());
      for (; next < at[l]; ++next)
        if (const std::uint32_t r = by_list[next]; rows.usable(r)) codes_.append(rows[r], r), ++sizes_[l];
    }
    starts_.push_back(codes_.begin_block());
    laid_out_ = rows.count;
  }

  void open(std::size_t list, const Int8Query& q, float threshold, Hits& hits) const {
    codes_.collect(q, starts_[list], starts_[list + 1], threshold, hits);
    if (!late_.empty()) late_[list].collect(q, threshold, hits);
  }

  // The least breadth that finds enough of the best of queries drawn from the rows themselves. Queries of users lie further
  // out than rows and find a little less.
  void measure_breadth(const VectorRows& rows) {
    constexpr std::size_t kQueries = 32;
    constexpr double kEnough = 0.985;
    std::vector<std::uint32_t> queries;
    const std::size_t step = std::max<std::size_t>(1, rows.count / kQueries);
    for (std::size_t r = 0; r < rows.count && queries.size() < kQueries; r += step)
      if (rows.usable(r)) queries.push_back(static_cast<std::uint32_t>(r));
    const auto usable = std::accumulate(sizes_.begin(), sizes_.end(), std::size_t{0});
    const std::size_t k = std::clamp<std::size_t>(usable / 50, 1, 100);
    std::vector<float> floors(queries.size());  // the k-th best score of each
    parallel_for(queries.size(), 1, [&](std::size_t q, std::size_t) {
      std::vector<float> scores;
      for (std::size_t r = 0; r < rows.count; ++r)
        if (rows.usable(r)) scores.push_back(inner_product(rows[r].data(), rows[queries[q]].data(), rows.dims));
      const auto kth = scores.begin() + static_cast<std::ptrdiff_t>(std::min(k, scores.size()) - 1);
      std::nth_element(scores.begin(), kth, scores.end(), std::greater<>());
      floors[q] = *kth;
    });
    for (const float breadth : {2.5f, 2.75f, 3.0f, 3.25f, 3.5f, 4.0f, 4.5f, 5.0f, 6.0f, 8.0f}) {
      measured_breadth_ = breadth;
      std::vector<double> shares(queries.size());
      parallel_for(queries.size(), 1, [&](std::size_t q, std::size_t) {
        std::vector<std::uint32_t> found;
        find(rows, rows[queries[q]], k, found);
        const auto best = std::count_if(found.begin(), found.end(), [&](std::uint32_t r) {
          return inner_product(rows[r].data(), rows[queries[q]].data(), rows.dims) >= floors[q];
        });
        shares[q] = std::min(1.0, static_cast<double>(best) / static_cast<double>(k));
      });
      if (std::accumulate(shares.begin(), shares.end(), 0.0) >= kEnough * static_cast<double>(queries.size())) return;
    }
  }

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
    across_.assign(padded(), 0);
    tilt_.assign(padded(), 0);
    for (std::size_t c = 0; c < n && all > 0; ++c) {
      const double v_along = (along[c] + kBorrowed * all_along / all) / (members[c] + kBorrowed);
      const double v_across = (across[c] + kBorrowed * all_across / all) / (members[c] + kBorrowed);
      across_[c] = static_cast<float>(v_across);
      tilt_[c] = squares[c] > 0 ? static_cast<float>((v_along - v_across) / squares[c]) : 0;
    }
  }

  void encode_centroids() {
    std::vector<float> row(centroids_.dims());
    centroid_codes_ = Int8Codes(row.size());
    for (std::size_t c = 0; c < centroids_.size(); ++c) {
      centroids_.copy(c, row.data());
      centroid_codes_.append(row, static_cast<std::uint32_t>(c));
    }
  }
  std::size_t padded() const { return centroid_codes_.blocks() * kCodeRows; }

  // Mean plus breadth standard deviations of each list's inner products with the query. With s = q . c the variance is
  // s^2 / |c|^2 along + (|q|^2 - s^2 / |c|^2) across = |q|^2 across + s^2 tilt. From codes, whose error is small beside the
  // deviations of rows: as floats the centroids of a large catalogue do not stay in the cache between two requests.
  void list_reach(std::span<const float> query, const Int8Query& q, std::vector<float>& reach) const {
    reach.resize(padded());
    centroid_codes_.score(q, 0, centroid_codes_.blocks(), reach.data());
    std::fill(reach.begin() + static_cast<std::ptrdiff_t>(centroids_.size()), reach.end(), 0.0f);
    const __m256 scale = _mm256_set1_ps(q.scale);
    const __m256 squares = _mm256_set1_ps(inner_product(query.data(), query.data(), query.size()));
    const __m256 breadth = _mm256_set1_ps(set_breadth_ > 0 ? set_breadth_ : measured_breadth_),
                 most = _mm256_set1_ps(std::numeric_limits<float>::max());
    for (std::size_t l = 0; l < reach.size(); l += 8) {
      const __m256 mean = _mm256_mul_ps(scale, _mm256_loadu_ps(&reach[l]));
      const __m256 variance = _mm256_add_ps(_mm256_mul_ps(squares, _mm256_loadu_ps(&across_[l])),
                                            _mm256_mul_ps(_mm256_mul_ps(mean, mean), _mm256_loadu_ps(&tilt_[l])));
      const __m256 sd = _mm256_sqrt_ps(_mm256_max_ps(variance, _mm256_setzero_ps()));
      // What overflowed is opened: min returns its second operand where the first is NaN.
      _mm256_storeu_ps(&reach[l], _mm256_min_ps(_mm256_add_ps(mean, _mm256_mul_ps(breadth, sd)), most));
    }
  }

  float set_breadth_ = 0, measured_breadth_ = 3;
  Centroids centroids_;
  Int8Codes centroid_codes_;
  std::vector<std::uint32_t> nearest_;  // the list of each row
  std::vector<float> across_, tilt_;    // of each list, padded
  Int8Codes codes_;                     // of the rows laid out
  std::vector<std::size_t> starts_;     // list l is blocks [starts[l], starts[l + 1])
  std::size_t laid_out_ = 0;            // rows
  std::vector<Int8Codes> late_;         // by list, rows added since; empty while there are none
  std::vector<std::uint32_t> sizes_;    // usable rows of each list, padded
};

}  // namespace

std::unique_ptr<Finder> make_inverted_file() { return std::make_unique<InvertedFile>(); }

}  // namespace feedloop
