// Lloyd's k-means for the inverted file: deterministic (keyed first centroids, sums in order of rows, ties to the lowest
// centroid), and one kernel for all products with centroids, lanes over centroids, so a row's nearest centroid is the same
// alone and in company.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/state.hpp"
#include "engine/index/finder.hpp"

namespace feedloop {

class Centroids {
 public:
  Centroids() = default;
  Centroids(std::span<const float> rows, std::size_t dims);  // row-major
  std::size_t size() const { return count_; }
  std::size_t dims() const { return dims_; }
  void copy(std::size_t centroid, float* out) const;  // its `dims` values
  // nearest[i] = the centroid nearest to row i, by squared distance. In parallel.
  void nearest(const VectorRows& rows, std::size_t first, std::uint32_t* nearest) const;
  void visit_state(State& s) { s(count_), s(dims_), s(values_), s(half_squares_); }

 private:
  std::size_t padded() const { return half_squares_.size(); }  // size, rounded up to whole vectors
  template <int kRows>
  void nearest_of(const VectorRows& rows, std::size_t first, std::uint32_t* nearest) const;
  std::size_t count_ = 0, dims_ = 0;
  std::vector<float> values_;        // groups of 16 centroids: dimension by dimension, one lane each
  std::vector<float> half_squares_;  // |c|^2 / 2; infinite beyond the last
};

// Trains on at most 48 usable rows a centroid, drawn by key. Returns min(count, usable rows) centroids, row-major.
std::vector<float> k_means(const VectorRows& rows, std::size_t count, int sweeps);

}  // namespace feedloop
