#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/hash.hpp"
#include "base/slate_rules.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/simulation.hpp"
#include "stats/ranking_quality.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kUsers = 400, kCandidates = 200, kTop = 20;
constexpr std::array<std::string_view, 3> kTreatments{"none", "inverse", "feature"};
constexpr std::array<std::size_t, 4> kShown{2, 5, 10, 20};  // slots

std::vector<Variant> position_variants(const Settings& control) {
  const std::pair<std::string, Value> harvests{"engine.slate.harvest", 1.0};
  const bool diverse = std::get<std::string>(control.at("engine.rerank.method")) != "none";
  Variant shuffled{"shuffled", 0.1, {{"policy.name", "epsilon_greedy"}, {"policy.epsilon_greedy.epsilon", 1.0}}};
  for (const char* rule : {"per_category", "per_series", "creator_run", "sponsored"})
    shuffled.overrides.emplace_back(fmt::format("engine.rerank.rules.{}", rule), std::int64_t{kMaxSlate});
  shuffled.overrides.emplace_back("policy.explore.exposure_slots", std::int64_t{0});
  return {{"one", 0.45, {harvests}},
          {"other", 0.45, {harvests, {"engine.rerank.method", diverse ? "none" : "mmr"}}},
          std::move(shuffled)};
}

// The best of `kCandidates` random items by the live ranker, judged by P(click | examined) at the user's state.
double user_ndcg(const Study& study, const Simulation& simulation, UserId id) {
  const OnlineFeatures& known = simulation.features()[id.index()];
  const Catalog catalog = study.world.catalog(simulation.now());
  const Request request = first_request(study.world, id, simulation.now());
  const UserState state = study.world.state_at(simulation.users()[id.index()], id, request.time);
  std::vector<ItemId> items;
  Rng rng = stream(study.seed, Stream::Exploration, request_key(request.id, 1));
  for (std::size_t tries = 0; items.size() < kCandidates && tries < 3 * kCandidates; ++tries) {
    const ItemFacts& item = catalog[uniform_below(rng, static_cast<std::uint32_t>(catalog.size()))];
    if (may_be_shown(item, request) && std::find(items.begin(), items.end(), item.id) == items.end()) items.push_back(item.id);
  }
  std::vector<Candidate> scored = simulation.engine().cell(0).score(request, known, catalog, items);
  std::sort(scored.begin(), scored.end(),
            [](const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.item < b.item; });
  std::vector<double> gains;
  for (const Candidate& c : scored) gains.push_back(study.world.click_probability(state, id, c.item, request.time));
  return ndcg(gains, kTop);
}

}  // namespace

PositionWorld position_world(const Scenario& scenario, std::string_view position) {
  Scenario one = with_variants(scenario, {});
  one.experiments[0].variants = position_variants(one.settings);
  one.settings.set("engine.training.position", std::string(position), {});
  const Study study(one);
  Simulation simulation(study);
  while (simulation.now() < study.end) simulation.run_epoch({}, [](std::span<const Interaction>) {});
  const PositionBias& bias = simulation.engine().pipeline(0).position_bias();
  PositionWorld world{bias.randomised(), bias.harvested(), std::vector<double>(study.world.population().initial, std::nan(""))};
  if (!simulation.engine().pipeline(0).live().scorer->ready()) return world;
  std::vector<std::pair<std::uint64_t, std::size_t>> drawn;
  for (std::size_t u = 0; u < world.ndcg.size(); ++u)
    if (!simulation.users()[u].churned && simulation.features()[u].total_clicks > 0)
      drawn.emplace_back(Hasher().add(std::string_view("evaluation")).add(u).value(), u);
  std::sort(drawn.begin(), drawn.end());
  for (std::size_t i = 0; i < std::min(kUsers, drawn.size()); ++i)
    world.ndcg[drawn[i].second] = user_ndcg(study, simulation, UserId{drawn[i].second});
  return world;
}

PositionTraining position_training(const Scenario& scenario) {
  const PositionWorld none = position_world(scenario, "none"), inverse = position_world(scenario, "inverse");
  RatioMoments gain;
  for (std::size_t u = 0; u < none.ndcg.size(); ++u)
    if (const double x = inverse.ndcg[u] - none.ndcg[u]; !std::isnan(x)) gain.add(x);
  const Examination& e = none.randomised;
  return {std::isfinite(e.eta_se) ? e.eta - scenario.settings.read<ExaminationParams>("world.examination").eta : NAN,
          gain.n > 0 ? gain.mean_num : NAN};
}

std::vector<EvaluationTable> evaluate_position_bias(const Scenario& scenario, const EvaluationOptions& options) {
  const double eta = scenario.settings.read<ExaminationParams>("world.examination").eta;
  std::array<std::vector<PositionWorld>, kTreatments.size()> worlds;
  for (int s = 0; s < options.seeds; ++s)
    for (std::size_t t = 0; t < kTreatments.size(); ++t) {
      const auto treatments = static_cast<int>(kTreatments.size());
      options.begin(s * treatments + static_cast<int>(t), options.seeds * treatments);
      worlds[t].push_back(position_world(nth_world(scenario, s), kTreatments[t]));
    }

  // By seed, of the engine's default: what the estimates themselves do to training is the second table's.
  const auto& plain = worlds.back();
  const auto by_seed = [](const std::vector<PositionWorld>& of, auto value) {
    std::vector<double> values;
    for (const PositionWorld& w : of)
      if (const double x = value(w); std::isfinite(x)) values.push_back(x);
    return over_seeds(values);
  };
  EvaluationTable curve{"Examination: as it is and as estimated", {"", "eta", "off by", "within 0.05"}, {}, ""};
  for (const std::size_t k : kShown) curve.columns.push_back(fmt::format("p_{}", k));
  curve.rows.push_back({"the world's", fmt::format("{:.3f}", eta), "", ""});
  for (const std::size_t k : kShown) curve.rows[0].push_back(fmt::format("{:.3f}", std::pow(static_cast<double>(k), -eta)));
  for (const auto estimate : {&PositionWorld::randomised, &PositionWorld::harvested}) {
    int close = 0;
    for (const PositionWorld& w : plain)
      close += std::isfinite((w.*estimate).eta_se) && std::fabs((w.*estimate).eta - eta) <= 0.05;
    curve.rows.push_back(
        {estimate == &PositionWorld::randomised ? "randomised slots" : "harvested",
         by_seed(plain, [&](const PositionWorld& w) { return std::isfinite((w.*estimate).eta_se) ? (w.*estimate).eta : NAN; }),
         by_seed(plain,
                 [&](const PositionWorld& w) { return std::isfinite((w.*estimate).eta_se) ? (w.*estimate).eta - eta : NAN; }),
         fmt::format("{} of {}", close, plain.size())});
    for (const std::size_t k : kShown)
      curve.rows.back().push_back(by_seed(plain, [&](const PositionWorld& w) {
        const auto& p = (w.*estimate).relative;
        return k <= p.size() ? p[k - 1] : NAN;
      }));
  }
  curve.note = fmt::format(
      "Over {} seeds, with Student's 95 % interval. One user in ten gets pages in random order; the others are served by two "
      "rankers that differ in re-ranking. p_k by slot, without the law.",
      options.seeds);

  EvaluationTable worth{"NDCG@20 by what training does about position",
                        {"engine.training.position", "NDCG@20", "less none, by seed", "less none, by user"},
                        {},
                        ""};
  for (std::size_t t = 0; t < kTreatments.size(); ++t) {
    std::vector<double> means, differences;
    RatioMoments users;
    for (std::size_t s = 0; s < worlds[t].size(); ++s) {
      RatioMoments all, paired;
      for (std::size_t u = 0; u < worlds[t][s].ndcg.size(); ++u) {
        const double x = worlds[t][s].ndcg[u], none = worlds[0][s].ndcg[u];
        if (!std::isnan(x)) all.add(x);
        if (std::isnan(x - none)) continue;
        paired.add(x - none);
        users.add(x - none);
      }
      means.push_back(all.mean_num);
      differences.push_back(paired.mean_num);
    }
    worth.rows.push_back({std::string(kTreatments[t]), over_seeds(means), t == 0 ? "" : over_seeds(differences),
                          t == 0 ? "" : plus_minus(users, 1.96)});
  }
  worth.note = fmt::format(
      "Up to {} users a seed, {} random items each that may be shown to them, ranked by the last night's models; gain is the "
      "world's P(click | examined). Intervals of 95 %: Student's over seeds, normal over users of all seeds.",
      kUsers, kCandidates);
  return {std::move(curve), std::move(worth)};
}

}  // namespace feedloop
