// Float rows as one byte a value, and the kernels that scan them: sixteen rows at a time, one lane a row, so every
// instruction set adds the same integers and gives the same scores.
//
// A value is code * scale with -63 <= code <= 63, scale being the row's largest magnitude / 63: AVX2 adds four products of
// two codes in 16 bits, and 2 * 2 * 126 * 63 still fits. Item codes are stored plus 63, unsigned, since the instructions
// multiply unsigned by signed; what that adds to a product is 63 times the sum of the query's codes, the same for all rows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_pages.hpp"

namespace feedloop {

constexpr std::size_t kCodeRows = 16;  // rows of a block

enum class Isa : std::uint8_t { Scalar, Avx2, Avx512 };  // Avx512: F, BW, VL and VNNI
Isa best_isa();                                          // of this processor
int vector_bits(Isa isa);

struct Int8Query {
  std::vector<std::int32_t> words;  // four signed codes each, zeros at the end
  std::int32_t offset = 0;          // -63 times the sum of the codes
  float scale = 0;                  // a score times this approximates the inner product
};
void encode_query(std::span<const float> query, Int8Query& out);

// Scores that reached a threshold, with the ids of their rows. The vectors are longer than `size`: room to write into.
struct Hits {
  std::vector<float> scores;
  std::vector<std::uint32_t> ids;
  std::size_t size = 0;
  std::span<const float> found() const { return {scores.data(), size}; }
  void append_from(float floor, std::vector<std::uint32_t>& out) const;  // the ids of those that reach it, in their order
};

class Int8Codes {
 public:
  explicit Int8Codes(std::size_t dims = 0);
  void append(std::span<const float> row, std::uint32_t id);  // Requires: finite
  // The next row begins a new block; returns which.
  std::size_t begin_block();
  std::size_t rows() const { return rows_; }  // places passed over count
  std::size_t blocks() const { return blocks_.size() / (lines_ + 2); }

  // Scores of blocks [first, last): row scale * integer product. NaN beyond the last row.
  void score(const Int8Query& query, std::size_t first, std::size_t last, float* out, Isa isa = best_isa()) const;
  // Appends the rows of blocks [first, last) whose score is at least `threshold`, in order of insertion.
  void collect(const Int8Query& query, std::size_t first, std::size_t last, float threshold, Hits& hits,
               Isa isa = best_isa()) const;
  void collect(const Int8Query& query, float threshold, Hits& hits, Isa isa = best_isa()) const {
    collect(query, 0, blocks(), threshold, hits, isa);
  }
  // Asks for the memory that collect() will read: the cache cannot guess where the next list of a search lies.
  void prefetch(std::size_t first, std::size_t last) const;

 private:
  // A block is `lines_` lines of codes, each four dimensions of its rows, then a line of scales, NaN where no row is, so that
  // no threshold lets it pass, and a line of ids: a search reads one piece of memory.
  struct alignas(64) Line {
    std::array<std::uint8_t, 4 * kCodeRows> bytes;
  };
  Line* block(std::size_t b) { return blocks_.data() + b * (lines_ + 2); }
  const Line* block(std::size_t b) const { return blocks_.data() + b * (lines_ + 2); }
  std::size_t lines_ = 0;
  std::size_t rows_ = 0;
  HugeVector<Line> blocks_;
};

}  // namespace feedloop
