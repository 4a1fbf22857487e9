#include "engine/recommender.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "engine/ranking/value_model.hpp"
#include "engine/rerank/seen_filter.hpp"
#include "engine/retrieval/onboarding.hpp"

namespace feedloop {
namespace {

// Buffers kept between requests of a thread; they never carry information from one request to the next.
struct Scratch {
  SeenFilter filter;
  std::vector<Scored> nominated;
  std::vector<std::vector<float>> vectors;  // the user's, by source
};
thread_local Scratch scratch;

// The one door to a ranking, nominations and top-up alike: the ranker never pays for an item that may not be shown.
class Admission {
 public:
  // Of a catalogue in `parts`, only items of this part may pass; 0 = not parted.
  Admission(const Request& request, Catalog catalog, std::uint32_t parts, std::uint32_t part, SeenFilter& filter,
            std::vector<Candidate>& candidates)
      : request_(request), catalog_(catalog), parts_(parts), part_(part), filter_(filter), candidates_(candidates) {}
  void operator()(ItemId item, std::uint16_t sources) {
    const ItemFacts& facts = catalog_[item.index()];
    if (!may_be_shown(facts, request_)) return;
    if (parts_ > 0 && Hasher().add(std::string_view("corpus")).add(item.value).value() % parts_ != part_) return;
    allowed_ = true;
    constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();  // of Candidate::row
    if (candidates_.size() < kMost && filter_.admit(item, static_cast<std::uint16_t>(candidates_.size()))) {
      Candidate c;
      c.item = item;
      c.row = static_cast<std::uint16_t>(candidates_.size());
      c.traits = traits_of(facts);
      candidates_.push_back(c);
    }
    if (const int at = filter_.position(item); at >= 0) candidates_[static_cast<std::size_t>(at)].sources |= sources;
  }
  // Asks the memory for what the next call about the item will read.
  void prefetch(ItemId item) const {
    const auto* facts = reinterpret_cast<const char*>(&catalog_[item.index()]);
    __builtin_prefetch(facts);
    __builtin_prefetch(facts + sizeof(ItemFacts) - 1);
    filter_.prefetch(item);
  }
  // Why there are too few of them, once the whole catalogue has asked.
  Shortage shortage() const { return allowed_ ? Shortage::Seen : Shortage::NotAllowed; }

 private:
  const Request& request_;
  Catalog catalog_;
  bool allowed_ = false;  // something may be shown to this user, seen or not
  std::uint32_t parts_, part_;
  SeenFilter& filter_;
  std::vector<Candidate>& candidates_;
};

void prefetch_row(const float* row, std::size_t n) {
  for (std::size_t d = 0; row && d < n; d += 16) __builtin_prefetch(row + d);
}

// Asks the memory for what the candidate's row of features is made of, while the next source still searches.
void prefetch_inputs(const ItemFacts& item, const ItemFeatureTable& table, const Models& models) {
  if (item.id.index() < table.items()) __builtin_prefetch(table.row(item.id)), __builtin_prefetch(table.creator(item.creator));
  for (const auto& source : models.sources)
    if (source->affinity()) prefetch_row(source->item_vector(item.id), source->dims());
}

ServingFacts facts_of(const Served& served) {
  ServingFacts facts;
  facts.ms = served.total_ms;
  for (std::size_t s = 0; s < kServices; ++s) {
    facts.asked |= static_cast<std::uint8_t>(served.asked[s] << s);
    facts.failed |= static_cast<std::uint8_t>(served.failed[s] << s);
    facts.missing |= static_cast<std::uint8_t>(!served.answered[s] << s);
  }
  facts.late = served.over_budget;
  return facts;
}

}  // namespace

Recommender::Recommender(const Settings& settings, Pipeline& pipeline, std::uint32_t cell)
    : serving_(settings.read<ServingParams>("engine")),
      limits_(slate_limits(serving_.rerank.rules)),
      heads_(heads_of(serving_.value)),
      rules_alone_(serving_.rerank),
      pipeline_(&pipeline),
      cell_(cell),
      onboarding_(source_index(Onboarding::kName)) {
  rules_alone_.method = "none";
  if (serving_.slate.order == "value") pipeline.want(heads_);
  pipeline.ask(serving_.quota.by_source);
}

std::size_t Recommender::quota(std::size_t source, Cohort cohort) const {
  const auto base = static_cast<double>(serving_.quota.by_source[source]);
  const Signal signal = source_registry()[source].signal;
  double factor = 1;
  if (cohort == Cohort::Cool && signal == Signal::Content) factor = serving_.cold.content;
  if (cohort == Cohort::Cool && signal == Signal::Plays) factor = serving_.cold.plays;
  // Whose tastes are unknown, or long ago, is nobody's neighbour.
  if (cohort == Cohort::Cold && signal == Signal::Plays) factor = 0;
  return static_cast<std::size_t>(base * factor);
}

void Recommender::write_rows(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemFeatureTable& table,
                             const Models& models, Ranking& out) const {
  RowWriter rows(request, user, catalog, pipeline_->stats(), pipeline_->served_week(), table);
  const auto& candidates = out.candidates;
  Affinities affinities{};
  constexpr std::size_t kAhead = 8;  // rows between asking the memory for an item and writing its row
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (i + 2 * kAhead < candidates.size()) rows.prefetch(candidates[i + kAhead].item, candidates[i + 2 * kAhead].item);
    if (i + kAhead < candidates.size())
      for (const auto& source : models.sources)
        if (source->affinity()) prefetch_row(source->item_vector(candidates[i + kAhead].item), source->dims());
    for (std::size_t s = 0; s < models.sources.size(); ++s)
      if (const auto kind = models.sources[s]->affinity())
        affinities[static_cast<std::size_t>(*kind)] = inner_product(*models.sources[s], scratch.vectors[s], c.item);
    rows.write(c.item, affinities, out.features.data() + c.row * static_cast<std::size_t>(out.width));
  }
}

std::vector<Candidate> Recommender::score(const Request& request, const OnlineFeatures& user, Catalog catalog,
                                          std::span<const ItemId> items) const {
  const Models& models = pipeline_->models(request.user);
  Ranking out;
  for (const ItemId item : items) {
    Candidate& c = out.candidates.emplace_back();
    c.item = item;
    c.row = static_cast<std::uint16_t>(out.candidates.size() - 1);
  }
  scratch.vectors.resize(models.sources.size());
  for (std::size_t s = 0; s < models.sources.size(); ++s) {
    RetrievalQuery query{request, user, catalog, {}, cell_, {}, cohort(user, request.time)};
    embed(*models.sources[s], query, out.user_input, scratch.vectors[s]);
  }
  out.width = feature_count();
  out.features.resize(items.size() * static_cast<std::size_t>(out.width));
  write_rows(request, user, catalog, pipeline_->item_features().current(), models, out);
  models.scorer->score({out.features, out.width, shared_feature_count(), heads_}, out.candidates);
  value_candidates(serving_.value, models.scorer->mean_rates(), out.candidates);
  return std::move(out.candidates);
}

std::vector<Recommender::Explanation> Recommender::explain(const Request& request, const OnlineFeatures& user, Catalog catalog,
                                                           const Slot& slot) const {
  std::vector<Explanation> reasons;
  const auto& sources = pipeline_->models(request.user).sources;
  for (std::size_t s = 0; s < sources.size(); ++s)
    if ((slot.sources >> s) & 1)
      reasons.push_back({source_registry()[s].name, sources[s]->seed({request, user, catalog, {}, cell_}, slot.item)});
  return reasons;
}

void Recommender::observe_services(std::span<const Interaction> pages, SimTime now) {
  if (!serving_.budget.simulate) return;
  std::array<std::int64_t, kServices> asked{}, failed{};
  for (const Interaction& page : pages)
    for (std::size_t s = 0; page.cell == cell_ && s < kServices; ++s) {
      asked[s] += (page.serving.asked >> s) & 1;
      failed[s] += (page.serving.failed >> s) & 1;
    }
  breakers_.observe(serving_.budget, now, asked, failed);
}

Ranking Recommender::recommend(const Request& request, const OnlineFeatures& user, Catalog catalog, StageClock& clock,
                               FunnelTrace* trace) const {
  Ranking out;
  out.slots = static_cast<int>(serving_.slate.size);
  out.limits = limits_;
  out.version = pipeline_->version();
  const Models& models = pipeline_->models(request.user);
  out.model = models.version;
  Served served;
  if (serving_.budget.simulate) {
    std::size_t ranked = 0;
    for (std::size_t s = 0; s < models.sources.size(); ++s) ranked += quota(s, this->cohort(user, request.time));
    served =
        serve_within(serving_.budget, breakers_, request.time,
                     stream(pipeline_->seed(), Stream::Latency, request_key(request.id)), std::min(ranked, catalog.size()));
    out.serving = facts_of(served);
  }
  const auto answered = [&](Service s) { return served.answered[static_cast<std::size_t>(s)]; };
  auto& candidates = out.candidates;

  const auto wanted = static_cast<std::size_t>(std::max(serving_.slate.depth, serving_.slate.size));
  const auto& sources = models.sources;
  scratch.filter.begin(user, request.page == 0, catalog.size(), static_cast<std::size_t>(serving_.rerank.seen.capacity));
  Admission admit(request, catalog, parts_, cell_, scratch.filter, candidates);
  scratch.vectors.resize(sources.size());
  const Cohort cohort = this->cohort(user, request.time);
  out.cohort = cohort;
  const ItemFeatureTable* table = &pipeline_->item_features().current();
  std::size_t asked = 0;  // candidates whose inputs the memory was asked for
  for (std::size_t s = 0; s < sources.size(); ++s) {
    if (pipeline_->idle(s)) continue;
    RetrievalQuery query{request, user, catalog, {}, cell_, {}, cohort};
    embed(*sources[s], query, out.user_input, scratch.vectors[s]);
    if (sources[s]->dims() > 0 && !answered(Service::Index)) {  // the other sources are a partial answer
      scratch.vectors[s].clear();
      continue;
    }
    scratch.nominated.clear();
    if (const std::size_t k = quota(s, cohort); k > 0) sources[s]->nominate(query, k, scratch.nominated);
    constexpr std::size_t kAhead = 16;
    const auto& nominated = scratch.nominated;
    if (trace) trace->nominations.push_back({s, quota(s, cohort), nominated});
    for (std::size_t n = 0; n < std::min(kAhead, nominated.size()); ++n) admit.prefetch(nominated[n].item);
    for (std::size_t n = 0; n < nominated.size(); ++n) {
      if (n + kAhead < nominated.size()) admit.prefetch(nominated[n + kAhead].item);
      admit(nominated[n].item, static_cast<std::uint16_t>(1u << s));
    }
    for (; asked < candidates.size(); ++asked) prefetch_inputs(catalog[candidates[asked].item.index()], *table, models);
  }
  // Too little of what was nominated may be shown, or it cannot fill a slate under the rules: the rest of the catalogue is
  // better than an empty page.
  if (!can_fill(candidates, limits_, static_cast<std::size_t>(out.slots)))
    for (auto item = catalog.begin(); item != catalog.end() && candidates.size() < wanted; ++item) admit(item->id, 0);
  if (candidates.size() < static_cast<std::size_t>(out.slots)) out.shortage = admit.shortage();
  clock.lap(Stage::Retrieve);

  // Without the store: what was read before, while that may be trusted.
  const bool null_features = !answered(Service::Store) && serving_.budget.on_store_failure == "null";
  if (!answered(Service::Store) && !null_features) {
    const ServiceParams& store = serving_.budget.service[static_cast<std::size_t>(Service::Store)];
    const SimTime lost = is_down(store, request.time) ? outage_begin(store) : request.time;
    table = pipeline_->item_features().cached(request.time, lost);
    if (table && table->items() < catalog.size()) {  // what was uploaded since has no features in the cache
      std::erase_if(candidates, [&](const Candidate& c) { return c.item.index() >= table->items(); });
      for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].row = static_cast<std::uint16_t>(i);
    }
  }
  out.width = table && pipeline_->ranks() ? feature_count() : 0;
  out.features.resize(candidates.size() * static_cast<std::size_t>(out.width));
  if (null_features)
    for (std::size_t i = 0; i < out.features.size(); ++i)
      out.features[i] = feature_registry()[i % static_cast<std::size_t>(out.width)].initial;
  else if (out.width > 0)
    write_rows(request, user, catalog, *table, models, out);
  clock.lap(Stage::Features);

  out.fallback = serving_.slate.order == "retrieval" || !models.scorer->ready() || cohort == Cohort::Cold || !table ||
                 !answered(Service::Ranker) || served.over_budget;
  if (out.fallback) {
    // Sources are merged in registry order, popularity first: its order stands for a score. Who is cold gets first what their
    // country and device like, and the categories they picked.
    for (Candidate& c : candidates)
      c.score = 1.0f / (1.0f + static_cast<float>(c.row)) + (cohort == Cohort::Cold && (c.sources >> onboarding_ & 1) ? 1 : 0);
  } else {
    models.scorer->score({out.features, out.width, shared_feature_count(), heads_}, candidates);
    value_candidates(serving_.value, models.scorer->mean_rates(), candidates);
  }
  clock.lap(Stage::Rank);
  if (trace) {
    trace->cohort = cohort;
    trace->candidates = candidates;
    clock.rest();
  }

  boost_scores(serving_.rerank.boost, catalog, user, request, candidates);
  if (new_items_ > 0)
    for (Candidate& c : candidates)
      c.traits.under_exposed = static_cast<double>(pipeline_->stats().at(c.item).impressions) < serving_.rerank.exposure.quota;
  keep_pool(candidates, limits_, static_cast<std::size_t>(out.slots), wanted, new_items_);
  if (trace) trace->kept = candidates;
  rerank(answered(Service::Reranker) ? serving_.rerank : rules_alone_, catalog, user, out);
  clock.lap(Stage::Rerank);
  if (trace) {
    trace->reranked = candidates;
    clock.rest();
  }
  return out;
}

}  // namespace feedloop
