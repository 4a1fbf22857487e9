#include "engine/ranking/forest.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/error.hpp"
#include "engine/ranking/xgboost.hpp"

namespace feedloop {
namespace {

using Node = BoostedTrees::Node;
using Tree = std::vector<Node>;
using Test = std::tuple<std::uint32_t, bool, std::uint8_t>;  // column, missing goes left, cut: neighbours make a run

constexpr std::size_t kCutsOfColumn = 254;  // bins 0 … 254, and 255 for a missing value
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

int depth_of(const Tree& tree, std::int32_t node = 0, int above = 0) {
  const Node& x = tree[static_cast<std::size_t>(node)];
  if (x.left < 0) return above;
  if (above == FlatForest::kMaxDepth)
    throw Error(fmt::format("a tree is deeper than {} splits, the most a flattened forest holds", FlatForest::kMaxDepth));
  return std::max(depth_of(tree, x.left, above + 1), depth_of(tree, x.right, above + 1));
}

void set_leaf(std::span<Line> leaves, std::size_t leaf, float value) {
  for (std::size_t b = 0; b < 4; ++b)
    leaves[leaf / 64 * 4 + b].byte[leaf % 64] = static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(value) >> (8 * b));
}

}  // namespace

Lanes widest_lanes() {
  static const Lanes widest = avx512_usable() ? Lanes::Avx512 : Lanes::Avx2;
  return widest;
}

Forest::Forest(std::span<const std::string> models) {
  FEEDLOOP_CHECK(models.size() <= 32, "heads are bits of a 32-bit mask");
  std::vector<BoostedTrees> heads;
  for (const std::string& model : models) heads.push_back(read_model(model));
  if (heads.empty()) return;
  for (const BoostedTrees& head : heads) FEEDLOOP_CHECK(head.width == heads[0].width, "all heads see the same features");

  std::vector<std::vector<float>> cuts(heads[0].width);
  for (const BoostedTrees& head : heads)
    for (const Tree& tree : head.trees)
      for (const Node& x : tree)
        if (x.left >= 0) cuts[x.feature].push_back(x.value);
  for (auto& c : cuts) {
    std::sort(c.begin(), c.end());
    c.erase(std::unique(c.begin(), c.end()), c.end());
    first_column_.push_back(static_cast<std::uint32_t>(columns_.size()));
    for (std::size_t i = 0; i < c.size(); i += kCutsOfColumn)
      add_column(std::span(c).subspan(i, std::min(kCutsOfColumn, c.size() - i)));
  }
  first_column_.push_back(static_cast<std::uint32_t>(columns_.size()));
  const auto test_of = [&](const Node& x) {
    const auto& c = cuts[x.feature];
    const auto place = static_cast<std::size_t>(std::lower_bound(c.begin(), c.end(), x.value) - c.begin());
    return Test(first_column_[x.feature] + place / kCutsOfColumn, x.missing_left, place % kCutsOfColumn);
  };

  std::map<Test, std::uint32_t> tests;  // the heads that use one; then its number
  for (std::size_t h = 0; h < heads.size(); ++h)
    for (const Tree& tree : heads[h].trees)
      for (const Node& x : tree)
        if (x.left >= 0) tests[test_of(x)] |= std::uint32_t{1} << h;
  for (auto& [test, use] : tests) {
    const auto& [column, missing_left, cut] = test;
    const auto number = static_cast<std::uint32_t>(flat_.cut.size());
    if (flat_.runs.empty() || flat_.runs.back().column != column || flat_.runs.back().missing_left != missing_left)
      flat_.runs.push_back({column, missing_left, number, number});
    flat_.runs.back().last = number + 1;
    flat_.cut.push_back(cut);
    flat_.use.push_back(std::exchange(use, number));
  }

  for (const BoostedTrees& head : heads) {
    const auto first = static_cast<std::uint32_t>(flat_.trees.size());
    for (const Tree& tree : head.trees) {
      const int depth = std::max(1, depth_of(tree));
      const std::size_t line = flat_.leaves.size();
      flat_.trees.push_back({depth, static_cast<std::uint32_t>(flat_.nodes.size()), static_cast<std::uint32_t>(line)});
      flat_.leaves.resize(line + 4 * (((std::size_t{1} << depth) + 63) / 64));
      const auto flatten = [&](auto& self, std::int32_t node, int below, std::size_t leaf) -> void {
        const Node& x = tree[static_cast<std::size_t>(node)];
        if (below == 0) return set_leaf(std::span(flat_.leaves).subspan(line), leaf, x.value);
        const bool split = x.left >= 0;
        flat_.nodes.push_back(split ? tests.at(test_of(x)) : 0);
        self(self, split ? x.left : node, below - 1, 2 * leaf);
        self(self, split ? x.right : node, below - 1, 2 * leaf + 1);
      };
      flatten(flatten, 0, depth, 0);
    }
    flat_.heads.push_back({head.base_margin, first, static_cast<std::uint32_t>(flat_.trees.size())});
  }
}

void Forest::add_column(std::span<const float> cuts) {
  const auto add = [&](std::size_t every, std::size_t octets) {
    const auto place = static_cast<std::uint32_t>(octets_.size());
    for (std::size_t i = 0; i < 8 * octets; ++i) {
      if (i % 8 == 0) octets_.emplace_back();
      const std::size_t cut = (i + 1) * every - 1;
      octets_.back().cut[i % 8] = cut < cuts.size() ? cuts[cut] : kNan;
    }
    return place;
  };
  Column column;
  column.size = static_cast<std::uint32_t>(cuts.size());
  column.top = add(64, 1);
  column.coarse = add(8, cuts.size() / 64 + 1);
  column.fine = add(1, cuts.size() / 8 + 1);
  columns_.push_back(column);
}

std::uint8_t Forest::bin(std::size_t column, float value) const {
  if (std::isnan(value)) return FlatForest::kMissing;
  const float* cuts = octets_[columns_[column].fine].cut;
  return static_cast<std::uint8_t>(std::upper_bound(cuts, cuts + columns_[column].size, value) - cuts);
}

template <int Levels>
void Forest::bin_column(const Column& column, const float* values, std::size_t step, std::size_t n, std::uint8_t* bins) const {
  const Octet *top = &octets_[column.top], *coarse = &octets_[column.coarse], *fine = &octets_[column.fine];
  for (std::size_t i = 0; i < n; ++i) {
    const __m256 value = _mm256_set1_ps(values[i * step]);
    const auto not_above = [value](const Octet& o) {  // NaN, on either side, counts nothing
      return static_cast<unsigned>(
          std::popcount(static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(o.cut), value, _CMP_LE_OQ)))));
    };
    unsigned place = 0;
    if constexpr (Levels > 2) place = not_above(*top);
    if constexpr (Levels > 1) place = 8 * place + not_above(coarse[place]);
    place = 8 * place + not_above(fine[place]);
    bins[i] = static_cast<std::uint8_t>(std::isnan(values[i * step]) ? FlatForest::kMissing : place);
  }
}

void Forest::bin_rows(const float* rows, std::size_t width, std::size_t n, std::size_t first, std::size_t last,
                      std::uint8_t* bins, std::size_t stride) const {
  constexpr std::size_t tile = 64;  // rows that stay in the nearest cache while their features are gone through
  for (std::size_t row = 0; row < n; row += tile)
    for (std::size_t f = first; f < last; ++f)
      for (std::size_t c = first_column_[f]; c < first_column_[f + 1]; ++c) {
        const Column& column = columns_[c];
        const auto binner = column.size < 8    ? &Forest::bin_column<1>
                            : column.size < 64 ? &Forest::bin_column<2>
                                               : &Forest::bin_column<3>;
        (this->*binner)(column, rows + row * width + f, width, std::min(tile, n - row), bins + c * stride + row);
      }
}

void Forest::predict(const std::uint8_t* bins, std::size_t stride, std::size_t n, std::uint32_t heads, float* margins,
                     Lanes lanes) const {
  FEEDLOOP_CHECK(stride >= padded_rows(n), "columns of bins are padded to whole blocks of rows");
  const ForestInput in{bins, stride, n, heads};
  switch (lanes) {
    case Lanes::Scalar:
      return evaluate_scalar(flat_, in, margins);
    case Lanes::Avx2:
      return evaluate_avx2(flat_, in, margins);
    case Lanes::Avx512:
      FEEDLOOP_CHECK(avx512_usable(), "this processor has no AVX-512");
      return evaluate_avx512(flat_, in, margins);
  }
}

void Forest::predict(std::span<const float> rows, std::size_t width, std::size_t shared, std::uint32_t heads,
                     std::span<float> margins, Lanes lanes) const {
  if (rows.empty()) return;
  FEEDLOOP_CHECK(width == this->width() && rows.size() % width == 0 && shared <= width, "rows have the forest's width");
  const std::size_t n = rows.size() / width, stride = padded_rows(n);
  FEEDLOOP_CHECK(margins.size() == n * this->heads(), "one margin a head and row");
  thread_local std::vector<std::uint8_t> bins;
  if (bins.size() < columns() * stride) bins.resize(columns() * stride);
  for (std::size_t c = 0, f = 0; f < shared; ++f)
    for (; c < first_column_[f + 1]; ++c)
      std::fill_n(bins.begin() + static_cast<std::ptrdiff_t>(c * stride), n, bin(c, rows[f]));
  bin_rows(rows.data(), width, n, shared, width, bins.data(), stride);
  predict(bins.data(), stride, n, heads, margins.data(), lanes);
}

}  // namespace feedloop
