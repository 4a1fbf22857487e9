// The evaluation of a flattened forest on u8 bins, with rows as lanes: scalar, AVX2 and AVX-512.
//
// Every distinct test of the forest ("bin of this column > cut") is made once per row and gives one bit: a plane of bits over
// the rows of a block. A tree is then a tree of selections between planes, done on 256 or 512 rows by one instruction; its
// result is the binary number of each row's leaf, level by level. Only the look-up of leaves and their sum are per row. The
// bits are in the vein of QuickScorer (Lucchese et al. 2015, "QuickScorer: a fast algorithm to rank documents with additive
// ensembles of regression trees"), turned from nodes of a row to rows of a node.
//
// Each lane adds leaves in the order of trees, in float: all three give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace feedloop {

struct alignas(64) Line {
  std::uint8_t byte[64] = {};
};

struct FlatForest {
  static constexpr std::uint8_t kMissing = 255;  // the bin of NaN
  static constexpr int kMaxDepth = 8;

  // Tests [first, last) look at one column; with missing_left a missing value fails all of them (and so goes left), otherwise
  // it passes all. Test 0 belongs to no run and always fails: no bin is above its cut.
  struct Run {
    std::uint32_t column;
    bool missing_left;
    std::uint32_t first, last;
  };
  // 2^depth - 1 nodes from `node` on: a node, its left subtree, its right subtree. Bits of the tests from the root on, passed =
  // 1, make the leaf's number, the root's bit first. Trees that are not complete are filled up with test 0.
  struct Tree {
    int depth;  // 1 … kMaxDepth
    std::uint32_t node, line;
  };
  struct Head {
    float base;  // margin without a tree
    std::uint32_t first, last;
  };
  std::vector<std::uint8_t> cut{kMissing};  // of each test: bin > cut passes
  std::vector<std::uint32_t> use{0};        // of each test: the heads that use it, bit by bit
  std::vector<Run> runs;                    // by column
  std::vector<std::uint32_t> nodes;         // tests
  // Leaves by fours of lines, 64 leaves each: the first line has the lowest byte of each leaf's float, the last the highest.
  std::vector<Line> leaves;
  std::vector<Tree> trees;
  std::vector<Head> heads;
};

// How far a column of bins must be readable: n rounded up to whole blocks of the widest kernel.
constexpr std::size_t kRowsOfBlock = 512;
constexpr std::size_t padded_rows(std::size_t n) { return (n + kRowsOfBlock - 1) / kRowsOfBlock * kRowsOfBlock; }

// Bins of column c and row r at bins[c * stride + r]; margins of head h at margins[h * n + r], for the heads whose bit is set.
// Requires: stride >= padded_rows(n).
struct ForestInput {
  const std::uint8_t* bins;
  std::size_t stride, n;
  std::uint32_t heads;
};
void evaluate_scalar(const FlatForest& forest, const ForestInput& in, float* margins);
void evaluate_avx2(const FlatForest& forest, const ForestInput& in, float* margins);
void evaluate_avx512(const FlatForest& forest, const ForestInput& in, float* margins);  // Requires: avx512_usable()
bool avx512_usable();                                                                   // F, BW and VBMI

}  // namespace feedloop
