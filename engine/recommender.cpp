#include "engine/recommender.hpp"

#include <algorithm>

#include "engine/ranking/value_model.hpp"
#include "engine/rerank/mmr.hpp"
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

void merge(SeenFilter& filter, std::span<const Scored> nominated, std::size_t source, std::vector<Candidate>& candidates) {
  for (const Scored& n : nominated) {
    if (filter.admit(n.item, static_cast<std::uint16_t>(candidates.size()))) {
      Candidate c;
      c.item = n.item;
      c.row = static_cast<std::uint16_t>(candidates.size());
      candidates.push_back(c);
    }
    if (const int at = filter.position(n.item); at >= 0)
      candidates[static_cast<std::size_t>(at)].sources |= static_cast<std::uint16_t>(1u << source);
  }
}

constexpr auto better = [](const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
};

}  // namespace

Ranking Recommender::recommend(const Request& request, const OnlineFeatures& user, Catalog catalog, StageClock& clock) const {
  Ranking out;
  out.slots = static_cast<int>(serving_.slate.size);
  out.version = pipeline_->version();
  auto& candidates = out.candidates;

  const auto wanted = static_cast<std::size_t>(std::max(serving_.slate.depth, serving_.slate.size));
  const auto sources = pipeline_->sources();
  scratch.filter.begin(user, request.page == 0, catalog.size(), static_cast<std::size_t>(serving_.seen.capacity));
  scratch.vectors.resize(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    RetrievalQuery query{request, user, catalog, {}};
    std::vector<float>& vector = scratch.vectors[s];
    vector.resize(sources[s]->dims());
    if (!vector.empty() && !sources[s]->embed_user(query, vector.data())) vector.clear();
    query.vector = vector;
    scratch.nominated.clear();
    sources[s]->nominate(query, static_cast<std::size_t>(serving_.quota.by_source[s]), scratch.nominated);
    merge(scratch.filter, scratch.nominated, s, candidates);
  }
  // Everything that was nominated is seen: whatever else is eligible is better than an empty page.
  if (candidates.size() < static_cast<std::size_t>(out.slots)) {
    scratch.nominated.clear();
    for (const ItemFacts& item : catalog)
      if (scratch.filter.position(item.id) < 0) scratch.nominated.push_back({item.id, 0});
    for (const Scored& n : scratch.nominated) {
      if (candidates.size() >= wanted) break;
      if (!scratch.filter.admit(n.item, static_cast<std::uint16_t>(candidates.size()))) continue;
      Candidate c;
      c.item = n.item;
      c.row = static_cast<std::uint16_t>(candidates.size());
      candidates.push_back(c);
    }
  }
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

  const auto depth = std::min(candidates.size(), wanted);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(depth), candidates.end(), better);
  candidates.resize(depth);
  rerank_mmr(candidates, catalog, static_cast<std::size_t>(out.slots), serving_.mmr.lambda);
  clock.lap(Stage::Rerank);
  return out;
}

}  // namespace feedloop
