// Maximum-inner-product search over item vectors, for retrieval: the k rows with the largest inner product with a query.
//
// Kinds differ in how they propose rows; all score what they propose by the same float inner product, so a row found by two
// kinds has the same score to the bit. A row or a query with a value that is not finite is never returned or answered, nor is
// a row whose inner product is NaN (finite values can overflow). Results depend on the vectors, their order and the cut
// between build and add only: not on threads, the instruction set, or whether the index was saved and loaded in between.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/huge_pages.hpp"
#include "base/random.hpp"
#include "base/state.hpp"
#include "base/top_k.hpp"
#include "engine/index/finder.hpp"

namespace feedloop {

enum class IndexKind : std::uint8_t { Exact, Int8, Ivf, Hnsw, Auto };

struct IndexKindInfo {
  IndexKind kind;
  std::string_view name, doc;
  std::unique_ptr<Finder> (*make)();  // nullptr for Auto
};
std::span<const IndexKindInfo> index_kinds();
IndexKind index_kind(std::string_view name);  // Requires: the name of a kind

// What Auto is, by the number of rows at build. By `feedloop bench retrieval` (K = 500, 64 dims, norms as of matrix
// factorisation) int8 is ahead of exact from a few hundred rows and ivf of int8 from about 10,000. Auto waits longer: the
// simpler kind finds more, and until then the gain is small.
constexpr std::size_t kInt8From = 1000, kIvfFrom = 20'000;
constexpr IndexKind resolved(IndexKind kind, std::size_t rows) {
  if (kind != IndexKind::Auto) return kind;
  return rows < kInt8From ? IndexKind::Exact : rows < kIvfFrom ? IndexKind::Int8 : IndexKind::Ivf;
}

class VectorIndex {
 public:
  explicit VectorIndex(IndexKind kind = IndexKind::Auto) : kind_(kind) {}

  // Rows become 0..n-1 and replace everything. Requires: dims > 0, vectors.size() a multiple of it.
  void build(std::span<const float> vectors, int dims);
  // Further rows, numbered on. Rows added to an empty index are its build. Requires: build was called, if only with no
  // rows.
  void add(std::span<const float> vectors);

  // Appends the k best by inner product of the rows found, best first, ties by id, and gives the number of inner products
  // computed for that; 0 when the kind does not count them. const, so on any number of threads.
  // Requires: query.size() == dims(), unless the index is empty.
  std::size_t search(std::span<const float> query, std::size_t k, std::vector<Scored>& out) const;

  // A fault to rehearse: the rows in a random order, so that each id finds another's vector.
  void permute(Rng rng);

  // How widely a kind that does not look at every row looks: see make_inverted_file and make_hnsw. Requires: > 0.
  void set_breadth(double breadth);

  std::size_t size() const { return dims_ == 0 ? 0 : vectors_.size() / static_cast<std::size_t>(dims_); }
  int dims() const { return dims_; }
  IndexKind kind() const { return kind_; }
  std::span<const float> vectors() const { return vectors_; }  // row-major; a row that was not finite reads NaN
  void visit_state(State& s);  // vectors, and what was learnt at build; loading makes the rest anew. The kind is not saved.

 private:
  VectorRows rows() const { return {vectors_.data(), size(), static_cast<std::size_t>(dims_)}; }
  void take(std::span<const float> vectors);
  void note_zeros(std::size_t first);
  void make_finder();

  IndexKind kind_;
  double breadth_ = 0;  // 0: the kind's own
  std::int32_t dims_ = 0;
  std::uint64_t built_rows_ = 0;
  HugeVector<float> vectors_;
  // Rows of zeros, ascending. A factorisation has one for every item without a play, and finders do badly among copies of one
  // point: a graph links them to each other only, and an inverted file that needs a few of them opens and scores them all.
  std::vector<std::uint32_t> zeros_;
  std::unique_ptr<Finder> finder_;  // none while empty
};

}  // namespace feedloop
