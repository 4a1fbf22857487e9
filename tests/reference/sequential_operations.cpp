#include "tests/reference/operations.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/anytime_t.hpp"
#include "stats/bernoulli_sequence.hpp"
#include "stats/bounded_sequence.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/group_sequential.hpp"
#include "stats/mixture_boundary.hpp"
#include "stats/quantile_sequence.hpp"
#include "stats/sequential_srm.hpp"
#include "stats/stitched_boundary.hpp"

namespace feedloop::reference {
namespace {

Sides sides(const json& in) { return in.at("sided") == 1 ? Sides::One : Sides::Two; }

json group_sequential_boundary(const json& in) {
  const auto t = numbers(in.at("information"));
  const std::string type = in.at("type");
  const double alpha = in.at("alpha"), gamma = in.at("gamma").is_null() ? 1 : in.at("gamma").get<double>();
  Boundaries b;
  if (type == "OF" || type == "P") {
    b = wang_tsiatis_boundaries(t, type == "OF" ? 0 : 0.5, alpha, sides(in));
  } else {
    using enum SpendingFamily;
    const SpendingFamily family = type == "asOF"   ? ObrienFleming
                                  : type == "asP"  ? Pocock
                                  : type == "asKD" ? Power
                                                   : HwangShihDeCani;
    b = spending_boundaries(t, {family, gamma}, alpha, sides(in));
  }
  return {{"z", b.z}, {"alpha_spent", b.spent}, {"stage_levels", b.levels}};
}
json group_sequential_power(const json& in) {
  json out{{"power", json::array()}, {"expected_information", json::array()}};
  for (const double delta : numbers(in.at("delta"))) {
    const Crossing c = crossing(numbers(in.at("information")), numbers(in.at("z")), sides(in), delta);
    out["power"].push_back(c.power());
    out["expected_information"].push_back(c.expected_information());
  }
  return out;
}
json group_sequential_crossing(const json& in) {
  const Crossing c = crossing(numbers(in.at("information")), numbers(in.at("z")), Sides::Two, 0);
  json out{{"cumulative_crossing", json::array()}, {"total_crossing", c.power()}};
  double total = 0;
  for (std::size_t k = 0; k < c.upper.size(); ++k) out["cumulative_crossing"].push_back(total += c.upper[k] + c.lower[k]);
  return out;
}

json asymptotic_rho(const json& in) {
  const double n = in.at("tuning"), alpha = in.at("alpha");
  return {{"rho_two_sided", approximate_rho(n, alpha)}, {"rho_one_sided", approximate_rho(n, alpha, Alternative::Greater)}};
}
json asymptotic_halfwidth(const json& in) {
  const double n = in.at("n"), s2 = in.at("s2"), alpha = in.at("alpha"), planned = in.at("tuning");
  const auto half = [&](Alternative side) {
    return std::sqrt(s2) * mixture_margin(n, approximate_rho(planned, alpha, side), alpha, side);
  };
  return {{"two_sided", half(Alternative::TwoSided)}, {"one_sided", half(Alternative::Greater)}};
}
json asymptotic_test(const json& in) {
  const auto group = [&](const json& g) {
    if (in.at("kind") == "proportion") return proportion_estimate(g.at("sum"), g.at("n"));
    return ratio_estimate(centred_mean(g.at("n"), g.at("sum"), g.at("sumsq")));
  };
  const double alpha = in.at("alpha"), planned = in.at("tuning");
  const Comparison c = compare(group(in.at("a")), group(in.at("b")), alpha);
  const bool relative = in.at("difference") == "relative";
  const double estimate = relative ? c.lift : c.effect, se = relative ? c.lift_se : c.se;
  const auto look = [&](Alternative side) {
    return sequence_look(estimate, se * se, c.control.n + c.treatment.n, approximate_rho(planned, alpha, side), alpha, side);
  };
  const SequenceLook two = look(Alternative::TwoSided);
  return {{"status", two.status == TestStatus::Ok ? "OK" : to_string(two.status)},
          {"estimate", estimate},
          {"se", se},
          {"rho", approximate_rho(planned, alpha)},
          {"ci", {two.ci.low, two.ci.high}},
          {"p_value", two.p},
          {"ci_greater_lower", look(Alternative::Greater).ci.low},
          {"ci_less_upper", look(Alternative::Less).ci.high}};
}
json conjugate_mixture_margin(const json& in) {
  return {{"value", mixture_margin(in.at("t"), std::sqrt(in.at("rho2").get<double>()), in.at("alpha"))}};
}
json lil_margin(const json& in) { return {{"value", iterated_logarithm_margin(in.at("t"), in.at("alpha"))}}; }
json best_rho2(const json& in) {
  const double rho = exact_rho(in.at("t_opt"), in.at("alpha"));
  return {{"value", rho * rho}};
}
json anytime_t(const json& in) {
  const double n = in.at("n"), k = in.at("k"), t = in.at("t"), alpha = in.at("alpha");
  const AnytimeT test{n, n - k, in.at("g")};
  return {{"log_e", test.log_e(t)},
          {"p", test.p(t)},
          {"t_radius", test.radius(alpha)},
          {"z_radius", test.large_sample_radius(alpha)}};
}
json bounded_sequences(const json& in) {
  const auto x = numbers(in.at("x"));
  const double alpha = in.at("alpha");
  BoundedSequence sequence(alpha);
  json out;
  const auto put = [&](const std::string& name, const Interval& ci) {
    out[name + "_lower"].push_back(ci.low);
    out[name + "_upper"].push_back(ci.high);
  };
  std::size_t n = 0;
  double sum = 0;
  for (const std::int64_t time : counts(in.at("times"))) {
    for (; n < static_cast<std::size_t>(time); ++n) {
      sequence.add(x[n]);
      sum += x[n];
    }
    put("predmix_empbern", sequence.empirical_bernstein());
    put("predmix_hoeffding", sequence.hoeffding());
    put("conjmix_hoeffding", hoeffding_sequence(sum / static_cast<double>(n), time, in.at("t_opt"), alpha));
  }
  return out;
}

json srm_sequential(const json& in) {
  SequentialSrm test(numbers(in.at("probs")), in.at("concentration"));
  json out;
  for (const json& period : in.at("increments")) {
    test.add(counts(period));
    out["log_bayes_factor"].push_back(test.log_bayes_factor());
    out["p_value"].push_back(test.p());
    out["posterior"].push_back(test.posterior());
  }
  return out;
}

json value(double x) { return {{"value", x}}; }

MixtureBoundary normal(const json& in) {
  const double v = in.at("v_opt"), alpha = in.at("alpha_opt");
  return in.at("one_sided") ? MixtureBoundary::normal_one_sided(v, alpha) : MixtureBoundary::normal_two_sided(v, alpha);
}
MixtureBoundary gamma_exponential(const json& in) {
  return MixtureBoundary::gamma_exponential(in.at("v_opt"), in.at("alpha_opt"), in.at("c"));
}
MixtureBoundary gamma_poisson(const json& in) {
  return MixtureBoundary::gamma_poisson(in.at("v_opt"), in.at("alpha_opt"), in.at("c"));
}
MixtureBoundary beta_binomial(const json& in) {
  const double v = in.at("v_opt"), alpha = in.at("alpha_opt"), g = in.at("g"), h = in.at("h");
  return in.at("one_sided") ? MixtureBoundary::beta_binomial_one_sided(v, alpha, g, h)
                            : MixtureBoundary::beta_binomial_two_sided(v, alpha, g, h);
}
template <MixtureBoundary (*mixture)(const json&)>
json mixture_bound(const json& in) {
  return value(mixture(in).boundary(in.at("v"), in.at("alpha")));
}
template <MixtureBoundary (*mixture)(const json&)>
json log_mixture(const json& in) {
  return value(mixture(in).log_mixture(in.at("s"), in.at("v")));
}
json polynomial_stitching(const json& in) {
  return value(stitched_boundary(in.at("v"), in.at("alpha"), {in.at("v_min"), in.at("c"), in.at("s"), in.at("eta")}));
}
json empirical_process(const json& in) {
  return value(empirical_distribution_margin(in.at("t"), in.at("alpha"), in.at("t_min"), in.at("A")));
}
json double_stitching(const json& in) {
  return value(quantile_count_boundary(in.at("quantile_p"), in.at("t"), in.at("alpha"),
                                       {in.at("t_opt"), in.at("delta"), in.at("s"), in.at("eta")}));
}
json bernoulli_interval(const json& in) {
  const double weight = bernoulli_concentration(in.at("t_opt"), in.at("alpha_opt"));
  const Interval ci = bernoulli_sequence(in.at("successes"), in.at("trials"), in.at("alpha"), weight);
  return {{"value", {ci.low, ci.high}}};
}
json quantile_ab(const json& in) {
  auto a = numbers(in.at("a")), b = numbers(in.at("b"));
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return value(sequential_quantile_p(a, b, in.at("quantile_p"), bernoulli_concentration(in.at("t_opt"), in.at("alpha_opt"))));
}

constexpr Operation kOperations[] = {
    {"confseq_boundaries", "normal_mixture_bound", mixture_bound<normal>},
    {"confseq_boundaries", "normal_log_mixture", log_mixture<normal>},
    {"confseq_boundaries", "gamma_exponential_mixture_bound", mixture_bound<gamma_exponential>},
    {"confseq_boundaries", "gamma_exponential_log_mixture", log_mixture<gamma_exponential>},
    {"confseq_boundaries", "gamma_poisson_mixture_bound", mixture_bound<gamma_poisson>},
    {"confseq_boundaries", "gamma_poisson_log_mixture", log_mixture<gamma_poisson>},
    {"confseq_boundaries", "beta_binomial_mixture_bound", mixture_bound<beta_binomial>},
    {"confseq_boundaries", "beta_binomial_log_mixture", log_mixture<beta_binomial>},
    {"confseq_boundaries", "poly_stitching_bound", polynomial_stitching},
    {"confseq_boundaries", "empirical_process_lil_bound", empirical_process},
    {"confseq_boundaries", "double_stitching_bound", double_stitching},
    {"confseq_boundaries", "bernoulli_confidence_interval", bernoulli_interval},
    {"confseq_boundaries", "quantile_ab_p_value", quantile_ab},
    {"sequential_ab", "asymp_rho", asymptotic_rho},
    {"sequential_ab", "asymp_halfwidth", asymptotic_halfwidth},
    {"sequential_ab", "asymp_test", asymptotic_test},
    {"sequential_ab", "conjmix_margin", conjugate_mixture_margin},
    {"sequential_ab", "lil_margin", lil_margin},
    {"sequential_ab", "best_rho2", best_rho2},
    {"sequential_ab", "av_t", anytime_t},
    {"sequential_ab", "bounded_cs", bounded_sequences},
    {"srm", "srm_sequential", srm_sequential},
    {"group_sequential", "boundary", group_sequential_boundary},
    {"group_sequential", "power", group_sequential_power},
    {"group_sequential", "crossing", group_sequential_crossing},
};

}  // namespace

std::span<const Operation> sequential_operations() { return kOperations; }

}  // namespace feedloop::reference
