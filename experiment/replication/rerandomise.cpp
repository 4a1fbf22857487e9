#include "experiment/replication/rerandomise.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "base/random_lanes.hpp"
#include "stats/cuped.hpp"
#include "stats/moments.hpp"
#include "stats/sample_quantile.hpp"
#include "stats/srm.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kLanes = RandomLanes::kLanes;  // assignments side by side
constexpr std::size_t kBlock = 4 * kLanes;           // assignments that share a pass over the units
constexpr std::size_t kTile = 128;                   // units whose masks, of a block, and columns stay in the nearest cache
constexpr double kSrmLevel = 0.05;

// What one unit adds to each sum of its variant, around the means of all units so that squares keep their digits.
struct Terms {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;  // x: numerator, y: denominator
};

struct Column {
  std::vector<Terms> units;
  Terms total;
  double mean_num = 0, mean_den = 0;
};

Column centre(const UnitSums& sums) {
  Column c;
  RatioMoments all;
  for (std::size_t u = 0; u < sums.num.size(); ++u)
    if (!std::isnan(sums.num[u]) && !std::isnan(sums.den[u])) all.add(sums.num[u], sums.den[u]);
  c.mean_num = all.mean_num;
  c.mean_den = all.mean_den;
  c.units.resize(sums.num.size());
  for (std::size_t u = 0; u < sums.num.size(); ++u) {
    if (std::isnan(sums.num[u]) || std::isnan(sums.den[u])) continue;
    const double x = sums.num[u] - c.mean_num, y = sums.den[u] - c.mean_den;
    c.units[u] = {1, x, y, x * x, y * y, x * y};
    c.total = {c.total.n + 1, c.total.x + x, c.total.y + y, c.total.xx + x * x, c.total.yy + y * y, c.total.xy + x * y};
  }
  return c;
}

RatioMoments moments_of(const Terms& t, const Column& c) {
  RatioMoments m = centred({static_cast<std::int64_t>(t.n), t.x, t.xx, t.y, t.yy, t.xy});
  m.mean_num += c.mean_num;
  m.mean_den += c.mean_den;
  return m;
}

RatioMoments planted(RatioMoments m, double lift) {
  const double f = 1 + lift;
  m.mean_num *= f;
  m.m2_num *= f * f;
  m.c *= f;
  return m;
}

// The upper ends of the variants' ranges of words, but the last's, which is the end of all words.
std::vector<std::uint64_t> range_ends(const std::vector<double>& shares) {
  std::vector<std::uint64_t> ends;
  double cumulative = 0;
  for (const double share : shares) {
    cumulative += share;
    ends.push_back(static_cast<std::uint64_t>(std::llround(std::min(cumulative, 1.0) * 0x1p32)));
  }
  ends.back() = std::uint64_t{1} << 32;
  return ends;
}

Rng draws_of(const Rerandomisation& request, std::size_t assignment) {
  return stream(request.seed, Stream::Rerandomisation, entity_key(assignment));
}

// What is kept of one test.
struct Outcome {
  double p = kNaN, effect = kNaN, se = kNaN, planted_p = kNaN;
  bool covers = false;
};

class Outcomes {
 public:
  Outcomes(const Rerandomisation& request, std::size_t metrics)
      : request_(request),
        cases_((request.variants.size() - 1) * metrics),
        metrics_(metrics),
        tests_(static_cast<std::size_t>(request.assignments) * cases_),
        srm_(static_cast<std::size_t>(request.assignments)) {}

  // `of_variant`: the moments of each variant. Different assignments may be judged at once.
  void judge(std::size_t assignment, std::size_t metric, std::span<const RatioMoments> of_variant, double true_planted) {
    for (std::size_t v = 1; v < of_variant.size(); ++v) {
      Outcome& o = tests_[assignment * cases_ + (v - 1) * metrics_ + metric];
      const Comparison c = compare(of_variant[0], of_variant[v], request_.alpha);
      if (c.status != TestStatus::Ok) continue;
      o = {c.p, c.effect, c.se, kNaN, false};
      if (request_.lift == 0) continue;
      const Comparison l = compare(of_variant[0], planted(of_variant[v], request_.lift), request_.alpha);
      o.planted_p = l.p;
      o.covers = l.ci.contains(true_planted);
    }
  }
  void judge_split(std::size_t assignment, std::span<const std::int64_t> counts) {
    srm_[assignment] = sample_ratio_test(counts, request_.shares).p;
  }

  std::vector<RerandomisedEstimate> estimates() const {
    std::vector<RerandomisedEstimate> out;
    for (const Outcome& o : tests_) out.push_back({o.effect, o.se, o.p});
    return out;
  }

  RerandomisationResult summary(std::span<const UnitSums> metrics, std::span<const Column> columns) const {
    RerandomisationResult result;
    result.units = metrics.empty() ? 0 : static_cast<std::int64_t>(metrics[0].num.size());
    result.metrics.resize(cases_);
    parallel_for(cases_, 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) result.metrics[i] = summary_of(i, metrics, columns);
    });
    std::vector<double> split;
    for (const double p : srm_)
      if (!std::isnan(p)) split.push_back(p);
    result.srm_flatness = ks_uniform(split);
    result.srm_alarms = measured_share(std::count_if(split.begin(), split.end(), [](double p) { return p < kSrmLevel; }),
                                       static_cast<std::int64_t>(split.size()));
    return result;
  }

 private:
  RerandomisedMetric summary_of(std::size_t i, std::span<const UnitSums> metrics, std::span<const Column> columns) const {
    const std::size_t m = i % metrics_;
    RerandomisedMetric r;
    r.variant = request_.variants[1 + i / metrics_];
    r.metric = metrics[m].metric;
    r.units = static_cast<std::int64_t>(columns[m].total.n);
    if (request_.lift != 0) r.planted = request_.lift * columns[m].mean_num / columns[m].mean_den;
    std::vector<double> p, effects;
    RatioMoments effect, se;
    std::int64_t rejected = 0, found = 0, covered = 0;
    for (std::size_t a = 0; a < srm_.size(); ++a) {
      const Outcome& o = tests_[a * cases_ + i];
      if (std::isnan(o.p)) continue;
      p.push_back(o.p);
      effects.push_back(o.effect);
      effect.add(o.effect);
      se.add(o.se);
      rejected += o.p < request_.alpha;
      found += o.planted_p < request_.alpha;
      covered += o.covers;
    }
    const auto trials = static_cast<std::int64_t>(p.size());
    r.type_1 = measured_share(rejected, trials);
    r.flatness = ks_uniform(p);
    if (trials > 1) {
      r.mean = effect.mean_num;
      r.sd = std::sqrt(effect.variance_num());
      r.mean_se = se.mean_num;
      std::sort(effects.begin(), effects.end());
      r.low = sample_quantile(effects, 0.05);
      r.high = sample_quantile(effects, 0.95);
    }
    if (request_.lift != 0) {
      r.power = measured_share(found, trials);
      r.coverage = measured_share(covered, trials);
    }
    return r;
  }

  Rerandomisation request_;
  std::size_t cases_, metrics_;  // cases: treatments x metrics
  std::vector<Outcome> tests_;   // assignments x cases
  std::vector<double> srm_;      // by assignment
};

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

void add_tile(const Terms* units, std::size_t n, const double* mask, Sums& sums) {
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
  Eight(const Rerandomisation& request, std::size_t metrics, std::size_t first)
      : first_(first),
        treatments_(request.variants.size() - 1),
        draws_(request.seed, Stream::Rerandomisation, static_cast<std::uint32_t>(first)),
        mask_(treatments_),
        sums_(metrics * treatments_) {
    const std::vector<std::uint64_t> ends = range_ends(request.shares);
    for (std::size_t t = 0; t < treatments_; ++t) ranges_.emplace_back(ends[t], ends[t + 1]);
  }

  void draw(std::size_t n) {
    for (std::size_t u = 0; u < n; u += 4) {  // the last block's words may go beyond the last unit
      const RandomLanes::Words words = draws_.next();
      for (std::size_t k = 0; k < 4 && u + k < n; ++k)
        for (std::size_t t = 0; t < treatments_; ++t) ranges_[t].mark(words.of[k], mask_[t].data() + (u + k) * kLanes);
    }
  }
  void add(std::size_t metric, const Terms* units, std::size_t n) {
    for (std::size_t t = 0; t < treatments_; ++t) add_tile(units, n, mask_[t].data(), sums_[metric * treatments_ + t]);
  }

  void judge(const Rerandomisation& request, std::span<const Column> columns, std::size_t units, Outcomes& outcomes) const {
    std::vector<RatioMoments> of_variant(treatments_ + 1);
    std::vector<std::int64_t> split(treatments_ + 1);
    for (std::size_t l = 0; l < kLanes && first_ + l < static_cast<std::size_t>(request.assignments); ++l) {
      for (std::size_t m = 0; m < columns.size(); ++m) {
        const Column& c = columns[m];
        Terms rest = c.total;
        for (std::size_t t = 0; t < treatments_; ++t) {
          const auto& s = sums_[m * treatments_ + t].of;
          const Terms own{s[0][l], s[1][l], s[2][l], s[3][l], s[4][l], s[5][l]};
          rest = {rest.n - own.n, rest.x - own.x, rest.y - own.y, rest.xx - own.xx, rest.yy - own.yy, rest.xy - own.xy};
          of_variant[t + 1] = moments_of(own, c);
        }
        of_variant[0] = moments_of(rest, c);
        outcomes.judge(first_ + l, m, of_variant, request.lift * c.mean_num / c.mean_den);
      }
      split[0] = static_cast<std::int64_t>(units);
      for (std::size_t t = 0; t < treatments_; ++t) split[0] -= split[t + 1] = ranges_[t].count(l);
      outcomes.judge_split(first_ + l, split);
    }
  }

 private:
  std::size_t first_, treatments_;
  RandomLanes draws_;
  std::vector<RangeMarks> ranges_;  // by treatment
  std::vector<Mask> mask_;          // likewise
  std::vector<Sums> sums_;          // metrics x treatments
};

// Several eights meet each tile of units while it is in the cache: the columns are far larger.
void draw_block(const Rerandomisation& request, std::span<const Column> columns, std::size_t units, std::size_t begin,
                std::size_t end, Outcomes& outcomes) {
  std::vector<Eight> eights;
  for (std::size_t first = begin; first < end; first += kLanes) eights.emplace_back(request, columns.size(), first);
  for (std::size_t u = 0; u < units; u += kTile) {
    const std::size_t n = std::min(kTile, units - u);
    for (Eight& e : eights) e.draw(n);
    for (std::size_t m = 0; m < columns.size(); ++m)
      for (Eight& e : eights) e.add(m, columns[m].units.data() + u, n);
  }
  for (const Eight& e : eights) e.judge(request, columns, units, outcomes);
}

std::vector<Column> centred_columns(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  FEEDLOOP_CHECK(request.variants.size() >= 2 && request.variants.size() == request.shares.size(), "variants need shares");
  std::vector<Column> columns;
  for (const UnitSums& m : metrics) {
    FEEDLOOP_CHECK(m.num.size() == metrics[0].num.size() && m.den.size() == m.num.size(), "columns of one set of units");
    columns.push_back(centre(m));
  }
  return columns;
}

Outcomes drawn(const Rerandomisation& request, std::span<const UnitSums> metrics, std::span<const Column> columns) {
  const std::size_t units = metrics.empty() ? 0 : metrics[0].num.size();
  Outcomes outcomes(request, metrics.size());
  parallel_for(static_cast<std::size_t>(request.assignments), kBlock,
               [&](std::size_t begin, std::size_t end) { draw_block(request, columns, units, begin, end, outcomes); });
  return outcomes;
}

}  // namespace

AdjustedSums adjusted_by_past(const UnitSums& metric, const UnitSums& before) {
  const auto past = [&](std::size_t u) {
    const bool known = !std::isnan(before.num[u]) && !std::isnan(before.den[u]);
    return known ? std::pair{before.num[u], before.den[u]} : std::pair{0.0, 0.0};
  };
  RatioCovariateMoments moments;
  for (std::size_t u = 0; u < metric.num.size(); ++u)
    if (!std::isnan(metric.num[u]) && !std::isnan(metric.den[u]))
      moments.add(metric.num[u], metric.den[u], past(u).first, past(u).second);
  const CupedCoefficient c = cuped_coefficient(std::span(&moments, 1));
  AdjustedSums adjusted{metric, c.rho};
  if (c.theta == 0) return adjusted;
  const double scale = c.theta * moments.metric().mean_den / moments.covariate().mean_den;
  for (std::size_t u = 0; u < metric.num.size(); ++u)
    adjusted.sums.num[u] -= scale * (past(u).first - c.centre * past(u).second);
  return adjusted;
}

RerandomisationResult rerandomise(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  const std::vector<Column> columns = centred_columns(request, metrics);
  return drawn(request, metrics, columns).summary(metrics, columns);
}

std::vector<RerandomisedEstimate> rerandomised_estimates(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  return drawn(request, metrics, centred_columns(request, metrics)).estimates();
}

RerandomisationResult rerandomise_plainly(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  const std::vector<Column> columns = centred_columns(request, metrics);
  const std::vector<std::uint64_t> ends = range_ends(request.shares);
  Outcomes outcomes(request, metrics.size());
  for (std::size_t a = 0; a < static_cast<std::size_t>(request.assignments); ++a) {
    Rng rng = draws_of(request, a);
    std::vector<std::size_t> variant;
    std::vector<std::int64_t> counts(ends.size());
    for (std::size_t u = 0; !metrics.empty() && u < metrics[0].num.size(); ++u) {
      const std::uint64_t word = rng();
      variant.push_back(static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), word) - ends.begin()));
      ++counts[variant.back()];
    }
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      std::vector<RatioMoments> of_variant(ends.size());
      for (std::size_t u = 0; u < variant.size(); ++u)
        if (!std::isnan(metrics[m].num[u]) && !std::isnan(metrics[m].den[u]))
          of_variant[variant[u]].add(metrics[m].num[u], metrics[m].den[u]);
      outcomes.judge(a, m, of_variant, request.lift * columns[m].mean_num / columns[m].mean_den);
    }
    outcomes.judge_split(a, counts);
  }
  return outcomes.summary(metrics, columns);
}

}  // namespace feedloop
