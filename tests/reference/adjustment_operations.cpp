#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "stats/cell_contrast.hpp"
#include "stats/cluster_robust.hpp"
#include "stats/cuped.hpp"
#include "stats/fieller.hpp"
#include "stats/heterogeneity.hpp"
#include "stats/intraclass.hpp"
#include "stats/newey_west.hpp"
#include "stats/post_stratification.hpp"
#include "stats/quantile_metric.hpp"
#include "stats/regression_adjustment.hpp"
#include "stats/sample_quantile.hpp"
#include "tests/reference/operations.hpp"

namespace feedloop::reference {
namespace {

json ends(const Interval& ci) { return json::array({ci.low, ci.high}); }

// n times the squared error of a group's value.
double unit_variance(const Estimate& e) { return e.variance * static_cast<double>(e.n); }

CovariateMoments covariate_sums(const json& g) {
  return {centred({.n = g.at("n"),
                   .num = g.at("post_sum"),
                   .num_squared = g.at("post_sumsq"),
                   .den = g.at("pre_sum"),
                   .den_squared = g.at("pre_sumsq"),
                   .num_den = g.at("post_pre_sum")})};
}

// The frame of the files that follow GrowthBook's names.
json comparison_answer(const Comparison& c, const json& in) {
  const bool relative = in.at("difference") == "relative";
  const TestStatus status = relative ? c.lift_status : c.status;
  if (status != TestStatus::Ok) return {{"status", to_string(status)}};
  const double estimate = relative ? c.lift : c.effect, se = relative ? c.lift_se : c.se;
  const TTest t = t_test(estimate, se, c.df, in.at("alpha"));
  return {{"status", "OK"},
          {"mean_a", c.control.value},
          {"mean_b", c.treatment.value},
          {"var_a", unit_variance(c.control)},
          {"var_b", unit_variance(c.treatment)},
          {"estimate", estimate},
          {"se", se},
          {"t", t.t},
          {"df", c.df},
          {"p_value", t.p},
          {"ci", ends(t.ci)}};
}

json cuped_answer(const Cuped& c, const json& in) {
  json out = comparison_answer(c.adjusted, in);
  // Our covariate is centred, so that levels keep their meaning; theirs is not.
  const double shift = c.coefficient.theta == 0 ? 0 : c.coefficient.theta * c.coefficient.centre;
  out["mean_a"] = c.adjusted.control.value - shift;
  out["mean_b"] = c.adjusted.treatment.value - shift;
  out["theta"] = c.coefficient.theta;
  out["unadjusted_se"] = in.at("difference") == "relative" ? c.unadjusted.lift_se : c.unadjusted.se;
  return out;
}

json cuped_sums(const json& in) {
  std::array groups{covariate_sums(in.at("a")), covariate_sums(in.at("b"))};
  const CupedCoefficient coefficient = cuped_coefficient(groups);
  if (in.at("kind") == "proportion")
    for (CovariateMoments& g : groups) {  // the reference divides by n here, not by n - 1
      const double n = static_cast<double>(g.pair.n), scale = (n - 1) / n;
      g.pair.m2_num *= scale;
      g.pair.m2_den *= scale;
      g.pair.c *= scale;
    }
  return cuped_answer(cuped(groups[0], groups[1], coefficient, in.at("alpha")), in);
}

// Raw arrays enter in two parts that are merged, so that merging is under test as well.
json cuped_raw(const json& in) {
  const auto group = [](const json& g) {
    const auto y = numbers(g.at("post")), x = numbers(g.at("pre"));
    CovariateMoments parts[2];
    for (std::size_t i = 0; i < y.size(); ++i) parts[i < y.size() / 3 ? 0 : 1].add(y[i], x[i]);
    return parts[0].merged(parts[1]);
  };
  return cuped_answer(cuped(group(in.at("a")), group(in.at("b")), in.at("alpha")), in);
}

json cuped_ratio(const json& in) {
  const auto group = [](const json& g) {
    const char* names[]{"num_post", "den_post", "num_pre", "den_pre"};
    std::array<double, 4> sums;
    std::array<double, 16> products{};
    for (std::size_t i = 0; i < 4; ++i) {
      sums[i] = g.at(std::string(names[i]) + "_sum");
      products[i * 4 + i] = g.at(std::string(names[i]) + "_sumsq");
      for (std::size_t j = 0; j < i; ++j) {
        const std::string one = names[i], other = names[j];
        const std::string name = other + "_" + one + "_sum";
        products[i * 4 + j] = g.contains(name) ? g.at(name) : g.at(one + "_" + other + "_sum");
      }
    }
    return RatioCovariateMoments{centred(g.at("n").get<std::int64_t>(), sums, products)};
  };
  return cuped_answer(cuped(group(in.at("a")), group(in.at("b")), in.at("alpha")), in);
}

json fieller_set(const json& in) {
  const auto known = [&](const char* mean, const char* variance) {
    return Estimate{.n = 1'000'000'000, .value = in.at(mean), .variance = in.at(variance), .status = TestStatus::Ok};
  };
  const Estimate a = known("mean_a", "se2_a"), b = known("mean_b", "se2_b");
  const double alpha = in.at("alpha");
  const FiellerSet set = fieller(a, b, alpha);
  if (set.shape != FiellerShape::Bounded) return {{"kind", "unbounded"}};  // the reference does not part open from unbounded
  const Comparison c = compare(a, b, alpha);
  return {{"kind", "interval"},
          {"lo", set.lift.low},
          {"hi", set.lift.high},
          {"ci_delta", ends(t_test(c.lift, c.lift_se, kInfinity, alpha).ci)}};
}

json post_strat_answer(const Comparison& stratified, const Comparison& plain, const json& in) {
  const bool relative = in.at("difference") == "relative";
  return {{"status", stratified.status == TestStatus::Ok ? "OK" : to_string(stratified.status)},
          {"estimate", relative ? stratified.lift : stratified.effect},
          {"se", relative ? stratified.lift_se : stratified.se},
          {"unstratified_estimate", relative ? plain.lift : plain.effect},
          {"unstratified_se", relative ? plain.lift_se : plain.se}};
}

json post_strat(const json& in) {
  constexpr double alpha = 0.05;  // compared are estimates and errors only
  const std::string kind = in.at("kind");
  if (kind == "cuped") {
    std::vector<CovariateStratum> strata;
    CovariateMoments a, b;
    for (const json& s : in.at("strata")) {
      strata.push_back({covariate_sums(s.at("a")), covariate_sums(s.at("b"))});
      a = a.merged(strata.back().control);
      b = b.merged(strata.back().treatment);
    }
    return post_strat_answer(post_stratify(strata, alpha).comparison, cuped(a, b, alpha).adjusted, in);
  }
  const auto group = [&](const json& g) {
    const std::int64_t n = g.at("n");
    if (kind == "ratio")
      return centred({.n = n,
                      .num = g.at("num_sum"),
                      .num_squared = g.at("num_sumsq"),
                      .den = g.at("den_sum"),
                      .den_squared = g.at("den_sumsq"),
                      .num_den = g.at("num_den_sum")});
    const double sum = g.at("sum"), p = sum / static_cast<double>(n);
    return kind == "proportion" ? from_mean_and_variance(n, p, p * (1 - p)) : centred_mean(n, sum, g.at("sumsq"));
  };
  std::vector<Stratum> strata;
  RatioMoments a, b;
  for (const json& s : in.at("strata")) {
    strata.push_back({group(s.at("a")), group(s.at("b"))});
    const auto pooled = [&](const json& g, const RatioMoments& moments) {
      return kind == "proportion" ? centred_mean(g.at("n"), g.at("sum"), g.at("sum")) : moments;
    };
    a = a.merged(pooled(s.at("a"), strata.back().control));
    b = b.merged(pooled(s.at("b"), strata.back().treatment));
  }
  return post_strat_answer(post_stratify(strata, alpha).comparison, compare(a, b, alpha), in);
}

json heterogeneity_answer(const json& in) {
  const Heterogeneity h = heterogeneity(numbers(in.at("effect")), numbers(in.at("variance")));
  return {{"q", h.q},
          {"df", h.df},
          {"p_q", h.p},
          {"i2", h.i2},
          {"h2", h.h2},
          {"fixed", h.fixed},
          {"se_fixed", h.fixed_se},
          {"tau2", h.tau2},
          {"random", h.random},
          {"se_random", h.random_se}};
}

json quantile_sample(const json& in) {
  auto x = numbers(in.at("x"));
  std::sort(x.begin(), x.end());
  using enum QuantileDefinition;
  const std::pair<const char*, QuantileDefinition> definitions[]{{"linear", Linear},
                                                                 {"hazen", Hazen},
                                                                 {"weibull", Weibull},
                                                                 {"median_unbiased", MedianUnbiased},
                                                                 {"normal_unbiased", NormalUnbiased},
                                                                 {"inverted_cdf", InvertedCdf},
                                                                 {"lower", Lower},
                                                                 {"higher", Higher}};
  json out;
  for (const double q : numbers(in.at("probs")))
    for (const auto& [name, definition] : definitions) out[name].push_back(sample_quantile(x, q, definition));
  for (const double q : numbers(in.at("probs_inner"))) {
    out["hd"].push_back(harrell_davis(x, q));
    out["hd_sd"].push_back(harrell_davis_se(x, q));
    out["mj_se"].push_back(maritz_jarrett_se(x, q));
  }
  out["median_ci"] = ends(median_interval(x, 0.05));
  return out;
}

json quantile_test(const json& in) {
  const auto group = [](const json& g) {
    const QuantileBracket b{.n = g.at("n"),
                            .n_levels = g.at("n_star"),
                            .level = g.at("nu"),
                            .value = g.at("q"),
                            .lower = g.at("q_lower"),
                            .upper = g.at("q_upper")};
    if (!g.contains("n_clusters")) return quantile_estimate(b);
    Estimate e = quantile_estimate(b, centred({.n = g.at("n_clusters"),
                                               .num = g.at("s_sum"),
                                               .num_squared = g.at("s_sumsq"),
                                               .den = g.at("m_sum"),
                                               .den_squared = g.at("m_sumsq"),
                                               .num_den = g.at("sm_sum")}));
    e.n = b.n;  // the reference's degrees of freedom count events, ours users
    return e;
  };
  const Estimate a = group(in.at("a")), b = group(in.at("b"));
  return comparison_answer(compare(a, b, in.at("alpha")), in);
}

// Units by variant within each group of a column of labels.
template <class Label>
std::vector<ClusterMoments> clusters_by(const std::vector<Label>& label, const json& in) {
  const auto y = numbers(in.at("y")), d = numbers(in.at("d"));
  std::map<Label, ClusterMoments> groups;
  for (std::size_t i = 0; i < y.size(); ++i) (d[i] == 0 ? groups[label[i]].control : groups[label[i]].treatment).add(y[i]);
  std::vector<ClusterMoments> out;
  for (const auto& [name, moments] : groups) out.push_back(moments);
  return out;
}

json cluster_ols(const json& in) {
  const double alpha = in.at("alpha");
  const ClusterRobust r = cluster_robust(clusters_by(counts(in.at("groups")), in), alpha);
  const TTest cr1 = t_test(r.effect, r.cr1, static_cast<double>(r.clusters - 1), alpha);
  return {{"n", r.units},
          {"G", r.clusters},
          {"se_iid", r.se_independent},
          {"estimate", r.effect},
          {"se_cr0", r.cr0},
          {"se_cr1", r.cr1},
          {"t_cr1", cr1.t},
          {"p_cr1", cr1.p},
          {"ci_cr1", ends(cr1.ci)},
          {"design_effect", r.design_effect},
          {"se_cr2", r.cr2},
          {"df_cr2", r.df_cr2},
          {"p_cr2", r.p}};
}

json cluster_two_way(const json& in) {
  const auto one = counts(in.at("groups1")), other = counts(in.at("groups2"));
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  for (std::size_t i = 0; i < one.size(); ++i) pairs.emplace_back(one[i], other[i]);
  const TwoWayRobust r = two_way_cluster_robust(clusters_by(one, in), clusters_by(other, in), clusters_by(pairs, in));
  return {{"estimate", r.effect}, {"se_two_way", r.se}};
}

json cluster_icc(const json& in) {
  const auto y = numbers(in.at("y"));
  const auto label = counts(in.at("groups"));
  std::map<std::int64_t, RatioMoments> groups;
  for (std::size_t i = 0; i < y.size(); ++i) groups[label[i]].add(y[i]);
  std::vector<RatioMoments> clusters;
  for (const auto& [name, moments] : groups) clusters.push_back(moments);
  const Intraclass r = intraclass(clusters);
  return {{"msb", r.between},
          {"msw", r.within},
          {"m0", r.size},
          {"icc_anova", r.anova},
          {"f", r.f},
          {"p", r.p},
          {"deff_kish", r.design_effect},
          {"icc_reml", r.reml}};
}

json cluster_hac(const json& in) {
  std::vector<std::uint8_t> treated;
  for (const double d : numbers(in.at("d"))) treated.push_back(d != 0);
  json out;
  for (const int lags : in.at("maxlags").get<std::vector<int>>()) {
    const NeweyWest r = newey_west(numbers(in.at("y")), treated, lags, 0.05);
    out["estimate"] = r.effect;
    out["se_lag" + std::to_string(lags)] = r.se;
    out["p_lag" + std::to_string(lags)] = r.p;
  }
  return out;
}

// The frame of the regressions' answers: p values and intervals by Student with n - k.
json regression_answer(double estimate, double df, double classical, double hc2, double alpha) {
  const TTest ols = t_test(estimate, classical, df, alpha), robust = t_test(estimate, hc2, df, alpha);
  return {{"estimate", estimate}, {"se_ols", classical},    {"t_ols", ols.t},
          {"p_ols", ols.p},       {"ci_ols", ends(ols.ci)}, {"se_hc2", hc2},
          {"t_hc2", robust.t},    {"p_hc2", robust.p},      {"ci_hc2", ends(robust.ci)}};
}

// In two parts that are merged, both passes.
json adjusted_regression(const json& in, Slopes slopes) {
  const auto y = numbers(in.at("y")), d = numbers(in.at("d"));
  std::vector<std::vector<double>> units;
  for (std::size_t i = 0; i < y.size(); ++i) {
    units.push_back(numbers(in.at("x")[i]));
    units.back().push_back(y[i]);
  }
  const std::size_t size = units[0].size();
  VectorMoments parts[2][2]{{VectorMoments(size), VectorMoments(size)}, {VectorMoments(size), VectorMoments(size)}};
  for (std::size_t i = 0; i < units.size(); ++i) parts[i % 2][d[i] != 0].add(units[i]);
  for (const int v : {0, 1}) parts[0][v].merge(parts[1][v]);
  const RegressionAdjustment fit(parts[0][0], parts[0][1], slopes);
  RobustSums sums[2];
  for (std::size_t i = 0; i < units.size(); ++i) fit.add(sums[i % 2], d[i] != 0, units[i]);
  const RobustSums all = sums[0].merged(sums[1]);
  json out = regression_answer(fit.effect(), fit.df(), fit.se(), fit.se(all, RobustKind::Hc2), in.at("alpha"));
  out["n"] = fit.n();
  out["k"] = fit.coefficients();
  out["r2"] = fit.r_squared();
  out["se_hc0"] = fit.se(all, RobustKind::Hc0);
  out["se_hc1"] = fit.se(all, RobustKind::Hc1);
  out["se_hc3"] = fit.se(all, RobustKind::Hc3);
  return out;
}
json ancova(const json& in) { return adjusted_regression(in, Slopes::Common); }
json lin(const json& in) { return adjusted_regression(in, Slopes::ByVariant); }

json factorial(const json& in) {
  const auto y = numbers(in.at("y")), d = numbers(in.at("d")), d2 = numbers(in.at("d2"));
  std::array<RatioMoments, 4> cells;
  for (std::size_t i = 0; i < y.size(); ++i) cells[(d[i] != 0) + 2 * (d2[i] != 0)].add(y[i]);
  const CellContrast c = interaction(cells, in.at("alpha"));
  const SaturatedErrors e = saturated_errors(cells, std::array{1.0, -1.0, -1.0, 1.0});
  json out = regression_answer(c.estimate, static_cast<double>(e.df), e.classical, c.se, in.at("alpha"));
  out["n"] = c.n;
  out["k"] = c.n - e.df;
  out["r2"] = e.r_squared;
  out["se_hc0"] = e.hc0;
  out["se_hc1"] = e.hc1;
  out["se_hc3"] = e.hc3;
  return out;
}

constexpr Operation kOperations[] = {
    {"cuped", "cuped", cuped_sums},
    {"cuped", "cuped_raw", cuped_raw},
    {"cuped", "cuped_ratio", cuped_ratio},
    {"fieller", "fieller", fieller_set},
    {"stratification", "post_strat", post_strat},
    {"stratification", "heterogeneity", heterogeneity_answer},
    {"quantile", "sample", quantile_sample},
    {"quantile", "test", quantile_test},
    {"quantile", "test_clustered", quantile_test},
    {"cluster", "ols", cluster_ols},
    {"cluster", "two_way", cluster_two_way},
    {"cluster", "icc", cluster_icc},
    {"cluster", "hac", cluster_hac},
    {"regression_adjust", "ancova", ancova},
    {"regression_adjust", "lin", lin},
    {"regression_adjust", "factorial", factorial},
};

}  // namespace

std::span<const Operation> adjustment_operations() { return kOperations; }

}  // namespace feedloop::reference
