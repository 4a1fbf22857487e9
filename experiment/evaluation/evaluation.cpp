#include "experiment/evaluation/evaluation.hpp"

#include <array>

namespace feedloop {

std::span<const Evaluation> evaluation_registry() {
  static constexpr std::array kRows{
      Evaluation{"calibration", "each head's AUC, entropy, slope and reliability bins on days it has not seen",
                 evaluate_calibration},
      Evaluation{"recall", "each source's recall of what users truly want, the union's, and of each kind of index",
                 evaluate_recall},
      Evaluation{"leave_one_out", "what the union's recall loses without each source", evaluate_leave_one_out},
      Evaluation{"log_q", "the towers with and without log-frequency correction", evaluate_log_q},
      Evaluation{"negatives", "the towers by what a play competes with in training: its page, other plays, the catalogue",
                 evaluate_negatives},
      Evaluation{"crossover", "content against learned retrieval as users become known, and the first page of the unknown",
                 evaluate_crossover},
      Evaluation{"position_bias", "the examination curve as estimated and as it is; NDCG by what training does about it",
                 evaluate_position_bias},
      Evaluation{"rerank", "what re-ranking and its rules cost in clicks and time, and give in diversity", evaluate_rerank},
      Evaluation{"first_impression", "how long an upload waits for its first impression, by its way into retrieval",
                 evaluate_first_impression},
      Evaluation{"offline_metrics", "what logs say offline of thirty rankers, against the truth and an A/B test",
                 evaluate_offline_metrics},
      Evaluation{"symbiosis", "Brennan et al. 2025: A/B tests of recommenders that learn from one another, by design",
                 evaluate_symbiosis, true},
      Evaluation{"homogenisation", "Chaney et al. 2018: likeness of consumption, utility and Gini against an ideal recommender",
                 evaluate_homogenisation, true},
      Evaluation{"marketplace", "Holtz et al. 2020: a price test among listings that compete, by design", evaluate_marketplace,
                 true},
      Evaluation{"degeneracy", "Jiang et al. 2019: how far a user's interests drift, by recommender and growth of the pool",
                 evaluate_degeneracy, true},
  };
  return kRows;
}

Scenario with_seed(Scenario scenario, std::uint64_t seed) {
  scenario.settings.set("seed", static_cast<std::int64_t>(seed), {});
  return scenario;
}

Scenario nth_world(const Scenario& scenario, int n) {
  return with_seed(scenario, scenario.seed() + static_cast<std::uint64_t>(n));
}

Request first_request(const World& world, UserId user, SimTime now) {
  Request r = world.request_of(user, now);
  r.id = RequestId::make(user, static_cast<std::uint32_t>(local_day(now, r.utc_offset_h) + 1), 0, 0);
  return r;
}

Scenario with_variants(const Scenario& scenario, std::vector<Variant> variants) {
  Scenario made = scenario;
  made.settings = scenario.cell_settings(std::vector<std::size_t>(scenario.experiments.size(), 0));
  made.experiments = {{"evaluation", "evaluation", std::move(variants)}};
  return made;
}

}  // namespace feedloop
