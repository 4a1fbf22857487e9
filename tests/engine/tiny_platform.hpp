// A catalogue, users and logged pages without a world: engine and policies cannot see one.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/distributions.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "engine/online_features.hpp"
#include "engine/params.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {

// Two-sided normal tail beyond 5: 6e-7.
constexpr double kZ = 5.0;

inline const Schema& engine_schema() {
  static const Schema built = [] {
    Schema s;
    EngineSchema engine;
    s.add("engine", engine);
    return s;
  }();
  return built;
}

inline Settings engine_settings(const std::vector<std::string>& sets = {}) {
  Settings s(engine_schema());
  for (const auto& text : sets) s.set_text(text, {"test"});
  return s;
}

// The quotas that let one source nominate and no other, with `more` settings.
inline std::vector<std::string> only_source(std::string_view name, int quota, std::vector<std::string> more = {}) {
  for (const auto& source : source_registry())
    more.push_back("engine.quota." + std::string(source.name) + "=" + std::to_string(source.name == name ? quota : 0));
  return more;
}

// Items with random unit content, uploaded an hour apart until just before time 0.
inline std::vector<ItemFacts> make_shelf(std::size_t n, std::size_t categories = 4, std::uint64_t seed = 1) {
  std::vector<ItemFacts> items(n);
  for (std::size_t i = 0; i < n; ++i) {
    Rng rng = stream({seed}, Stream::Test, entity_key(i, 1));
    items[i].id = ItemId{i};
    items[i].category = CategoryId{i % categories};
    items[i].creator = CreatorId{i / 7};
    items[i].duration_s = static_cast<float>(30 + 600 * rng.uniform());
    items[i].uploaded = SimTime{0} - kHour * static_cast<std::int64_t>(n - i);
    float norm = 0;
    for (float& x : items[i].content) {
      x = static_cast<float>(normal(rng));
      norm += x * x;
    }
    for (float& x : items[i].content) x /= std::sqrt(norm);
  }
  return items;
}

inline Request request_of(UserId user, SimTime time, std::uint32_t ordinal = 0, std::uint8_t page = 0) {
  Request r;
  r.user = user;
  r.household = HouseholdId{user.value / 2};
  r.time = time;
  r.id = RequestId::make(user, static_cast<std::uint32_t>(time.days()) + 1, ordinal, page);
  r.page = page;
  return r;
}

inline SlotOutcome play(const ItemFacts& item, double share = 1, bool liked = false) {
  SlotOutcome o;
  o.seen = o.clicked = true;
  o.completed = share >= 1;
  o.liked = liked;
  o.watched_ms = std::llround(share * static_cast<double>(item.duration_s) * 1000);
  o.skipped = static_cast<double>(o.watched_ms) < std::min(10'000.0, 500.0 * static_cast<double>(item.duration_s));
  return o;
}

// What a source nominates for a request, its own user vector included, appended to `out`.
inline std::vector<Scored> nominate(const Source& source, const Request& request, const OnlineFeatures& user, Catalog catalog,
                                    std::size_t k, std::vector<Scored> out = {}) {
  RetrievalQuery query{request, user, catalog, {}, {}};
  std::vector<float> input(source.input_width());
  if (!input.empty()) source.user_input(query, input.data());
  query.input = input;
  query.cohort = cohort_of(user, request.time, {});
  std::vector<float> vector(source.dims());
  if (!vector.empty() && source.embed_user(query, vector.data())) query.vector = vector;
  source.nominate(query, k, out);
  return out;
}

// The source's inner product of a user without history and an item.
inline float affinity(const Source& source, UserId user, ItemId item, const OnlineFeatures& features = {}) {
  const Request request = request_of(user, SimTime{0});
  std::vector<float> vector(source.dims());
  if (!source.embed_user({request, features, {}, {}, {}}, vector.data())) return 0;
  return inner_product(source, vector, item);
}

// A page that shows `items` with `outcomes`.
inline Interaction page_of(const Request& request, const std::vector<ItemId>& items, const std::vector<SlotOutcome>& outcomes) {
  Interaction page;
  page.request = request;
  for (const ItemId item : items) {
    page.slate.slots.emplace_back();
    page.slate.slots.back().item = item;
  }
  page.outcome.slots = outcomes;
  page.outcome.end = request.time + kMinute * 5;
  return page;
}

// One clicked and completed item.
inline Interaction play_page(UserId user, SimTime time, const ItemFacts& item, std::uint32_t ordinal = 0) {
  return page_of(request_of(user, time, ordinal), {item.id}, {play(item)});
}

// A page of random distinct items with random outcomes; popular items (low ids) more often.
inline Interaction random_page(UserId user, SimTime time, Catalog catalog, std::size_t slots, Rng& rng, std::uint8_t page = 0) {
  std::vector<ItemId> items;
  std::vector<SlotOutcome> outcomes;
  while (items.size() < std::min(slots, catalog.size())) {
    const double u = rng.uniform();
    const ItemId item{static_cast<std::uint64_t>(u * u * static_cast<double>(catalog.size()))};
    if (std::find(items.begin(), items.end(), item) != items.end()) continue;
    items.push_back(item);
    SlotOutcome o;
    o.seen = true;
    if (bernoulli(rng, 0.3)) o = play(catalog[item.index()], bernoulli(rng, 0.4) ? 1.0 : rng.uniform(), bernoulli(rng, 0.1));
    outcomes.push_back(o);
  }
  return page_of(request_of(user, time, static_cast<std::uint32_t>(rng() % 4000), page), items, outcomes);
}

// A day of pages in canonical order.
inline std::vector<Interaction> random_day(std::int64_t day, std::size_t users, Catalog catalog, std::size_t pages,
                                           std::uint64_t seed = 1) {
  Rng rng = stream({seed}, Stream::Test, entity_key(static_cast<std::uint64_t>(day), 2));
  std::vector<Interaction> batch;
  for (std::size_t p = 0; p < pages; ++p)
    batch.push_back(random_page(UserId{uniform_below(rng, static_cast<std::uint32_t>(users))},
                                SimTime{0} + kDay * day + from_seconds(86000 * rng.uniform()), catalog, 6, rng));
  std::sort(batch.begin(), batch.end(), canonical_before);
  return batch;
}

}  // namespace feedloop
