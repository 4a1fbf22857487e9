#include "engine/retrieval/two_tower.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/hash.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kDevices = 3, kCreatorBuckets = 32;
constexpr int kRecent = 10;
// Content of the recent and of all plays, category shares, activity, device, local time.
constexpr std::size_t kUserInputs = 2 * kContentDims + kFeatureCategories + 4 + kDevices + 3;
// Content, category, creator (hashed), duration.
constexpr std::size_t kItemInputs = kContentDims + kFeatureCategories + kCreatorBuckets + 1;

void item_input(const ItemFacts& item, float* out) {
  std::fill_n(out, kItemInputs, 0.0f);
  std::copy(item.content.begin(), item.content.end(), out);
  out[kContentDims + item.category.index()] = 1;
  out[kContentDims + kFeatureCategories + Hasher().add(item.creator.value).value() % kCreatorBuckets] = 1;
  out[kItemInputs - 1] = std::log(std::max(item.duration_s, 1.0f) / 300.0f);
}

}  // namespace

void TwoTower::Params::describe(Describe& d) {
  towers.describe(d);
  d.integer("examples", examples, {100, 1e7}, "plays", "The last plays that a night learns from.");
  d.number("min_value", min_value, {0, 1}, "", "Plays whose value (share watched; 1 for a like) is below this do not count.");
  d.text("index", index, names_of(index_kinds()), "How the item vectors are searched.");
  d.text("new_items", new_items, {"upload", "nightly"}, "When an uploaded item's vector joins the index.");
}

TwoTower::TwoTower(const Params& params)
    : params_(params),
      towers_(params.towers, static_cast<int>(kUserInputs), static_cast<int>(kItemInputs)),
      index_(index_kind(params.index)) {}

std::size_t TwoTower::input_width() const { return kUserInputs; }

void TwoTower::user_input(const RetrievalQuery& query, float* out) const {
  const OnlineFeatures& user = query.user;
  std::fill_n(out, kUserInputs, 0.0f);
  float* recent = out;
  for (int i = 0; i < std::min(user.history_size(), kRecent); ++i) {
    const HistoryEntry& h = user.recent(i);
    for (std::size_t k = 0; k < kContentDims; ++k)
      recent[k] += h.value * query.catalog[h.item.index()].content[k] / static_cast<float>(kRecent);
  }
  float norm = 1e-6f;
  for (const float x : user.profile) norm += x * x;
  float* profile = recent + kContentDims;
  for (std::size_t k = 0; k < kContentDims; ++k) profile[k] = user.profile[k] / std::sqrt(norm);
  float* share = profile + kContentDims;
  for (std::size_t c = 0; c < kFeatureCategories; ++c) share[c] = user.category_clicks[c] / (user.clicks + 2);
  float* rest = share + kFeatureCategories;
  rest[0] = std::log1p(user.clicks);
  rest[1] = std::log1p(user.watched_min);
  rest[2] = user.completions / (user.clicks + 3);
  rest[3] = user.skips / (user.clicks + 3);
  rest[4 + std::min<std::size_t>(query.request.device, kDevices - 1)] = 1;
  const double turn = 2 * std::numbers::pi * local_hour(query.request.time, query.request.utc_offset_h) / 24;
  rest[4 + kDevices] = static_cast<float>(std::cos(turn));
  rest[5 + kDevices] = static_cast<float>(std::sin(turn));
  rest[6 + kDevices] = weekday(local_day(query.request.time, query.request.utc_offset_h)) >= 5;
}

bool TwoTower::embed_user(const RetrievalQuery& query, float* out) const {
  if (!towers_.ready() || query.input.size() != kUserInputs) return false;
  towers_.embed_user(query.input.data(), out);
  return true;
}

const float* TwoTower::item_vector(ItemId item) const {
  return item.index() < index_.size() ? index_.vectors().data() + item.index() * dims() : nullptr;
}

void TwoTower::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  if (!query.vector.empty()) index_.search(query.vector, k, out);
}

void TwoTower::observe(std::span<const Interaction> batch, Catalog catalog) {
  for (const Interaction& page : batch) {
    if (page.user_input.size() != kUserInputs) continue;
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      const float value = play_value(page.outcome.slots[k], catalog[item.index()].duration_s);
      if (value <= 0 || static_cast<double>(value) < params_.min_value) continue;
      inputs_.insert(inputs_.end(), page.user_input.begin(), page.user_input.end());
      items_.push_back(item.value);
      values_.push_back(value);
      if (!params_.towers.from_page()) continue;
      const std::size_t before = beside_.size();
      for (std::size_t j = 0; j < page.slate.slots.size(); ++j)
        if (!page.outcome.slots[j].clicked && page.slate.slots[j].item != item)
          beside_.push_back(page.slate.slots[j].item.value);
      beside_counts_.push_back(static_cast<std::uint32_t>(beside_.size() - before));
    }
  }
}

void TwoTower::embed(Catalog items) {
  std::vector<float> inputs(items.size() * kItemInputs), vectors(items.size() * dims());
  for (std::size_t i = 0; i < items.size(); ++i) item_input(items[i], inputs.data() + i * kItemInputs);
  towers_.embed_items(inputs.data(), items.size(), vectors.data());
  index_.add(vectors);
}

void TwoTower::publish(const PublishInput& in) {
  if (towers_.ready() && params_.new_items == "upload" && in.catalog.size() > index_.size())
    embed(in.catalog.subspan(index_.size()));
}

void TwoTower::train(const TrainingLog&, const PublishInput& in) {
  const auto keep = static_cast<std::size_t>(params_.examples);
  if (items_.size() > keep) {
    const auto drop = static_cast<std::ptrdiff_t>(items_.size() - keep);
    items_.erase(items_.begin(), items_.begin() + drop);
    values_.erase(values_.begin(), values_.begin() + drop);
    inputs_.erase(inputs_.begin(), inputs_.begin() + drop * static_cast<std::ptrdiff_t>(kUserInputs));
    if (params_.towers.from_page()) {
      beside_.erase(beside_.begin(), beside_.begin() + std::accumulate(beside_counts_.begin(), beside_counts_.begin() + drop,
                                                                       std::ptrdiff_t{0}));
      beside_counts_.erase(beside_counts_.begin(), beside_counts_.begin() + drop);
    }
  }
  if (items_.empty()) return;
  std::vector<float> inputs(in.catalog.size() * kItemInputs);
  for (std::size_t i = 0; i < in.catalog.size(); ++i) item_input(in.catalog[i], inputs.data() + i * kItemInputs);
  std::vector<std::uint32_t> ends(beside_counts_.size());
  std::partial_sum(beside_counts_.begin(), beside_counts_.end(), ends.begin());
  towers_.train({inputs_, items_, values_, inputs, beside_, ends}, in.seed, nights_++);
  if (!towers_.ready()) return;
  index_.build({}, towers_.dims());
  embed(in.catalog);
}

void TwoTower::visit_state(State& s) {
  s(towers_);
  s(index_);
  s(inputs_);
  s(values_);
  s(items_);
  s(beside_);
  s(beside_counts_);
  s(nights_);
}

}  // namespace feedloop
