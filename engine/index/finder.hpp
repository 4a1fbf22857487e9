// What a kind of index does: it proposes rows, and VectorIndex scores them exactly. A finder borrows the rows from its
// VectorIndex at each call and keeps only what makes them quick to find.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/state.hpp"

namespace feedloop {

// Row-major float vectors. A row with a value that is not finite is stored as NaN throughout.
struct VectorRows {
  const float* data = nullptr;
  std::size_t count = 0, dims = 0;
  std::span<const float> operator[](std::size_t row) const { return {data + row * dims, dims}; }
  bool finite(std::size_t row) const { return data[row * dims] == data[row * dims]; }
  // Finite and not all zeros: VectorIndex finds the zeros by itself.
  bool usable(std::size_t row) const {
    return finite(row) && std::any_of(data + row * dims, data + (row + 1) * dims, [](float x) { return x != 0; });
  }
};

class Finder {
 public:
  virtual ~Finder() = default;
  // Learns from the rows of a build what later rows must not change (centroids, the largest norm). Called at most once.
  virtual void train(const VectorRows&) {}
  // Takes rows [first, rows.count) in, in order; `first` is the count of the last call. Called after train or visit_state.
  virtual void append(const VectorRows& rows, std::size_t first) = 0;
  // Appends row numbers among which the k best of `query` probably are, each once; at least min(k, usable rows), unless the
  // kind says otherwise. Gives the number of inner products computed for that, of rows, codes or centroids; 0: not counted.
  // Requires: the query is finite, k > 0, rows are those of the last append. Any number of threads.
  virtual std::size_t find(const VectorRows& rows, std::span<const float> query, std::size_t k,
                           std::vector<std::uint32_t>& found) const = 0;
  virtual void set_breadth(double) {}  // see VectorIndex
  virtual void visit_state(State&) {}  // what train() learned
};

}  // namespace feedloop
