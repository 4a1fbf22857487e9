#include "engine/index/vector_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "base/registry.hpp"
#include "engine/index/hnsw.hpp"
#include "engine/index/inner_product.hpp"
#include "engine/index/int8_scan.hpp"
#include "engine/index/inverted_file.hpp"
#include "engine/index/selection.hpp"

namespace feedloop {
namespace {

// The oracle of the other kinds: every inner product, in float.
class Exact final : public Finder {
 public:
  void append(const VectorRows&, std::size_t) override {}
  std::size_t find(const VectorRows& rows, std::span<const float> query, std::size_t k,
                   std::vector<std::uint32_t>& found) const override {
    thread_local std::vector<float> scores;  // a buffer, filled anew by every call
    scores.resize(rows.count);
    for (std::size_t r = 0; r < rows.count; ++r)
      scores[r] =
          rows.usable(r) ? inner_product(rows[r].data(), query.data(), rows.dims) : std::numeric_limits<float>::quiet_NaN();
    const float floor = score_floor(scores, k);
    for (std::size_t r = 0; r < rows.count; ++r)
      if (scores[r] >= floor) found.push_back(static_cast<std::uint32_t>(r));
    return rows.count;
  }
};

bool finite(std::span<const float> v) {
  return std::all_of(v.begin(), v.end(), [](float x) { return std::isfinite(x); });
}

}  // namespace

IndexKind index_kind(std::string_view name) { return find_entry(index_kinds(), name)->kind; }

std::span<const IndexKindInfo> index_kinds() {
  static constexpr std::array table{
      IndexKindInfo{IndexKind::Exact, "exact", "Every inner product in float.",
                    []() -> std::unique_ptr<Finder> { return std::make_unique<Exact>(); }},
      IndexKindInfo{IndexKind::Int8, "int8", "Every inner product in int8 codes, the best of them again in float.",
                    make_int8_scan},
      IndexKindInfo{IndexKind::Ivf, "ivf", "An inverted file of int8 codes, the best of them again in float.",
                    make_inverted_file},
      IndexKindInfo{IndexKind::Hnsw, "hnsw", "hnswlib's graph, over vectors made of equal norm.", make_hnsw},
      IndexKindInfo{IndexKind::Auto, "auto", "Exact, int8 or ivf, by the number of rows at build.", nullptr},
  };
  return table;
}

void VectorIndex::build(std::span<const float> vectors, int dims) {
  FEEDLOOP_CHECK(dims > 0, "an index needs dimensions");
  dims_ = dims;
  built_rows_ = 0;
  vectors_.clear();
  zeros_.clear();
  finder_.reset();
  add(vectors);
}

void VectorIndex::add(std::span<const float> vectors) {
  if (vectors.empty()) return;
  FEEDLOOP_CHECK(dims_ > 0, "an index is built before rows are added");
  FEEDLOOP_CHECK(vectors.size() % static_cast<std::size_t>(dims_) == 0, "an index takes whole rows");
  const std::size_t first = size();
  take(vectors);
  note_zeros(first);
  if (first == 0) {
    built_rows_ = size();
    make_finder();
    finder_->train(rows());
  }
  finder_->append(rows(), first);
}

void VectorIndex::take(std::span<const float> vectors) {
  const auto d = static_cast<std::size_t>(dims_);
  const std::size_t first = vectors_.size();
  vectors_.insert(vectors_.end(), vectors.begin(), vectors.end());
  for (std::size_t at = first; at < vectors_.size(); at += d)
    if (!finite({&vectors_[at], d}))
      std::fill_n(vectors_.begin() + static_cast<std::ptrdiff_t>(at), d, std::numeric_limits<float>::quiet_NaN());
}

void VectorIndex::note_zeros(std::size_t first) {
  for (std::size_t r = first; r < size(); ++r)
    if (rows().finite(r) && !rows().usable(r)) zeros_.push_back(static_cast<std::uint32_t>(r));
}

void VectorIndex::make_finder() {
  finder_ = index_kinds()[static_cast<std::size_t>(resolved(kind_, built_rows_))].make();
  if (breadth_ > 0) finder_->set_breadth(breadth_);
}

void VectorIndex::permute(Rng rng) {
  if (size() < 2) return;
  const auto d = static_cast<std::size_t>(dims_);
  HugeVector<float> rows = vectors_;
  for (std::size_t i = size() - 1; i > 0; --i) {
    const std::size_t j = uniform_below(rng, static_cast<std::uint32_t>(i + 1));
    std::swap_ranges(rows.begin() + static_cast<std::ptrdiff_t>(i * d), rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * d),
                     rows.begin() + static_cast<std::ptrdiff_t>(j * d));
  }
  build(rows, dims_);
}

void VectorIndex::set_breadth(double breadth) {
  breadth_ = breadth;
  if (finder_) finder_->set_breadth(breadth);
}

std::size_t VectorIndex::search(std::span<const float> query, std::size_t k, std::vector<Scored>& out) const {
  if (!finder_ || k == 0) return 0;
  const auto d = static_cast<std::size_t>(dims_);
  FEEDLOOP_CHECK(query.size() == d, "a query has the index's dimensions");
  if (!finite(query)) return 0;
  thread_local std::vector<std::uint32_t> found;  // buffers, filled anew by every call
  thread_local std::vector<Scored> scored;
  found.clear();
  scored.clear();
  const std::size_t products = finder_->find(rows(), query, std::min(k, size()), found);
  constexpr std::size_t kAhead = 16;  // rows: they lie anywhere, and the cache cannot guess
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + kAhead < found.size())
      for (std::size_t j = 0; j < d; j += 16) __builtin_prefetch(&vectors_[found[i + kAhead] * d + j]);
    const float score = inner_product(&vectors_[found[i] * d], query.data(), d);
    if (!std::isnan(score)) scored.push_back({ItemId{found[i]}, score});
  }
  for (std::size_t z = 0; z < std::min(k, zeros_.size()); ++z) scored.push_back({ItemId{zeros_[z]}, 0});
  append_best(scored, k, out);
  return products > 0 ? products + found.size() : 0;
}

void VectorIndex::visit_state(State& s) {
  s(dims_), s(built_rows_), s(vectors_);
  if (s.loading()) finder_.reset(), zeros_.clear(), note_zeros(0);
  if (size() == 0) return;
  if (s.loading()) make_finder();
  finder_->visit_state(s);
  if (s.loading()) finder_->append(rows(), 0);
}

}  // namespace feedloop
