#include <cmath>

#include "stats/kolmogorov_smirnov.hpp"
#include "stats/permutation.hpp"
#include "stats/power.hpp"
#include "stats/rank_test.hpp"
#include "stats/ratio_bootstrap.hpp"
#include "stats/running_power.hpp"
#include "stats/survival.hpp"
#include "stats/tails.hpp"
#include "stats/trend.hpp"
#include "tests/reference/operations.hpp"

namespace feedloop::reference {
namespace {

json ends(const Interval& ci) { return json::array({ci.low, ci.high}); }
json value(double x) { return {{"value", x}}; }

json power_of_means(const json& in, bool student) {
  const PlannedMetric metric = planned_mean(0, 1);
  const PlannedTest test{.alpha = in.at("alpha"),
                         .alternative = in.at("alternative") == "larger" ? Alternative::Greater : Alternative::TwoSided,
                         .ratio = in.at("ratio"),
                         .student = student};
  const double effect = in.at("effect"), n = in.at("n1"), target = in.at("power_target");
  const double power = power_of(metric, test, effect, n).power;
  return {{"power", power},
          {"r_power", power},
          {"n1_required", size_for(metric, test, effect, target).exact},
          {"mde", detectable_effect(metric, test, n, target).effect}};
}

json power_of_proportions(const json& in) {
  const double p1 = in.at("p1"), p2 = in.at("p2"), n = in.at("n1"), alpha = in.at("alpha"), target = in.at("power_target");
  const double h = arcsine_effect(p1, p2);
  PlannedTest test{.alpha = alpha, .ratio = in.at("ratio")};
  const PlannedMetric metric = planned_rate(p1);
  const double power = power_of(metric, test, p2 - p1, n).power;
  json out{
      {"h", h}, {"r_power_h", power_of(planned_mean(0, 1), test, h, n).power}, {"power_pooled", power}, {"r_power", power}};
  // The reference's sizes leave out rejections of the wrong sign.
  test.alpha = alpha / 2;
  test.alternative = Alternative::Greater;
  const double size = size_for(metric, test, p2 - p1, target).exact;
  out.update({{"n1_required", size}, {"r_n", size}});
  return out;
}

json rule16(const json& in) {
  const double p = in.at("p"), effect = p * in.at("relative_lift").get<double>(), alpha = in.at("alpha");
  const PlannedTest test{.alpha = alpha / 2, .alternative = Alternative::Greater};
  return {{"n_rule16", rule_of_sixteen(p * (1 - p), effect)},
          {"n_exact_z", size_for(planned_mean(p, std::sqrt(p * (1 - p))), test, effect, in.at("power_target")).exact}};
}

json midexp(const json& in) {
  RunningTest test{.effect = in.at("mde"), .se = in.at("se"), .alpha = in.at("alpha")};
  if (in.at("sequential")) test.mixture = tuned_mixture(in.at("n"), in.at("tuning"), test.alpha);
  json out{{"scaling_needed", extension_for(test, in.at("target_power"))}, {"power", json::array()}};
  for (const json& scaling : in.at("scaling")) out["power"].push_back(extended_power(test, scaling));
  return out;
}

json km(const json& in) {
  const auto time = numbers(in.at("time"));
  LifeTable table;
  for (std::size_t i = 0; i < time.size(); ++i) table.add(time[i], in.at("event")[i] == 1);
  json out;
  for (const SurvivalStep& s : kaplan_meier(table).steps) {
    out["times"].push_back(s.time);
    out["n_risk"].push_back(s.at_risk);
    out["n_event"].push_back(s.events);
    out["survival"].push_back(s.survival);
    out["se"].push_back(s.se);
  }
  return out;
}

json logrank(const json& in) {
  const auto time = numbers(in.at("time"));
  std::vector<LifeTable> groups;
  for (std::size_t i = 0; i < time.size(); ++i) {
    const std::size_t g = in.at("group")[i];
    if (groups.size() <= g) groups.resize(g + 1);
    groups[g].add(time[i], in.at("event")[i] == 1);
  }
  const LogRank plain = log_rank(groups), at_risk = log_rank(groups, LogRankWeight::AtRisk),
                root = log_rank(groups, LogRankWeight::RootAtRisk);
  return {{"chi2", plain.chi2}, {"p", plain.p},         {"chi2_gb", at_risk.chi2},
          {"p_gb", at_risk.p},  {"chi2_tw", root.chi2}, {"p_tw", root.p}};
}

json trend(const json& in) {
  const auto effect = numbers(in.at("effect"));
  const LinearTrend line = linear_trend(effect, numbers(in.at("variance")));
  const MonotoneTrend monotone = monotone_trend(effect);
  return {{"slope", line.slope},
          {"se", line.se},
          {"z", line.z},
          {"p", line.p},
          {"intercept", line.intercept},
          {"kendall_tau", monotone.tau},
          {"kendall_p", monotone.p},
          {"theil_sen", monotone.theil_sen}};
}

json rank(const json& in) {
  const auto a = numbers(in.at("a")), b = numbers(in.at("b"));
  const RankTest u = rank_sum_test(a, b);
  const KsTest ks = ks_two_sample(a, b);
  json out{{"mwu_u", u.u},
           {"mwu_p_asymptotic", u.p_continuity},
           {"mwu_p_nocontinuity", u.p},
           {"mwu_p_exact", u.p_exact},
           {"ks_stat", ks.d},
           {"ks_p_exact", ks.p}};
  return out;
}

json ks(const json& in) {
  const KsTest t = ks_uniform(numbers(in.at("x")));
  return {{"d", t.d}, {"p", t.p}};
}

json permutation(const json& in) {
  const PermutationTest t = permutation_test(numbers(in.at("a")), numbers(in.at("b")));
  return {{"diff", t.difference}, {"p", t.p}};
}

json bootstrap(const json& in) {
  const BootstrapSample s = bootstrap_ratio(numbers(in.at("num")), numbers(in.at("den")), 50'000, {1}, 0);
  return {
      {"ratio", s.estimate}, {"ci_percentile", ends(percentile_interval(s, 0.05))}, {"ci_bca", ends(bca_interval(s, 0.05))}};
}

constexpr Operation kOperations[] = {
    {"power", "normal", [](const json& in) { return power_of_means(in, false); }},
    {"power", "t", [](const json& in) { return power_of_means(in, true); }},
    {"power", "proportions", power_of_proportions},
    {"power", "rule16", rule16},
    {"power", "midexp", midexp},
    {"survival", "km", km},
    {"survival", "logrank", logrank},
    {"trend_and_resampling", "trend", trend},
    {"trend_and_resampling", "rank", rank},
    {"trend_and_resampling", "ks_uniform", ks},
    {"trend_and_resampling", "permutation", permutation},
    {"trend_and_resampling", "bootstrap", bootstrap},
    {"distributions", "f_sf", [](const json& in) { return value(f_sf(in.at("x"), in.at("d1"), in.at("d2"))); }},
    {"distributions", "nct_sf", [](const json& in) { return value(noncentral_t_sf(in.at("x"), in.at("df"), in.at("ncp"))); }},
};

}  // namespace

std::span<const Operation> sizing_operations() { return kOperations; }

}  // namespace feedloop::reference
