#include <array>

#include "experiment/claims/fleet_quantities.hpp"
#include "experiment/claims/outage_quantities.hpp"
#include "experiment/claims/precompute_quantities.hpp"
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
  };
  return table;
}

}  // namespace feedloop
