#include <array>
#include <string>

#include "stats/cuped.hpp"
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

json cuped_answer(const Cuped& c, const json& in) {
  const bool relative = in.at("difference") == "relative";
  const Comparison& a = c.adjusted;
  const TestStatus status = relative ? a.lift_status : a.status;
  if (status != TestStatus::Ok) return {{"status", to_string(status)}};
  const double estimate = relative ? a.lift : a.effect, se = relative ? a.lift_se : a.se;
  const TTest t = t_test(estimate, se, a.df, in.at("alpha"));
  // Our covariate is centred, so that levels keep their meaning; theirs is not.
  const double shift = c.coefficient.theta == 0 ? 0 : c.coefficient.theta * c.coefficient.centre;
  return {{"status", "OK"},
          {"mean_a", a.control.value - shift},
          {"mean_b", a.treatment.value - shift},
          {"var_a", unit_variance(a.control)},
          {"var_b", unit_variance(a.treatment)},
          {"estimate", estimate},
          {"se", se},
          {"t", t.t},
          {"df", a.df},
          {"p_value", t.p},
          {"ci", ends(t.ci)},
          {"theta", c.coefficient.theta},
          {"unadjusted_se", relative ? c.unadjusted.lift_se : c.unadjusted.se}};
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

constexpr Operation kOperations[] = {
    {"cuped", "cuped", cuped_sums},
    {"cuped", "cuped_raw", cuped_raw},
    {"cuped", "cuped_ratio", cuped_ratio},
};

}  // namespace

std::span<const Operation> adjustment_operations() { return kOperations; }

}  // namespace feedloop::reference
