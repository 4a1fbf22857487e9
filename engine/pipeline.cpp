#include "engine/pipeline.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/registry.hpp"

namespace feedloop {
namespace {

std::vector<std::string_view> batch_names() {
  std::vector<std::string_view> names;
  for (const std::size_t f : batch_columns()) names.push_back(feature_registry()[f].name);
  return names;
}

}  // namespace

Models::Models(const Settings& settings) {
  for (const auto& entry : source_registry()) sources.push_back(entry.make(settings, "engine.retrieval"));
  scorer =
      find_entry(scorer_registry(), settings.read<RankingParams>("engine.ranking").scorer)->make(settings, "engine.ranking");
}

void Models::observe(std::span<const Interaction> batch, Catalog catalog, const std::vector<bool>& idle) {
  for (std::size_t s = 0; s < sources.size(); ++s)
    if (s >= idle.size() || !idle[s]) sources[s]->observe(batch, catalog);
}

void Models::publish(const PublishInput& in) {
  for (auto& source : sources) source->publish(in);
}

void Models::visit_state(State& s) {
  for (auto& source : sources) source->visit_state(s);
  scorer->visit_state(s);
  s(version);
  s(trained);
  s(ranker);
  s(ranker_night);
  s(slots.input);
  s(slots.lift);
}

Pipeline::Pipeline(const Settings& settings, Seed seed)
    : training_(settings.read<TrainingParams>("engine.training")),
      seed_(seed),
      stats_(settings.read<ItemStatsParams>("engine.item_stats")),
      window_(settings.read<WindowParams>("engine.features")),
      counters_(settings.read<ItemStatsParams>("engine.item_stats").direct),
      items_(settings.read<CacheParams>("engine.features")),
      skew_(settings.read<SkewParams>("engine.features.skew"), batch_names()),
      log_(training_, seed),
      settings_(settings),
      live_(settings),
      release_(settings.read<ReleaseParams>("engine.release")) {}

std::uint64_t Pipeline::digest(const Settings& settings) {
  Hasher h;
  for (const char* group : {"engine.retrieval.", "engine.ranking.", "engine.training.", "engine.item_stats.",
                            "engine.features.", "engine.release.", "engine.isolation"})
    h.add(settings.digest(group));
  return h.value();
}

bool Pipeline::recompute(const Interaction& page, const ItemFacts& item, float* out) const {
  if (page.version != version_ && page.version + 1 != version_) return false;
  recompute_batch(page.version == version_ ? week_ : last_week_, page.request.user, item, out);
  return true;
}

bool Pipeline::reads_log() const {
  bool reads = reads_features();
  for (std::size_t s = 0; s < live_.sources.size(); ++s) reads |= !idle(s) && live_.sources[s]->reads_log();
  return reads;
}

void Pipeline::observe(std::span<const Interaction> batch, Catalog catalog) {
  stats_.observe(batch, catalog);
  if (reads_features()) counters_.observe(batch, catalog);
  live_.observe(batch, catalog, idle_);
  if (candidate_) candidate_->observe(batch, catalog, idle_);

  const auto columns = batch_columns();
  std::vector<float> served(columns.size()), recomputed(columns.size());
  TrainingLog::Rewrite rewrite;
  if (training_.rows == "recomputed")
    rewrite = [&](const Interaction& page, ItemId item, std::span<float> row) {
      if (row.size() != static_cast<std::size_t>(feature_count()) || !recompute(page, catalog[item.index()], recomputed.data()))
        return;
      for (std::size_t f = 0; f < columns.size(); ++f) row[columns[f]] = recomputed[f];
    };
  if (reads_log()) log_.append(batch, catalog, rewrite);
  position_.observe(batch);

  for (const Interaction& page : batch) {
    if (page.width != feature_count() || page.slate.slots.empty()) continue;
    if (!serves(page.cell)) continue;
    const std::size_t slot = Hasher().add(page.request.id.value).value() % page.slate.slots.size();
    if (!recompute(page, catalog[page.slate.slots[slot].item.index()], recomputed.data())) continue;
    for (std::size_t f = 0; f < columns.size(); ++f)
      served[f] = page.features[slot * static_cast<std::size_t>(page.width) + columns[f]];
    skew_.add(served, recomputed);
  }
}

void Pipeline::want(const HeadSet& heads) {
  for (std::size_t h = 0; h < kHeads; ++h) wanted_[h] |= heads[h];
  ranks_ = true;
  idle_.assign(idle_.size(), false);
}

void Pipeline::ask(std::span<const std::int64_t> quotas) {
  if (idle_.empty()) idle_.assign(quotas.size(), !ranks_);
  for (std::size_t s = 0; s < quotas.size(); ++s)
    if (quotas[s] > 0) idle_[s] = false;
}

void Pipeline::publish_week() {
  last_week_ = std::move(week_);
  week_ = counters_.publish({});
  if (!window_.rolling()) served_week_ = counters_.publish(window_);
  counters_.close();
}

void Pipeline::learn(std::span<const Interaction> batch, SimTime now, Catalog catalog) {
  observe(batch, catalog);
  const std::int64_t midnights = floor_div(now.us, kDay.us);
  if (midnights > midnights_) {
    midnights_ = midnights;
    counters_.close();
  }
  const std::int64_t nights = floor_div(now.us - from_seconds(training_.hour_utc * 3600).us, kDay.us) + 1;
  const bool night = nights > nights_;
  if (night) {
    nights_ = nights;
    train(now, catalog);
  }
  if (training_.online_minutes > 0) {
    const std::int64_t online = floor_div(now.us, (kMinute * training_.online_minutes).us);
    if (online > online_ && !night) update(now);
    online_ = online;
  }
  // Another pipeline numbers its models alike: only pages that this one served say anything of its release.
  for (const Interaction& page : batch)
    if (serves(page.cell)) release_.observe({&page, 1});
  switch (release_.step(now)) {
    case Release::Step::Promote:
      live_ = std::move(*candidate_);
      candidate_.reset();
      taught_ = validated_;  // as of its night: the next update teaches it the rows since
      break;
    case Release::Step::Rollback:
      candidate_.reset();
      break;
    case Release::Step::None:
      break;
  }
  const PublishInput in{now, catalog, stats_, seed_};
  live_.publish(in);
  if (candidate_) candidate_->publish(in);
  items_.publish({now, catalog, stats_, served_week()}, batch, night);
}

void Pipeline::update(SimTime now) {
  if (!live_.scorer->ready()) return;
  predict_rows(*live_.scorer, wanted_, log_, validated_ + foreseen_.size(), foreseen_);
  const bool changed = taught_ < log_.rows().size() && live_.scorer->update({log_, wanted_, seed_, live_.slots}, taught_);
  taught_ = log_.rows().size();
  if (!changed) return;
  live_.version = ++versions_;
  for (ModelRecord& record : lineage_)
    if (record.version == live_.trained) {
      ++record.updates;
      record.last_update = live_.version;
      record.updated = now;
    }
}

void Pipeline::train(SimTime now, Catalog catalog) {
  if (live_.scorer->ready()) {
    predict_rows(*live_.scorer, wanted_, log_, validated_ + foreseen_.size(), foreseen_);
    validations_.push_back(validate_day(foreseen_, wanted_, log_, validated_, now));
    validations_.back().version = live_.trained;
  }
  // What the night does not train, a release's live ranker or one between its nights, would never be taught the last rows.
  if (training_.online_minutes > 0) update(now);
  skew_.night(now);
  publish_week();
  ++version_;
  stats_.age_one_day();
  log_.expire(now);
  validated_ = taught_ = log_.rows().size();
  foreseen_.clear();
  // The first models have nobody to be compared with.
  if (!release_.staged() || !live_.scorer->ready()) {
    teach(live_, now, catalog);
    return release_.publish(live_.version, now);
  }
  candidate_.emplace(settings_);
  load_state(*candidate_, save_state(live_));
  teach(*candidate_, now, catalog);
  release_.offer(candidate_->version, now);
}

SlotTreatment Pipeline::slot_treatment() const {
  SlotTreatment slots;
  slots.input = training_.position != "none";
  if (training_.position != "inverse") return slots;
  constexpr double kPrecise = 0.1;  // standard error of eta; by more, slot 20's weight is off by a third
  const Examination e = position_.examination();
  if (!(e.eta_se < kPrecise)) return slots;
  slots.input = false;
  for (std::size_t k = 0; k < slots.lift.size(); ++k)
    slots.lift[k] = static_cast<float>(std::clamp(std::pow(static_cast<double>(k + 1), e.eta), 1.0, training_.position_clip));
  return slots;
}

void Pipeline::teach(Models& models, SimTime now, Catalog catalog) {
  const PublishInput in{now, catalog, stats_, seed_};
  ModelRecord record;
  record.version = ++versions_;
  record.parent = models.trained;
  record.features = version_;
  record.trained = now;
  models.version = models.trained = record.version;
  for (std::size_t s = 0; s < models.sources.size(); ++s)
    if (!idle(s)) models.sources[s]->train(log_, in);
  // A young log grows by much every night, whatever the cadence.
  const bool young = nights_ <= training_.ranker_every_days || !models.scorer->ready();
  if (young || nights_ >= models.ranker_night + training_.ranker_every_days) {
    models.slots = slot_treatment();
    models.scorer->train({log_, wanted_, seed_, models.slots});
    models.ranker = models.scorer->ready() ? record.version : 0;
    models.ranker_night = nights_;
    record.rows = static_cast<std::int64_t>(log_.rows().size());
    if (record.rows > 0) {
      const auto by_time = [](const LabelledRow& a, const LabelledRow& b) { return a.time < b.time; };
      const auto [first, last] = std::minmax_element(log_.rows().begin(), log_.rows().end(), by_time);
      record.first_row = first->time;
      record.last_row = last->time;
    }
  }
  record.ranker = models.ranker;
  lineage_.push_back(record);
  if (version_ != release_.params().corrupt_night) return;
  for (std::size_t s = 0; s < models.sources.size(); ++s)
    models.sources[s]->corrupt_index(stream(seed_, Stream::Training, entity_key(s, version_, 2)));
}

void Pipeline::visit_state(State& s) {
  s(stats_);
  s(counters_);
  s(week_);
  s(last_week_);
  s(served_week_);
  s(items_);
  s(skew_);
  s(log_);
  s(position_);
  s(validations_);
  s(nights_);
  s(midnights_);
  s(validated_);
  s(version_);
  s(versions_);
  s(lineage_);
  s(online_);
  s(taught_);
  s(foreseen_);
  s(release_);
  s(live_);
  std::uint8_t pending = candidate_.has_value();
  s(pending);
  if (pending && !candidate_) candidate_.emplace(settings_);
  if (!pending) candidate_.reset();
  if (candidate_) s(*candidate_);
}

}  // namespace feedloop
