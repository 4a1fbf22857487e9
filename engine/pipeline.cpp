#include "engine/pipeline.hpp"

#include "base/hash.hpp"
#include "base/registry.hpp"

namespace feedloop {

Pipeline::Pipeline(const Settings& settings, Seed seed)
    : training_(settings.read<TrainingParams>("engine.training")),
      seed_(seed),
      stats_(settings.read<ItemStatsParams>("engine.item_stats")),
      log_(training_, seed) {
  for (const auto& entry : source_registry()) sources_.push_back(entry.make(settings, "engine.retrieval"));
  scorer_ =
      find_entry(scorer_registry(), settings.read<RankingParams>("engine.ranking").scorer)->make(settings, "engine.ranking");
}

std::uint64_t Pipeline::digest(const Settings& settings) {
  Hasher h;
  for (const char* group : {"engine.retrieval.", "engine.ranking.", "engine.training.", "engine.item_stats."})
    h.add(settings.digest(group));
  return h.value();
}

void Pipeline::learn(std::span<const Interaction> batch, SimTime now, Catalog catalog) {
  stats_.observe(batch, catalog);
  log_.append(batch, catalog);
  for (auto& source : sources_) source->observe(batch, catalog);

  const std::int64_t nights = floor_div(now.us - from_seconds(training_.hour_utc * 3600).us, kDay.us) + 1;
  const bool night = nights > nights_;
  if (night) {
    nights_ = nights;
    train(now, catalog);
  }
  const PublishInput in{now, catalog, stats_, seed_};
  for (auto& source : sources_) source->publish(in);
  table_.publish(catalog, stats_, batch, night);
}

void Pipeline::train(SimTime now, Catalog catalog) {
  stats_.age_one_day();
  log_.expire(now);
  const PublishInput in{now, catalog, stats_, seed_};
  for (auto& source : sources_) source->train(log_, in);
  scorer_->train({log_, wanted_, seed_});
  ++version_;
}

void Pipeline::visit_state(State& s) {
  s(stats_);
  s(table_);
  s(log_);
  s(nights_);
  s(version_);
  for (auto& source : sources_) source->visit_state(s);
  scorer_->visit_state(s);
}

}  // namespace feedloop
