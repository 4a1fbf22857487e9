#include <algorithm>
#include <memory>
#include <numeric>

#include "base/digest.hpp"
#include "base/platform_hash.hpp"
#include "stats/beta_posterior.hpp"
#include "stats/divergence.hpp"
#include "stats/intra_list_distance.hpp"
#include "stats/overlap.hpp"
#include "stats/posterior.hpp"
#include "stats/ranking_quality.hpp"
#include "stats/scoring_rules.hpp"
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

json lists(const json& in) {
  std::vector<double> rows;
  for (const json& row : in.at("x"))
    for (const double x : numbers(row)) rows.push_back(x);
  const auto mean = [&](Distance d) { return intra_list_distance(rows, in.at("x")[0].size(), d); };
  return {{"ild_cosine", mean(Distance::Cosine)},
          {"ild_euclidean", mean(Distance::Euclidean)},
          {"ild_cityblock", mean(Distance::Cityblock)}};
}

json sets(const json& in) { return {{"jaccard", jaccard(counts(in.at("a")), counts(in.at("b")))}}; }

json users(const json& in) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const json& pair : in.at("pairs")) pairs.emplace_back(pair[0], pair[1]);
  std::vector<std::vector<std::int64_t>> items;
  for (const json& list : in.at("items")) items.push_back(counts(list));
  return {{"mean_jaccard", mean_jaccard(items, pairs)}};
}

double auc_of_labels(const std::vector<double>& score, const std::vector<std::int64_t>& label) {
  std::vector<double> by_label[2];
  for (std::size_t i = 0; i < score.size(); ++i) by_label[label[i]].push_back(score[i]);
  return roc_auc(by_label[1], by_label[0]);
}

json ranking(const json& in) {
  const auto score = numbers(in.at("score")), relevance = numbers(in.at("relevance"));
  const auto binary = counts(in.at("binary"));
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
  std::vector<double> gains;
  const auto relevant = std::make_unique<bool[]>(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    gains.push_back(relevance[order[i]]);
    relevant[i] = binary[order[i]] != 0;
  }
  return {{"ndcg", ndcg(gains, gains.size())},
          {"ndcg_at_3", ndcg(gains, 3)},
          {"dcg_at_5", dcg(gains, 5)},
          {"average_precision", average_precision({relevant.get(), order.size()})},
          {"roc_auc", auc_of_labels(score, binary)}};
}

// In two parts that are merged.
json calibration(const json& in) {
  const auto y = counts(in.at("y"));
  const auto p = numbers(in.at("p"));
  ForecastScores parts[2];
  for (std::size_t i = 0; i < y.size(); ++i) parts[i < y.size() / 3 ? 0 : 1].add(p[i], y[i] != 0);
  const ForecastScores all = parts[0].merged(parts[1]);
  return {{"log_loss", all.log_loss()},
          {"brier", all.brier()},
          {"roc_auc", auc_of_labels(p, y)},
          {"normalised_entropy", all.normalised_entropy()},
          {"calibration_ratio", all.calibration_ratio()}};
}

json js(const json& in) {
  const auto p = numbers(in.at("p")), q = numbers(in.at("q"));
  return {{"js_divergence", jensen_shannon(p, q)}, {"hellinger", hellinger(p, q)}};
}

// The reference hashes under four salts, one a parameter of its experiment.
json planout(const json& in) {
  const std::string experiment = in.at("experiment"), unit = in.at("unit");
  const auto uniform = [&](const char* parameter) { return planout_uniform(experiment + "." + parameter, unit); };
  const auto weights = numbers(in.at("weights"));
  const double place = uniform("arm") * std::accumulate(weights.begin(), weights.end(), 0.0);
  std::size_t chosen = 0;
  for (double cumulative = weights[0]; place > cumulative; cumulative += weights[chosen]) ++chosen;
  return {{"bucket_10000", planout_hash(experiment + ".bucket", unit) % 10'000},
          {"uniform", uniform("u")},
          {"choice", chosen},
          {"bernoulli", uniform("in_ramp") <= in.at("p").get<double>() ? 1 : 0}};
}

json growthbook(const json& in) {
  const std::string salt = in.at("seed"), unit = in.at("value");
  return {{"value", in.at("version") == 1 ? growthbook_v1(salt, unit) : growthbook_v2(salt, unit)}};
}

json digest(const json& in) {
  const std::string text = in.at("text");
  return {{"md5", hex_text(md5(text))}, {"sha1", hex_text(sha1(text))}, {"sha256", hex_text(sha256(text))}};
}

constexpr Operation kOperations[] = {
    {"bucketing", "planout", planout},
    {"bucketing", "growthbook", growthbook},
    {"bucketing", "digest", digest},
    {"diversity", "lists", lists},
    {"diversity", "sets", sets},
    {"diversity", "users", users},
    {"diversity", "ranking", ranking},
    {"diversity", "calibration", calibration},
    {"diversity", "js", js},
    {"bayes", "lift", lift},
    {"bayes", "beta_binomial", beta_binomial},
    {"bayes", "best_arm", best_of_several},
};

}  // namespace

std::span<const Operation> posterior_operations() { return kOperations; }

}  // namespace feedloop::reference
