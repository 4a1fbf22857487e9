#include <array>

#include "experiment/claims/diversity_quantities.hpp"
#include "experiment/claims/exploration_quantities.hpp"
#include "experiment/claims/fleet_quantities.hpp"
#include "experiment/claims/outage_quantities.hpp"
#include "experiment/claims/precompute_quantities.hpp"
#include "experiment/claims/published_quantities.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/claims/release_quantities.hpp"
#include "experiment/claims/replica_quantities.hpp"
#include "experiment/claims/report_quantities.hpp"
#include "experiment/claims/utility_quantities.hpp"

namespace feedloop {

std::span<const Quantity> quantity_registry() {
  static constexpr std::array table{
      Quantity{"metric", "A metric's value in the variant.", make_probe<MetricQuantity>, true},
      Quantity{"lift", "The experiment's estimate of the variant's lift of a metric.", make_probe<LiftQuantity>, true},
      Quantity{"true_effect", "What a launch of the variant to everybody would have changed of a metric.",
               make_probe<TrueEffectQuantity>, true, true},
      Quantity{"utility", "Minutes that the variant's pages are truly worth; on one request in sixteen.",
               make_probe<PageUtility>},
      Quantity{"partial_utility", "The same, on the requests that the claim's variant answered with a partial page.",
               make_probe<PartialUtility>},
      Quantity{"outage_utility", "The same, on the requests while the feature store of the claim's variant is down.",
               make_probe<OutageUtility>},
      Quantity{"breaker_minutes", "From the outage of the feature store until its breaker opened.", make_probe<BreakerMinutes>},
      Quantity{"recovery_minutes", "From the outage's end until most pages have the store again.", make_probe<RecoveryMinutes>},
      Quantity{"rolled_back", "1 when a release was rolled back, else 0.", make_probe<RolledBack>},
      Quantity{"rollback_minutes", "From the canary's begin until its rollback.", make_probe<RollbackMinutes>},
      Quantity{"rollback_impressions", "Impressions of the canary until its rollback.", make_probe<RollbackImpressions>},
      Quantity{"blast_radius", "Share of the variant's users who saw a page of models that were rolled back.",
               make_probe<BlastRadius>},
      Quantity{"heavy_session_share", "Share of all sessions that the most active fleet.cached_users of the users make.",
               make_probe<FromTrace<heavy_sessions>>},
      Quantity{"cache_hit_share", "Share of all requests that the result cache of heavy users answers.",
               make_probe<FromTrace<cache_hits>>},
      Quantity{"cache_age_minutes", "How old the lists are that the result cache serves.", make_probe<FromTrace<cache_age>>},
      Quantity{"visible_everywhere_s", "From a new item's upload until every shard has it.", make_probe<VisibleEverywhere>},
      Quantity{"visible_ratio", "The same, against the mean lag of one shard.", make_probe<VisibilityRatio>},
      Quantity{"visible_gap_s", "The largest difference of the same from the lag of the item's slowest shard.",
               make_probe<VisibilityGap>},
      Quantity{"hot_shard_ratio", "Lookups of the hottest shard against the mean over shards.",
               make_probe<FromTrace<hot_shard_ratio>>},
      Quantity{"hot_shard_relief", "Share of its excess over the mean that fleet.replicated_share takes away.",
               make_probe<FromTrace<hot_shard_relief>>},
      Quantity{"hot_shard_slowdown", "What a lookup waits at the hottest shard, against the mean over all lookups.",
               make_probe<FromTrace<hot_shard_slowdown>>},
      Quantity{"fanout_growth", "Share of the updates that came in the trace's second half by which their queue grew in it.",
               make_probe<FromTrace<fanout_growth>>},
      Quantity{"fanout_wait_s", "How long an update waits in their queue.", make_probe<FromTrace<fanout_wait>>},
      Quantity{"replica_overlap", "Overlap at 20 of the first and the last replica while the index is updated.",
               make_probe<OverlapDuring>},
      Quantity{"replica_overlap_outside", "The same when it is not.", make_probe<OverlapOutside>},
      Quantity{"precompute_loss", "Share of their true worth that pages lose to lists made at night.",
               make_probe<PrecomputeLoss>},
      Quantity{"precompute_saving", "Share of their latency that pages save by them.", make_probe<PrecomputeSaving>},
      Quantity{"precompute_frontier", "Share of the steps to more such lists that make pages both faster and worse.",
               make_probe<PrecomputeFrontier>},
      Quantity{"never_shown", "Share of the items that the variant has never shown.", make_probe<NeverShown>},
      Quantity{"best_items_found",
               "Share of the best tenth of the first half's uploads that reached 100 impressions in the variant.",
               make_probe<BestItemsFound>},
      Quantity{"first_week_ctr", "Clicks per impression in the first seven days.", make_probe<FirstWeekCtr>},
      Quantity{"explored_share_cold", "Share of slots explored for users without clicks.", make_probe<ExploredShareOf<0, 0>>},
      Quantity{"explored_share_cool", "The same for users of 25 to 49 clicks.", make_probe<ExploredShareOf<25, 49>>},
      Quantity{"explored_share_steady", "The same for users of 100 clicks or more.",
               make_probe<ExploredShareOf<100, kAnyClicks>>},
      Quantity{"alarm_days", "From policy.alarm.stop_day until the alarm of exposure goes off.", make_probe<AlarmDays>},
      Quantity{"alarms_per_week", "Alarms of exposure in a week after the baseline.", make_probe<AlarmsPerWeek>},
      Quantity{"lowest_entropy_z",
               "The lowest entropy of exposure after the baseline, in the baseline's standard deviations from its mean.",
               make_probe<LowestEntropy>},
      Quantity{"last_entropy_z", "The same of the last day's entropy.", make_probe<LastEntropy>},
      Quantity{"user_click_entropy",
               "Entropy of the categories of a user's clicks in the variant, mean over users who clicked.",
               make_probe<UserClickEntropy>},
      Quantity{"click_entropy", "Entropy of the categories of all clicks in the variant.", make_probe<AllClickEntropy>},
      Quantity{"bandit_regret", "Regret of the variant's policy in the scenario's bandit world.", make_probe<BanditRegret>,
               false, false, true},
      Quantity{"bandit_slope", "Slope of its log regret over log round.", make_probe<BanditSlope>, false, false, true},
      Quantity{"bandit_rate", "Mean probability of a click under the variant's policy in the bandit world.",
               make_probe<BanditRate>, false, false, true},
      Quantity{"bandit_top_share", "Share of its rounds that its commonest action has.", make_probe<BanditTopShare>, false,
               false, true},
      Quantity{"auc_correlation", "Rank correlation of thirty rankers' AUC on logs with true clicks.",
               make_probe<OfflineQuantityOf<auc_correlation>>, false, false, true},
      Quantity{"ndcg_correlation", "The same of their NDCG.", make_probe<OfflineQuantityOf<ndcg_correlation>>, false, false,
               true},
      Quantity{"ips_gain", "By how much that of DCG weighted by inverse propensities exceeds NDCG's.",
               make_probe<OfflineQuantityOf<ips_gain>>, false, false, true},
      Quantity{"ndcg_signs", "Share of the rankers that NDCG puts on the right side of control.",
               make_probe<OfflineQuantityOf<ndcg_signs>>, false, false, true},
      Quantity{"ab_signs_gain", "By how much an A/B test of all thirty exceeds it.",
               make_probe<OfflineQuantityOf<ab_signs_gain>>, false, false, true},
      Quantity{"symbiosis_take_up", "Take-up in Brennan et al.'s world when everybody has the variant's recommender.",
               make_probe<SymbiosisTakeUp>, false, false, true},
      Quantity{"symbiosis_estimate", "Of `variant` less `against` by the design that `metric` names, in one A/B test.",
               make_probe<SymbiosisEstimate>, true, false, true, true, symbiosis_designs},
      Quantity{"symbiosis_bias", "The same less the true effect.", make_probe<SymbiosisBias>, true, false, true, true,
               symbiosis_designs},
      Quantity{"homogenisation_jaccard",
               "In Chaney et al.'s world: likeness of similar users' consumption less that under the ideal recommender.",
               make_probe<HomogenisationOf<jaccard_change>>, true, false, true, false, homogenisation_trainings},
      Quantity{"homogenisation_utility", "Utility of what is consumed there over the ideal's, less 1.",
               make_probe<HomogenisationOf<utility_change>>, true, false, true, false, homogenisation_trainings},
      Quantity{"homogenisation_gini", "Gini of the items' consumptions there less the ideal's.",
               make_probe<HomogenisationOf<gini_change>>, true, false, true, false, homogenisation_trainings},
      Quantity{"symbiosis_excess", "By how much the size of that bias exceeds the naive design's.", make_probe<SymbiosisExcess>,
               true, false, true, true, symbiosis_designs},
  };
  return table;
}

}  // namespace feedloop
