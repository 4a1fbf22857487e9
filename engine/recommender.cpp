#include "engine/recommender.hpp"

#include <algorithm>

#include "engine/ranking/value_model.hpp"
#include "engine/rerank/seen_filter.hpp"

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
  Admission(const Request& request, Catalog catalog, SeenFilter& filter, std::vector<Candidate>& candidates)
      : request_(request), catalog_(catalog), filter_(filter), candidates_(candidates) {}
  void operator()(ItemId item, std::uint16_t sources) {
    const ItemFacts& facts = catalog_[item.index()];
    if (!may_be_shown(facts, request_)) return;
    if (filter_.admit(item, static_cast<std::uint16_t>(candidates_.size()))) {
      Candidate c;
      c.item = item;
      c.row = static_cast<std::uint16_t>(candidates_.size());
      c.traits = traits_of(facts);
      candidates_.push_back(c);
    }
    if (const int at = filter_.position(item); at >= 0) candidates_[static_cast<std::size_t>(at)].sources |= sources;
  }

 private:
  const Request& request_;
  Catalog catalog_;
  SeenFilter& filter_;
  std::vector<Candidate>& candidates_;
};

}  // namespace

Recommender::Recommender(const Settings& settings, Pipeline& pipeline, std::uint32_t cell)
    : serving_(settings.read<ServingParams>("engine")),
      limits_(slate_limits(serving_.rerank, static_cast<int>(serving_.slate.size))),
      pipeline_(&pipeline),
      cell_(cell) {
  pipeline.want(heads_of(serving_.value));
}

Ranking Recommender::recommend(const Request& request, const OnlineFeatures& user, Catalog catalog, StageClock& clock) const {
  Ranking out;
  out.slots = static_cast<int>(serving_.slate.size);
  out.limits = limits_;
  out.version = pipeline_->version();
  auto& candidates = out.candidates;

  const auto wanted = static_cast<std::size_t>(std::max(serving_.slate.depth, serving_.slate.size));
  const auto sources = pipeline_->sources();
  scratch.filter.begin(user, request.page == 0, catalog.size(), static_cast<std::size_t>(serving_.rerank.seen.capacity));
  Admission admit(request, catalog, scratch.filter, candidates);
  scratch.vectors.resize(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    RetrievalQuery query{request, user, catalog, {}, cell_};
    if (const std::size_t width = sources[s]->input_width(); width > 0) {
      out.user_input.resize(width);
      sources[s]->user_input(query, out.user_input.data());
      query.input = out.user_input;
    }
    std::vector<float>& vector = scratch.vectors[s];
    vector.resize(sources[s]->dims());
    if (!vector.empty() && !sources[s]->embed_user(query, vector.data())) vector.clear();
    query.vector = vector;
    scratch.nominated.clear();
    sources[s]->nominate(query, static_cast<std::size_t>(serving_.quota.by_source[s]), scratch.nominated);
    for (const Scored& n : scratch.nominated) admit(n.item, static_cast<std::uint16_t>(1u << s));
  }
  // Too little of what was nominated may be shown, or it cannot fill a slate under the rules: the rest of the catalogue is
  // better than an empty page.
  if (!can_fill(candidates, limits_, static_cast<std::size_t>(out.slots)))
    for (auto item = catalog.begin(); item != catalog.end() && candidates.size() < wanted; ++item) admit(item->id, 0);
  clock.lap(Stage::Retrieve);

  out.width = feature_count();
  out.features.resize(candidates.size() * static_cast<std::size_t>(out.width));
  RowWriter rows(request, user, catalog, pipeline_->stats(), pipeline_->served_week(), pipeline_->item_features().current());
  Affinities affinities{};
  constexpr std::size_t kAhead = 8;  // rows between asking the memory for an item and writing its row
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (i + 2 * kAhead < candidates.size()) rows.prefetch(candidates[i + kAhead].item, candidates[i + 2 * kAhead].item);
    for (std::size_t s = 0; s < sources.size(); ++s)
      if (const auto kind = sources[s]->affinity())
        affinities[static_cast<std::size_t>(*kind)] = inner_product(*sources[s], scratch.vectors[s], c.item);
    rows.write(c.item, affinities, out.features.data() + c.row * static_cast<std::size_t>(out.width));
  }
  clock.lap(Stage::Features);

  out.fallback = !pipeline_->scorer().ready() || user.impressions < static_cast<float>(serving_.known_after);
  if (out.fallback) {
    // Sources are merged in registry order, popularity first: its order stands for a score.
    for (Candidate& c : candidates) c.score = 1.0f / (1.0f + static_cast<float>(c.row));
  } else {
    pipeline_->scorer().score({out.features, out.width, shared_feature_count(), heads_of(serving_.value)}, candidates);
    value_candidates(serving_.value, pipeline_->scorer().mean_rates(), candidates);
  }
  clock.lap(Stage::Rank);

  boost_scores(serving_.rerank.boost, catalog, user, request.time, candidates);
  if (limits_.exposure != 0)
    for (Candidate& c : candidates)
      c.traits.under_exposed = static_cast<double>(pipeline_->stats().at(c.item).impressions) < serving_.rerank.exposure.quota;
  keep_pool(candidates, limits_, static_cast<std::size_t>(out.slots), wanted);
  rerank(serving_.rerank, catalog, user, out);
  clock.lap(Stage::Rerank);
  return out;
}

}  // namespace feedloop
