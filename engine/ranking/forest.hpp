// Boosted trees of several heads, flattened for serving: the same margins as XGBoost's predictor, bit for bit.
//
// A histogram-trained tree compares a feature with few distinct thresholds, so one byte a value is exact: the grid. A column of
// the grid holds up to 254 sorted thresholds of one feature, over all trees of all heads, and a value's bin is how many of them
// are not above it; NaN has a bin of its own. A feature with more thresholds has several columns, one never used has none.
// Bins of a feature that is known beforehand (an item's) can be made once and kept, as long as the forest is.
//
// Thread rule: everything but making one is const, and any number may call at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/ranking/forest_kernel.hpp"

namespace feedloop {

enum class Lanes { Scalar, Avx2, Avx512 };
Lanes widest_lanes();  // of this processor

class Forest {
 public:
  static constexpr std::uint32_t kAllHeads = 0xFFFFFFFF;

  Forest() = default;  // no heads
  // One saved Booster a head, at most 32, of the same width. Throws Error: a model that cannot be read, or a tree deeper than
  // FlatForest::kMaxDepth.
  explicit Forest(std::span<const std::string> models);

  std::size_t heads() const { return flat_.heads.size(); }
  std::size_t width() const { return first_column_.empty() ? 0 : first_column_.size() - 1; }  // features of a row
  std::size_t columns() const { return columns_.size(); }
  std::size_t tests() const { return flat_.cut.size() - 1; }  // distinct comparisons of all trees
  // The columns of a feature are [first_column(f), first_column(f + 1)).
  std::size_t first_column(std::size_t feature) const { return first_column_[feature]; }

  std::uint8_t bin(std::size_t column, float value) const;
  // Bins features [first, last) of n rows (`rows` points to the first row's feature 0; the next row is `width` floats on) into
  // the columns of these features: column c, row r at bins[c * stride + r]. With n = 1 and a stride
  // of 1 a row's bins lie side by side: the record to keep for an item.
  void bin_rows(const float* rows, std::size_t width, std::size_t n, std::size_t first, std::size_t last, std::uint8_t* bins,
                std::size_t stride) const;

  // Margins of head h and row r at margins[h * n + r], for the heads whose bit is set; the others' are left as they were.
  // Requires: stride >= padded_rows(n); the bytes from n on may be anything.
  void predict(const std::uint8_t* bins, std::size_t stride, std::size_t n, std::uint32_t heads, float* margins,
               Lanes lanes = widest_lanes()) const;
  // The same from floats. The first `shared` features are those of the first row in all rows, and are binned once.
  void predict(std::span<const float> rows, std::size_t width, std::size_t shared, std::uint32_t heads,
               std::span<float> margins, Lanes lanes = widest_lanes()) const;

 private:
  struct alignas(32) Octet {
    float cut[8];
  };
  // Sorted cuts by eights, and above them every eighth and every 64th cut for the search; NaN fills up.
  struct Column {
    std::uint32_t size = 0;
    std::uint32_t top = 0, coarse = 0, fine = 0;  // places in octets_
  };
  template <int Levels>
  void bin_column(const Column& column, const float* values, std::size_t step, std::size_t n, std::uint8_t* bins) const;
  void add_column(std::span<const float> cuts);

  FlatForest flat_;
  std::vector<std::uint32_t> first_column_;  // of each feature, and the end
  std::vector<Column> columns_;
  std::vector<Octet> octets_;
};

}  // namespace feedloop
