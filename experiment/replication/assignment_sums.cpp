#include "experiment/replication/assignment_sums.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random_lanes.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kLanes = RandomLanes::kLanes;
constexpr std::size_t kTile = 128;  // units whose masks, of a block, and columns stay in the nearest cache

RatioMoments moments_of(const UnitTerms& t, const AssignmentColumn& c) {
  RatioMoments m = centred({static_cast<std::int64_t>(t.n), t.x, t.xx, t.y, t.yy, t.xy});
  m.mean_num += c.mean_num;
  m.mean_den += c.mean_den;
  return m;
}

using Mask = std::array<double, kTile * kLanes>;  // [unit][lane]: 1 where the lane's assignment has the unit in the variant

// Sums of one variant over a tile, for all lanes at once: [term][lane].
struct Sums {
  std::array<std::array<double, kLanes>, 6> of{};
};

// One term's sums: of the first four lanes and of the others.
struct LaneSums {
  __m256d low, high;
  explicit LaneSums(const std::array<double, kLanes>& from)
      : low(_mm256_loadu_pd(from.data())), high(_mm256_loadu_pd(from.data() + 4)) {}
  void add(__m256d mask_low, __m256d mask_high, const double& term) {
    const __m256d x = _mm256_broadcast_sd(&term);
    low = _mm256_add_pd(low, _mm256_mul_pd(mask_low, x));
    high = _mm256_add_pd(high, _mm256_mul_pd(mask_high, x));
  }
  void store(std::array<double, kLanes>& to) const {
    _mm256_storeu_pd(to.data(), low);
    _mm256_storeu_pd(to.data() + 4, high);
  }
};

void add_tile(const UnitTerms* units, std::size_t n, const double* mask, Sums& sums) {
  static_assert(kLanes == 8);
  // Named one by one: as an array they would live in memory, at three times the price.
  LaneSums count(sums.of[0]), x(sums.of[1]), y(sums.of[2]), xx(sums.of[3]), yy(sums.of[4]), xy(sums.of[5]);
  for (std::size_t u = 0; u < n; ++u) {
    const __m256d low = _mm256_loadu_pd(mask + u * kLanes), high = _mm256_loadu_pd(mask + u * kLanes + 4);
    count.add(low, high, units[u].n);
    x.add(low, high, units[u].x);
    y.add(low, high, units[u].y);
    xx.add(low, high, units[u].xx);
    yy.add(low, high, units[u].yy);
    xy.add(low, high, units[u].xy);
  }
  count.store(sums.of[0]);
  x.store(sums.of[1]);
  y.store(sums.of[2]);
  xx.store(sums.of[3]);
  yy.store(sums.of[4]);
  xy.store(sums.of[5]);
}

// Marks the lanes whose word lies in a variant's range, and counts them.
class RangeMarks {
 public:
  // Requires: begin < end, and not all words.
  RangeMarks(std::uint64_t begin, std::uint64_t end)
      : begin_(_mm256_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(begin)))),
        width_(_mm256_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(end - begin) ^ kSign))),
        counts_(_mm256_setzero_si256()) {}

  void mark(__m256i words, double* mask) {
    const __m256i offset = _mm256_xor_si256(_mm256_sub_epi32(words, begin_), _mm256_set1_epi32(static_cast<int>(kSign)));
    const __m256i in = _mm256_cmpgt_epi32(width_, offset);  // unsigned, by way of the flipped signs
    counts_ = _mm256_sub_epi32(counts_, in);
    const __m256d one = _mm256_set1_pd(1);
    _mm256_storeu_pd(mask, _mm256_and_pd(one, _mm256_castsi256_pd(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(in)))));
    _mm256_storeu_pd(mask + 4, _mm256_and_pd(one, _mm256_castsi256_pd(_mm256_cvtepi32_epi64(_mm256_extracti128_si256(in, 1)))));
  }
  std::int64_t count(std::size_t lane) const {
    std::array<std::uint32_t, kLanes> counts;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(counts.data()), counts_);
    return counts[lane];
  }

 private:
  static constexpr std::uint32_t kSign = 0x80000000u;
  __m256i begin_, width_, counts_;
};

// Eight assignments under way, `first` and those that follow it.
class Eight {
 public:
  Eight(Seed seed, std::span<const double> shares, std::size_t metrics, std::size_t first)
      : first_(first),
        treatments_(shares.size() - 1),
        draws_(seed, Stream::Rerandomisation, static_cast<std::uint32_t>(first)),
        mask_(treatments_),
        sums_(metrics * treatments_) {
    const std::vector<std::uint64_t> ends = assignment_ranges(shares);
    for (std::size_t t = 0; t < treatments_; ++t) ranges_.emplace_back(ends[t], ends[t + 1]);
  }

  void draw(std::size_t n) {
    for (std::size_t u = 0; u < n; u += 4) {  // the last block's words may go beyond the last unit
      const RandomLanes::Words words = draws_.next();
      for (std::size_t k = 0; k < 4 && u + k < n; ++k)
        for (std::size_t t = 0; t < treatments_; ++t) ranges_[t].mark(words.of[k], mask_[t].data() + (u + k) * kLanes);
    }
  }
  void add(std::size_t metric, const UnitTerms* units, std::size_t n) {
    for (std::size_t t = 0; t < treatments_; ++t) add_tile(units, n, mask_[t].data(), sums_[metric * treatments_ + t]);
  }

  void visit(std::span<const AssignmentColumn> columns, std::size_t units, std::size_t end,
             const AssignmentVisitor& visitor) const {
    std::vector<RatioMoments> of_variant(treatments_ + 1);
    std::vector<std::int64_t> counts(treatments_ + 1);
    for (std::size_t l = 0; l < kLanes && first_ + l < end; ++l) {
      for (std::size_t m = 0; m < columns.size(); ++m) {
        const AssignmentColumn& c = columns[m];
        UnitTerms rest = c.total;
        for (std::size_t t = 0; t < treatments_; ++t) {
          const auto& s = sums_[m * treatments_ + t].of;
          const UnitTerms own{s[0][l], s[1][l], s[2][l], s[3][l], s[4][l], s[5][l]};
          rest = {rest.n - own.n, rest.x - own.x, rest.y - own.y, rest.xx - own.xx, rest.yy - own.yy, rest.xy - own.xy};
          of_variant[t + 1] = moments_of(own, c);
        }
        of_variant[0] = moments_of(rest, c);
        visitor.metric(first_ + l, m, of_variant);
      }
      counts[0] = static_cast<std::int64_t>(units);
      for (std::size_t t = 0; t < treatments_; ++t) counts[0] -= counts[t + 1] = ranges_[t].count(l);
      visitor.split(first_ + l, counts);
    }
  }

 private:
  std::size_t first_, treatments_;
  RandomLanes draws_;
  std::vector<RangeMarks> ranges_;  // by treatment
  std::vector<Mask> mask_;          // likewise
  std::vector<Sums> sums_;          // metrics x treatments
};

}  // namespace

AssignmentColumn assignment_column(std::span<const double> num, std::span<const double> den) {
  AssignmentColumn c;
  RatioMoments all;
  for (std::size_t u = 0; u < num.size(); ++u)
    if (!std::isnan(num[u]) && !std::isnan(den[u])) all.add(num[u], den[u]);
  c.mean_num = all.mean_num;
  c.mean_den = all.mean_den;
  c.units.resize(num.size());
  for (std::size_t u = 0; u < num.size(); ++u) {
    if (std::isnan(num[u]) || std::isnan(den[u])) continue;
    const double x = num[u] - c.mean_num, y = den[u] - c.mean_den;
    c.units[u] = {1, x, y, x * x, y * y, x * y};
    c.total = {c.total.n + 1, c.total.x + x, c.total.y + y, c.total.xx + x * x, c.total.yy + y * y, c.total.xy + x * y};
  }
  return c;
}

std::vector<std::uint64_t> assignment_ranges(std::span<const double> shares) {
  std::vector<std::uint64_t> ends;
  double cumulative = 0;
  for (const double share : shares) {
    cumulative += share;
    ends.push_back(static_cast<std::uint64_t>(std::llround(std::min(cumulative, 1.0) * 0x1p32)));
  }
  ends.back() = std::uint64_t{1} << 32;
  return ends;
}

void visit_assignments(Seed seed, std::span<const double> shares, std::span<const AssignmentColumn> columns, std::size_t units,
                       std::size_t begin, std::size_t end, const AssignmentVisitor& visitor) {
  std::vector<Eight> eights;
  for (std::size_t first = begin; first < end; first += kLanes) eights.emplace_back(seed, shares, columns.size(), first);
  // All eights meet each tile of units while it is in the cache: the columns are far larger.
  for (std::size_t u = 0; u < units; u += kTile) {
    const std::size_t n = std::min(kTile, units - u);
    for (Eight& e : eights) e.draw(n);
    for (std::size_t m = 0; m < columns.size(); ++m)
      for (Eight& e : eights) e.add(m, columns[m].units.data() + u, n);
  }
  for (const Eight& e : eights) e.visit(columns, units, end, visitor);
}

}  // namespace feedloop
