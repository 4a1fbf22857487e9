#include "engine/index/int8_scan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/index/int8_codes.hpp"
#include "engine/index/selection.hpp"

namespace feedloop {
namespace {

class Int8Scan final : public Finder {
 public:
  void append(const VectorRows& rows, std::size_t first) override {
    if (first == 0) codes_ = Int8Codes(rows.dims);
    for (std::size_t r = first; r < rows.count; ++r)
      if (rows.usable(r)) codes_.append(rows[r], static_cast<std::uint32_t>(r));
  }

  std::size_t find(const VectorRows&, std::span<const float> query, std::size_t k,
                   std::vector<std::uint32_t>& found) const override {
    thread_local Int8Query q;  // buffers, filled anew by every call
    thread_local Hits hits;
    encode_query(query, q);
    const std::size_t wanted = rescored(k);
    double rank = 1;  // deeper at each try
    do {
      const float threshold =
          wanted < codes_.rows() / 2 ? sample_floor(q, wanted, rank) : -std::numeric_limits<float>::infinity();
      hits.size = 0;
      codes_.collect(q, threshold, hits);
      rank *= 2;
    } while (hits.size < std::min(wanted, codes_.rows()));
    hits.append_from(score_floor(hits.found(), wanted), found);
    return codes_.rows();  // at least: a second try is rare
  }

 private:
  // A threshold that `wanted` rows reach, probably: the sample's score four standard errors below its share of the wanted.
  float sample_floor(const Int8Query& q, std::size_t wanted, double depth) const {
    constexpr std::size_t kSampled = 64;  // blocks
    thread_local std::vector<float> scores;
    const std::size_t blocks = std::min(kSampled, codes_.blocks());
    scores.resize(blocks * kCodeRows);
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::size_t block = i * codes_.blocks() / blocks;
      codes_.score(q, block, block + 1, scores.data() + i * kCodeRows);
    }
    const double expected =
        static_cast<double>(wanted) * static_cast<double>(scores.size()) / static_cast<double>(codes_.rows());
    return score_floor(scores, static_cast<std::size_t>(depth * (expected + 4 * std::sqrt(expected) + 4)));
  }

  Int8Codes codes_;
};

}  // namespace

std::unique_ptr<Finder> make_int8_scan() { return std::make_unique<Int8Scan>(); }

}  // namespace feedloop
