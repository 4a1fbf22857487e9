#include "stats/beta_posterior.hpp"
#include "stats/posterior.hpp"
#include "tests/reference/operations.hpp"

namespace feedloop::reference {
namespace {

// Both variants of a metric that the reference adjusts by its pre-period, theta of the pooled moments. Centred at control's
// pre-period mean, so that control's value, by which the reference scales its prior, is the unadjusted one.
std::pair<Estimate, Estimate> adjusted(const json& in) {
  const auto moments = [](const json& g) {
    return centred({.n = g.at("n"),
                    .num = g.at("post_sum"),
                    .num_squared = g.at("post_sumsq"),
                    .den = g.at("pre_sum"),
                    .den_squared = g.at("pre_sumsq"),
                    .num_den = g.at("post_pre_sum")});
  };
  const RatioMoments a = moments(in.at("a")), b = moments(in.at("b")), both = a.merged(b);
  const double theta = both.c / both.m2_den;
  const auto estimate = [&](const RatioMoments& m) {
    const double variance = m.variance_num() - 2 * theta * m.covariance() + theta * theta * m.variance_den();
    return Estimate{m.n, m.mean_num - theta * (m.mean_den - a.mean_den), variance / static_cast<double>(m.n), TestStatus::Ok};
  };
  return {estimate(a), estimate(b)};
}

std::pair<Estimate, Estimate> variants(const json& in) {
  const std::string kind = in.at("kind");
  if (kind == "cuped") return adjusted(in);
  const auto estimate = [&](const json& g) {
    if (kind == "proportion") return proportion_estimate(g.at("sum"), g.at("n"));
    if (kind == "mean") return ratio_estimate(centred_mean(g.at("n"), g.at("sum"), g.at("sumsq")));
    return ratio_estimate(centred({.n = g.at("n"),
                                   .num = g.at("num_sum"),
                                   .num_squared = g.at("num_sumsq"),
                                   .den = g.at("den_sum"),
                                   .den_squared = g.at("den_sumsq"),
                                   .num_den = g.at("num_den_sum")}));
  };
  return {estimate(in.at("a")), estimate(in.at("b"))};
}

json lift(const json& in) {
  const auto [a, b] = variants(in);
  const Comparison c = compare(a, b, in.at("alpha"));
  NormalPrior prior;
  if (in.at("prior").at("proper")) prior = {in.at("prior").at("mean"), in.at("prior").at("variance")};
  const Better better = in.at("inverse") ? Better::Smaller : Better::Larger;
  EffectPosterior p;
  if (in.at("difference") == "relative")
    p = lift_posterior(c, prior, better);
  else if (in.at("prior_type") == "relative")
    p = difference_posterior(c, prior, better);
  else
    p = effect_posterior(c.effect, c.se, prior, c.alpha, better);
  if (p.status != TestStatus::Ok) return {{"status", to_string(p.status)}};
  // The reference's pair is [E max(lift, 0), E max(-lift, 0)], swapped where smaller is better: for it the first is the loss of
  // whichever decision keeps control.
  return {{"status", "OK"},
          {"mean", p.mean},
          {"sd", p.sd},
          {"chance_to_win", p.chance_to_win},
          {"ci", {p.ci.low, p.ci.high}},
          {"risk", {p.loss_keep, p.loss_ship}}};
}

json beta_binomial(const json& in) {
  const BetaPosterior prior{in.at("prior_alpha"), in.at("prior_beta")};
  const RateComparison r = compare_rates(prior.updated(in.at("x_a"), in.at("n_a")), prior.updated(in.at("x_b"), in.at("n_b")));
  return {{"p_b_gt_a", r.chance_to_win}, {"loss_ship_b", r.loss_ship}, {"loss_keep_a", r.loss_keep}};
}

json best_of_several(const json& in) { return {{"p_best", chance_best(numbers(in.at("mean")), numbers(in.at("sd")))}}; }

constexpr Operation kOperations[] = {
    {"bayes", "lift", lift},
    {"bayes", "beta_binomial", beta_binomial},
    {"bayes", "best_arm", best_of_several},
};

}  // namespace

std::span<const Operation> posterior_operations() { return kOperations; }

}  // namespace feedloop::reference
