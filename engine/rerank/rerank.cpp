#include "engine/rerank/rerank.hpp"

#include <algorithm>

#include "engine/rerank/calibrated.hpp"
#include "engine/rerank/mmr.hpp"

namespace feedloop {
namespace {

// Where a candidate stands: by score, the best first, then by item. Sorting these moves a third of the bytes.
struct Place {
  float score;
  ItemId item;
  std::uint32_t index;
  friend bool operator<(const Place& a, const Place& b) { return a.score != b.score ? a.score > b.score : a.item < b.item; }
};

// Buffers kept between requests of a thread; they never carry information from one request to the next.
struct Scratch {
  SlateRules rules;
  std::vector<float> relevance;
  std::vector<const float*> rows;
  std::vector<std::uint16_t> picks;
  std::vector<Place> places;
  std::vector<Candidate> ordered;
};
thread_local Scratch scratch;

}  // namespace

void RuleParams::describe(Describe& d) {
  const auto cap = [&d](std::string_view name, std::int64_t& x, double low, std::string_view doc) {
    d.integer(name, x, {low, kMaxSlate}, "items", doc);
  };
  cap("per_category", per_category, 1, "Most items of one category in a slate; 32 switches the rule off.");
  cap("per_series", per_series, 1, "Most items of one series in a slate; 32 switches the rule off.");
  cap("creator_run", creator_run, 1, "Most items of one creator in a row; 32 switches the rule off.");
  cap("sponsored", sponsored, 0, "Most sponsored items in the first 20 slots; 32 switches the rule off.");
}

void MmrParams::describe(Describe& d) {
  d.number("lambda", lambda, {0, 1}, "",
           "Maximal marginal relevance: 1 ranks by score alone, 0 by novelty to the slate alone.");
}

void CalibratedParams::describe(Describe& d) {
  d.number(
      "lambda", lambda, {0, 1}, "",
      "Calibrated re-ranking: 0 ranks by score alone, 1 by likeness of the slate's categories to the user's history alone.");
  d.number("smoothing", smoothing, {0, 1000}, "clicks",
           "Clicks added to the history, spread evenly over the categories of the candidates.");
}

void ExposureParams::describe(Describe& d) {
  d.number("quota", quota, {0, 1e9}, "impressions",
           "An item with fewer (decayed) impressions is under-exposed: what policy.explore shows as new.");
}

void RerankParams::describe(Describe& d) {
  d.text("method", method, {"none", "mmr", "calibrated"}, "How the slate is chosen from the best candidates, under the rules.");
  d.group("rules", rules);
  d.group("mmr", mmr);
  d.group("calibrated", calibrated);
  d.group("boost", boost);
  d.group("exposure", exposure);
  d.group("seen", seen);
}

SlateLimits slate_limits(const RuleParams& params) {
  return {.per_category = static_cast<std::int32_t>(params.per_category),
          .per_series = static_cast<std::int32_t>(params.per_series),
          .creator_run = static_cast<std::int32_t>(params.creator_run),
          .sponsored = static_cast<std::int32_t>(params.sponsored)};
}

RuleWalk::RuleWalk(const SlateLimits& limits, std::size_t slots) : limits_(limits), slots_(slots) {
  limits_.creator_run = kMaxSlate;
}

bool RuleWalk::take(const ItemTraits& traits) {
  if (full() || slate_level(limits_, taken_, traits) > 0) return false;
  taken_.push_back(traits);
  return true;
}

bool can_fill(std::span<const Candidate> candidates, const SlateLimits& limits, std::size_t slots) {
  if (candidates.size() < slots) return false;
  RuleWalk walk(limits, slots);
  for (const Candidate& c : candidates) {
    if (walk.full()) return true;
    walk.take(c.traits);
  }
  return walk.full();
}

void keep_pool(std::vector<Candidate>& candidates, const SlateLimits& limits, std::size_t slots, std::size_t depth,
               int new_items) {
  auto& places = scratch.places;
  auto& pool = scratch.ordered;
  places.clear(), pool.clear();
  for (std::size_t i = 0; i < candidates.size(); ++i)
    places.push_back({candidates[i].score, candidates[i].item, static_cast<std::uint32_t>(i)});
  const auto tail = places.begin() + static_cast<std::ptrdiff_t>(std::min(depth, places.size()));
  if (tail != places.end()) std::nth_element(places.begin(), tail, places.end());
  std::sort(places.begin(), tail);

  RuleWalk walk(limits, slots);
  for (auto p = places.begin(); p != tail; ++p) {
    const Candidate& c = pool.emplace_back(candidates[p->index]);
    walk.take(c.traits);
    new_items -= c.traits.under_exposed;
  }
  if (!walk.full() || new_items > 0) {
    std::sort(tail, places.end());
    for (auto p = tail; p != places.end() && (!walk.full() || new_items > 0); ++p) {
      const Candidate& c = candidates[p->index];
      const bool fills = walk.take(c.traits), exposes = c.traits.under_exposed && new_items > 0;
      if (!fills && !exposes) continue;
      new_items -= c.traits.under_exposed;
      pool.push_back(c);
    }
  }
  candidates.swap(pool);
}

void rerank(const RerankParams& params, Catalog catalog, const OnlineFeatures& user, Ranking& ranking) {
  auto& candidates = ranking.candidates;
  if (candidates.empty()) return;
  auto& [rules, relevance, rows, picks, places, ordered] = scratch;
  const auto slots = static_cast<std::size_t>(ranking.slots);
  rules.begin(ranking.limits, candidates);
  picks.clear();

  // Scaled to [0, 1] over the candidates.
  const float top = candidates.front().score, bottom = candidates.back().score;
  const float scale = top > bottom ? 1.0f / (top - bottom) : 0.0f;
  relevance.clear();
  for (const Candidate& c : candidates) relevance.push_back((c.score - bottom) * scale);

  if (params.method == "calibrated") {
    pick_calibrated(
        {relevance, candidates, category_taste(user, candidates, params.calibrated.smoothing), slots, params.calibrated.lambda},
        rules, picks);
  } else {
    // Without a method, relevance decides alone.
    rows.clear();
    for (const Candidate& c : candidates) rows.push_back(catalog[c.item.index()].content.data());
    const double lambda = params.method == "mmr" ? params.mmr.lambda : 1.0;
    pick_mmr({relevance, rows, kContentDims, slots, static_cast<float>(lambda)}, rules, picks);
  }

  ordered.clear();
  for (const std::uint16_t i : picks) ordered.push_back(candidates[i]);
  std::sort(picks.begin(), picks.end());
  auto next = picks.begin();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (next != picks.end() && *next == i)
      ++next;
    else
      ordered.push_back(candidates[i]);
  }
  candidates.assign(ordered.begin(), ordered.end());
}

}  // namespace feedloop
