#include "experiment/replication/rerandomise.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "experiment/replication/assignment_sums.hpp"
#include "stats/cuped.hpp"
#include "stats/moments.hpp"
#include "stats/sample_quantile.hpp"
#include "stats/srm.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr double kSrmLevel = 0.05;

RatioMoments planted(RatioMoments m, double lift) {
  const double f = 1 + lift;
  m.mean_num *= f;
  m.m2_num *= f * f;
  m.c *= f;
  return m;
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

  RerandomisationResult summary(std::span<const UnitSums> metrics, std::span<const AssignmentColumn> columns) const {
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
  RerandomisedMetric summary_of(std::size_t i, std::span<const UnitSums> metrics,
                                std::span<const AssignmentColumn> columns) const {
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

std::vector<AssignmentColumn> centred_columns(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  FEEDLOOP_CHECK(request.variants.size() >= 2 && request.variants.size() == request.shares.size(), "variants need shares");
  std::vector<AssignmentColumn> columns;
  for (const UnitSums& m : metrics) {
    FEEDLOOP_CHECK(m.num.size() == metrics[0].num.size() && m.den.size() == m.num.size(), "columns of one set of units");
    columns.push_back(assignment_column(m.num, m.den));
  }
  return columns;
}

Outcomes drawn(const Rerandomisation& request, std::span<const UnitSums> metrics, std::span<const AssignmentColumn> columns) {
  const std::size_t units = metrics.empty() ? 0 : metrics[0].num.size();
  Outcomes outcomes(request, metrics.size());
  const AssignmentVisitor visitor{
      [&](std::size_t a, std::size_t m, std::span<const RatioMoments> of_variant) {
        outcomes.judge(a, m, of_variant, request.lift * columns[m].mean_num / columns[m].mean_den);
      },
      [&](std::size_t a, std::span<const std::int64_t> counts) { outcomes.judge_split(a, counts); }};
  parallel_for(static_cast<std::size_t>(request.assignments), kAssignmentBlock, [&](std::size_t begin, std::size_t end) {
    visit_assignments(request.seed, request.shares, columns, units, begin, end, visitor);
  });
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
  const std::vector<AssignmentColumn> columns = centred_columns(request, metrics);
  return drawn(request, metrics, columns).summary(metrics, columns);
}

std::vector<RerandomisedEstimate> rerandomised_estimates(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  return drawn(request, metrics, centred_columns(request, metrics)).estimates();
}

RerandomisationResult rerandomise_plainly(const Rerandomisation& request, std::span<const UnitSums> metrics) {
  const std::vector<AssignmentColumn> columns = centred_columns(request, metrics);
  const std::vector<std::uint64_t> ends = assignment_ranges(request.shares);
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
