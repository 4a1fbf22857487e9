#include "tests/reference/operations.hpp"

#include <algorithm>
#include <cmath>

#include "stats/diversity.hpp"
#include "stats/mean_bounds.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/off_policy.hpp"
#include "stats/sequential.hpp"
#include "stats/slate_off_policy.hpp"
#include "stats/srm.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop::reference {
namespace {

json ends(const Interval& ci) { return json::array({ci.low, ci.high}); }
json value(double x) { return {{"value", x}}; }

// Raw arrays enter in two parts that are merged, so that merging is under test as well.
RatioMoments accumulated(const std::vector<double>& num, const std::vector<double>* den = nullptr) {
  RatioMoments parts[2];
  for (std::size_t i = 0; i < num.size(); ++i) parts[i < num.size() / 3 ? 0 : 1].add(num[i], den ? (*den)[i] : 1.0);
  return parts[0].merged(parts[1]);
}

json welch(const RatioMoments& a, const RatioMoments& b, const json& in) {
  const double alpha = in.at("alpha"), null = in.at("null_diff");
  const Comparison c = compare(a, b, alpha);
  const auto test = [&](Alternative side, double null_value) { return t_test(c.effect, c.se, c.df, alpha, side, null_value); };
  const TTest two = test(Alternative::TwoSided, null), greater = test(Alternative::Greater, null);
  const PooledError pooled = pooled_error(c.control, c.treatment);
  const auto student = [&](Alternative side) { return t_test(c.effect, pooled.se, pooled.df, alpha, side, null); };
  json out{{"n_a", a.n},
           {"n_b", b.n},
           {"mean_a", c.control.value},
           {"mean_b", c.treatment.value},
           {"diff", c.effect},
           {"var_a", c.control.variance * static_cast<double>(a.n)},
           {"var_b", c.treatment.variance * static_cast<double>(b.n)},
           {"t_student", student(Alternative::TwoSided).t},
           {"df_student", pooled.df},
           {"p_student_two", student(Alternative::TwoSided).p},
           {"p_student_greater", student(Alternative::Greater).p},
           {"p_student_less", student(Alternative::Less).p},
           {"se_welch", c.se},
           {"df_welch", c.df},
           {"t_welch", two.t},
           {"p_welch_two", two.p},
           {"p_welch_greater", greater.p},
           {"p_welch_less", test(Alternative::Less, null).p},
           {"ci_welch", ends(two.ci)},
           {"ci_welch_lower_onesided", greater.ci.low},
           {"z_unequal", two.t},
           {"p_z_two", normal_two_sided_p(two.t)}};
  if (in.contains("margin")) {
    const double margin = in.at("margin");
    out["tost_p"] = std::max(test(Alternative::Greater, -margin).p, test(Alternative::Less, margin).p);
  }
  return out;
}
json welch_raw(const json& in) { return welch(accumulated(numbers(in.at("a"))), accumulated(numbers(in.at("b"))), in); }
json welch_stats(const json& in) {
  return welch(from_mean_and_variance(in.at("n_a"), in.at("mean_a"), in.at("var_a")),
               from_mean_and_variance(in.at("n_b"), in.at("mean_b"), in.at("var_b")), in);
}

// The frame shared by absolute and relative differences in the files that follow GrowthBook's names.
json difference(const Estimate& a, const Estimate& b, const json& in) {
  const bool relative = in.at("difference") == "relative";
  const double alpha = in.at("alpha");
  const Comparison c = compare(a, b, alpha);
  const std::string word = in.at("alternative");
  const Alternative side = word == "greater" ? Alternative::Greater
                           : word == "less"  ? Alternative::Less
                                             : Alternative::TwoSided;
  if ((relative ? c.lift_status : c.status) != TestStatus::Ok) return {{"status", to_string(c.status)}};
  const double estimate = relative ? c.lift : c.effect, se = relative ? c.lift_se : c.se;
  const TTest t = t_test(estimate, se, c.df, alpha, side);
  return {{"status", "OK"},
          {"mean_a", a.value},
          {"mean_b", b.value},
          {"var_a", a.variance * static_cast<double>(a.n)},
          {"var_b", b.variance * static_cast<double>(b.n)},
          {"estimate", estimate},
          {"se", se},
          {"t", t.t},
          {"df", c.df},
          {"p_value", t.p},
          {"ci", ends(t.ci)}};
}
json lift_ttest(const json& in) {
  const auto group = [&](const json& g) {
    if (in.at("kind") == "proportion") return proportion_estimate(g.at("sum"), g.at("n"));
    return ratio_estimate(centred_mean(g.at("n"), g.at("sum"), g.at("sumsq")));
  };
  return difference(group(in.at("a")), group(in.at("b")), in);
}
json ratio_sums(const json& in) {
  const auto group = [](const json& g) {
    return ratio_estimate(centred({.n = g.at("n"),
                                   .num = g.at("num_sum"),
                                   .num_squared = g.at("num_sumsq"),
                                   .den = g.at("den_sum"),
                                   .den_squared = g.at("den_sumsq"),
                                   .num_den = g.at("num_den_sum")}));
  };
  return difference(group(in.at("a")), group(in.at("b")), in);
}
json ratio_raw(const json& in) {
  const auto group = [](const json& g) {
    const auto num = numbers(g.at("num")), den = numbers(g.at("den"));
    return ratio_estimate(accumulated(num, &den));
  };
  return difference(group(in.at("a")), group(in.at("b")), in);
}

json srm(const json& in) {
  const SrmResult r = sample_ratio_test(counts(in.at("observed")), numbers(in.at("weights")));
  return {{"chi2", r.chi2}, {"df", r.df}, {"p_value", r.p}, {"g", r.g}, {"p_g", r.p_g}, {"p_binom_exact", r.p_exact}};
}

json msprt(const json& in) {
  const auto x = numbers(in.at("x")), y = numbers(in.at("y"));
  const bool bernoulli = in.at("distribution") == "bernoulli";
  const double theta = in.at("theta"), alpha = in.at("alpha"), sigma = bernoulli ? 0 : in.at("sigma").get<double>();
  AlwaysValid test(in.at("tau"));
  std::vector<double> ratio(x.size()), p(x.size());
  int first = 0;
  double sum_x = 0, sum_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum_x += x[i];
    sum_y += y[i];
    const double n = static_cast<double>(i + 1), mx = sum_x / n, my = sum_y / n;
    if (bernoulli && i < 100) continue;  // the reference's burn-in
    const double v = bernoulli ? (mx * (1 - mx) + my * (1 - my)) / n : 2 * sigma * sigma / n;
    test.look(mx - my - theta, v);
    ratio[i] = std::exp(log_mixture_ratio(mx - my - theta, v, test.tau()));
    p[i] = test.p();
    if (first == 0 && ratio[i] > 1 / alpha) first = static_cast<int>(i + 1);
  }
  json out{{"n_reject", first}, {"lambda", json::array()}, {"p_always_valid", json::array()}};
  for (const json& time : in.at("times")) {
    out["lambda"].push_back(ratio.at(time.get<std::size_t>() - 1));
    out["p_always_valid"].push_back(p.at(time.get<std::size_t>() - 1));
  }
  return out;
}

json adjust(const json& in) {
  const auto p = numbers(in.at("p"));
  const double alpha = in.at("alpha");
  json out;
  const auto put = [&](const char* name, const std::vector<double>& adjusted) {
    out["adjusted"][name] = adjusted;
    out["rejected"][name] = json::array();
    for (const double x : adjusted) out["rejected"][name].push_back(x <= alpha);
  };
  put("bonferroni", bonferroni(p));
  put("holm", holm(p));
  put("sidak", sidak(p));
  put("holm_sidak", holm_sidak(p));
  put("hochberg", hochberg(p));
  put("hommel", hommel(p));
  put("bh", benjamini_hochberg(p));
  put("by", benjamini_yekutieli(p));
  return out;
}

json diversity_counts(const json& in) {
  const auto x = counts(in.at("counts"));
  const double h = entropy(x), n = static_cast<double>(x.size());
  return {{"gini", gini(x)},
          {"coverage", coverage(x)},
          {"entropy_nats", h},
          {"hhi", herfindahl(x)},
          {"simpson", simpson(x)},
          {"entropy_bits", h / std::log(2.0)},
          {"entropy_normalised", h / std::log(n)},
          {"kl_from_uniform", std::log(n) - h},
          {"top_share", top_share(x, 1e-12)}};
}

// In two parts that are merged, like all raw arrays.
json off_policy_single(const json& in) {
  using enum OffPolicyMethod;
  const auto r = numbers(in.at("reward")), p = numbers(in.at("pscore"));
  const auto action = counts(in.at("action"));
  const double clip = in.at("clip"), lambda = in.at("lambda");
  std::vector<double> w, q, v;
  double largest = -kInfinity;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const auto pi = numbers(in.at("pi_e")[i]), rates = numbers(in.at("q")[i]);
    const auto a = static_cast<std::size_t>(action[i]);
    w.push_back(pi[a] / p[i]);
    q.push_back(rates[a]);
    double value = 0;
    for (std::size_t k = 0; k < pi.size(); ++k) value += pi[k] * rates[k];
    v.push_back(value);
    largest = std::max(largest, w.back() * r[i]);
  }
  const std::pair<const char*, OffPolicySpec> named[]{{"ips", {Ips}},
                                                      {"ips_clip", {ClippedIps, clip}},
                                                      {"snips", {Snips}},
                                                      {"sg_ips", {SubGaussianIps, lambda}},
                                                      {"dm", {Dm}},
                                                      {"dr", {Dr}},
                                                      {"dr_clip", {ClippedDr, clip}},
                                                      {"sndr", {Sndr}},
                                                      {"switch", {SwitchDr, clip}},
                                                      {"dros", {ShrunkDr, clip}},
                                                      {"sg_dr", {SubGaussianDr, lambda}}};
  std::vector<OffPolicySpec> specs;
  for (const auto& [name, spec] : named) specs.push_back(spec);
  const LoggedRows rows{w, r, q, v};
  OffPolicySums sums(specs), rest(specs);
  sums.add(rows.part(0, r.size() / 3));
  rest.add(rows.part(r.size() / 3, r.size() - r.size() / 3));
  sums.merge(rest);
  json out;
  for (std::size_t s = 0; s < specs.size(); ++s) {
    const OffPolicyEstimate e = sums.estimate(s);
    out[named[s].first] = e.value;
    out[std::string("se_") + named[s].first] = e.se_fixed;
  }
  const OffPolicyEstimate ips = sums.estimate(0);
  const double n = static_cast<double>(ips.units);
  const SampleMean mean{ips.units, ips.value, ips.se * ips.se * n};
  out["bound_hoeffding"] = hoeffding_lower(mean, largest, 0.05);  // the reference's range: the largest term
  out["bound_bernstein"] = empirical_bernstein_lower(mean, largest, 0.05);
  out["bound_student"] = student_lower(mean, 0.05);
  out["mean_weight"] = sums.weights().mean;
  out["max_weight"] = sums.weights().largest;
  out["ess"] = sums.weights().effective_rows();
  return out;
}

json off_policy_replay(const json& in) {
  const auto r = numbers(in.at("reward"));
  const auto action = counts(in.at("action")), chosen = counts(in.at("pi_e_action"));
  std::vector<double> w;
  for (std::size_t i = 0; i < r.size(); ++i) w.push_back(action[i] == chosen[i] ? 1 : 0);
  OffPolicySums sums({{OffPolicyMethod::Replay}});
  sums.add({w, r, {}, {}});
  return {{"replay", sums.estimate(0).value}, {"n_match", sums.matched()}};
}

json off_policy_slate(const json& in) {
  const auto id = counts(in.at("slate_id"));
  const auto r = numbers(in.at("reward")), pb = numbers(in.at("p_b_item")), pe = numbers(in.at("p_e_item")),
             pb_prefix = numbers(in.at("p_b_prefix")), pe_prefix = numbers(in.at("p_e_prefix"));
  SlateSums parts[2]{SlateSums(in.at("len_list")), SlateSums(in.at("len_list"))};
  std::vector<SlateSlot> slate;
  for (std::size_t i = 0; i < id.size(); ++i) {
    slate.push_back({r[i], pe[i] / pb[i], pe_prefix[i] / pb_prefix[i], 0, 0});
    if (i + 1 < id.size() && id[i + 1] == id[i]) continue;
    parts[i % 2].add(slate);
    slate.clear();
  }
  parts[0].merge(parts[1]);
  json out;
  for (const SlateMethod m :
       {SlateMethod::Sips, SlateMethod::Iips, SlateMethod::Rips, SlateMethod::Snsips, SlateMethod::Sniips, SlateMethod::Snrips})
    out[std::string(to_string(m))] = parts[0].estimate(m).value;
  return out;
}

constexpr Operation kOperations[] = {
    {"ope", "single", off_policy_single},
    {"ope", "replay", off_policy_replay},
    {"ope", "slate", off_policy_slate},
    {"welch_t", "welch_raw", welch_raw},
    {"welch_t", "welch_stats", welch_stats},
    {"lift_ttest", "lift_ttest", lift_ttest},
    {"ratio_delta", "ratio_sums", ratio_sums},
    {"ratio_delta", "ratio_raw", ratio_raw},
    {"srm", "srm", srm},
    {"msprt", "msprt", msprt},
    {"multiple_testing", "adjust", adjust},
    {"diversity", "counts", diversity_counts},
    {"distributions", "normal_sf", [](const json& in) { return value(normal_sf(in.at("x"))); }},
    {"distributions", "normal_isf", [](const json& in) { return value(normal_isf(in.at("p"))); }},
    {"distributions", "t_sf", [](const json& in) { return value(t_sf(in.at("x"), number(in.at("df")))); }},
    {"distributions", "t_isf", [](const json& in) { return value(t_isf(in.at("p"), number(in.at("df")))); }},
    {"distributions", "chi2_sf", [](const json& in) { return value(chi2_sf(in.at("x"), in.at("k"))); }},
    {"distributions", "chi2_isf", [](const json& in) { return value(chi2_isf(in.at("p"), in.at("k"))); }},
    {"distributions", "beta_cdf", [](const json& in) { return value(beta_cdf(in.at("x"), in.at("a"), in.at("b"))); }},
    {"distributions", "beta_sf", [](const json& in) { return value(beta_sf(in.at("x"), in.at("a"), in.at("b"))); }},
    {"distributions", "beta_ppf", [](const json& in) { return value(beta_quantile(in.at("p"), in.at("a"), in.at("b"))); }},
    {"distributions", "binom_sf", [](const json& in) { return value(binomial_sf(in.at("k"), in.at("n"), in.at("p"))); }},
};

}  // namespace

std::span<const Operation> comparison_operations() { return kOperations; }

std::vector<Operation> operations() {
  std::vector<Operation> all;
  for (const auto& part :
       {comparison_operations(), sequential_operations(), sizing_operations(), adjustment_operations(), posterior_operations()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace feedloop::reference
