// The feature registry: one definition of each feature, for training and for serving. A row is, in this order: what all items
// of a request share (user, history and context, computed once a request), the item's part (once an epoch, from a table), its
// creator's (the same), the user's with each category (once a request and category), and what must be computed for every
// candidate (user with item, and crosses).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/catalog.hpp"
#include "base/huge_pages.hpp"
#include "base/interaction.hpp"
#include "engine/item_stats.hpp"
#include "engine/online_features.hpp"
#include "engine/retrieval/source.hpp"
#include "engine/windows.hpp"

namespace feedloop {

enum class FeatureGroup : std::uint8_t { User, History, Context, Item, Creator, Category, UserItem, Cross };
constexpr std::array<std::string_view, 8> kFeatureGroups{"user",    "history",  "context",   "item",
                                                         "creator", "category", "user_item", "cross"};

// How old a value may be when it is served: read off the request; the user's own last page; the last epoch; the last night;
// never changes after the upload.
enum class Freshness : std::uint8_t { Request, Own, Epoch, Nightly, Upload };
constexpr std::array<std::string_view, 5> kFreshness{"request", "own", "epoch", "nightly", "upload"};

// Which part of the platform answers for a feature. The warehouse's are the batch features: pure functions of a WeekSnapshot,
// so that training can compute them again for any night (recompute_batch).
enum class FeatureOwner : std::uint8_t { Profile, Session, Catalogue, Warehouse, Retrieval };
constexpr std::array<std::string_view, 5> kFeatureOwners{"profile", "session", "catalogue", "warehouse", "retrieval"};

// Plays a creator has among the user's last fifty: a hash table that fits them twice over.
class CreatorPlays {
 public:
  void add(CreatorId creator) {
    Slot& slot = slots_[find(creator)];
    slot = {creator.value + 1, slot.plays + 1};
  }
  std::uint32_t plays(CreatorId creator) const { return slots_[find(creator)].plays; }

 private:
  struct Slot {
    std::uint32_t key = 0, plays = 0;  // key 0: free
  };
  std::size_t find(CreatorId creator) const {
    std::size_t at = (creator.value * 2654435761u) >> 25;
    while (slots_[at].key != 0 && slots_[at].key != creator.value + 1) at = (at + 1) % slots_.size();
    return at;
  }
  std::array<Slot, 128> slots_{};
};

// What features read of a user's last fifty plays, worked out once a request.
struct HistorySummary {
  float profile_norm = 0;                          // length of the user's content profile
  float mean_value = 0.5f;                         // play_value of the last ten
  float log_duration = 0;                          // mean of theirs, log over five minutes
  float plays_today = 0;                           // plays within 24 h
  float same_hours = 0.25f;                        // share of plays in the request's quarter of the local day
  std::array<float, kFeatureCategories> recent{};  // plays by category among the last ten, within 24 h
  std::array<float, kContentDims> direction{};     // unit mean of the last five plays' content; zero without plays
  CreatorPlays creators;
};
HistorySummary summarise_history(const Request& request, const OnlineFeatures& user, Catalog catalog);

// Inner product of two content vectors, in eight lanes.
inline float content_product(const float* a, const float* b) {
  static_assert(kContentDims == 16);
  std::array<float, 8> lane;
  for (std::size_t d = 0; d < 8; ++d) lane[d] = a[d] * b[d] + a[d + 8] * b[d + 8];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

// What a feature may read. Which members are set depends on the feature's group; "shared" are User, History and Context.
struct FeatureInput {
  const ItemCounters* total = nullptr;      // over all items: always
  const ItemWeek* total_week = nullptr;     // over all items: always
  const Request* request = nullptr;         // all but Item and Creator
  const OnlineFeatures* user = nullptr;     // all but Item and Creator
  const UserWeek* user_week = nullptr;      // all but Item and Creator
  const HistorySummary* history = nullptr;  // all but Item and Creator
  CategoryId category;                      // Item, Category, UserItem, Cross
  const ItemFacts* item = nullptr;          // Item, UserItem, Cross
  const ItemCounters* counters = nullptr;   // Item; Creator: the sum over the creator's items
  const ItemCounters* others = nullptr;     // the creator's other items, where an item's rates start from theirs: Item
  const ItemWeek* item_week = nullptr;      // Item
  float typical = 0;                        // cosine of the item's content and its category's mean: Item
  const float* item_row = nullptr;          // the item's own features, in order of the registry: Cross
  const float* category_row = nullptr;      // the category's: Cross
  float content = 0, recent_content = 0;    // cosines with the profile and with the last five plays: UserItem, Cross
  Affinities affinities{};                  // inner products of the retrieval models: UserItem
};

struct Feature {
  std::string_view name;
  FeatureGroup group;
  Freshness freshness;
  FeatureOwner owner;
  float initial;  // of a user or an item of which nothing is known, on a platform that knows nothing
  std::string_view doc;
  float (*compute)(const FeatureInput&);
};

std::span<const Feature> feature_registry();  // in row order, by group
int feature_count();
int shared_feature_count();                    // leading columns that are the same for all items of a request
std::span<const std::size_t> batch_columns();  // of the warehouse's features

// The batch features of an item for a user as `week` gives them, in the order of batch_columns().
void recompute_batch(const WeekSnapshot& week, UserId user, const ItemFacts& item, float* out);

// What the items' part of a row is published from.
struct ItemFeatureInput {
  SimTime now;
  Catalog catalog;
  const ItemStats& stats;
  const WeekSnapshot& week;
  bool creator_prior = false;  // rates of an item of which little is known start from those of its creator's other items
  bool creator_record = true;  // else the creator's features are those of one of whom nothing is known
};

// The items' and creators' parts of every row, published once an epoch for the items that changed.
class ItemFeatureTable {
 public:
  void publish(const ItemFeatureInput& in, std::span<const Interaction> changed, bool all);
  const float* row(ItemId item) const { return values_.data() + item.index() * width_; }
  const float* creator(CreatorId creator) const { return creators_.data() + creator.index() * creator_width_; }
  std::size_t items() const { return width_ ? values_.size() / width_ : 0; }
  SimTime published() const { return published_; }
  void visit_state(State& s) {
    s(width_);
    s(creator_width_);
    s(values_);
    s(creators_);
    s(centres_);
    s(published_);
  }

 private:
  std::uint64_t width_ = 0, creator_width_ = 0;
  HugeVector<float> values_;
  HugeVector<float> creators_;
  std::array<std::array<float, kContentDims>, kFeatureCategories> centres_{};  // unit mean content of each category
  SimTime published_;
};

// The newest table and the one before it, so that a server which lost the store can go on for a while from its cache.
struct CacheParams {
  double cache_minutes = 5, item_minutes = 0;
  std::string item_prior = "platform";
  void describe(Describe& d) {
    d.number("item_minutes", item_minutes, {0, 10080}, "min",
             "How often the items' features are renewed, and with the nightly training; 0 = at the end of every epoch. An "
             "upload has its own from the next epoch on.");
    d.number("cache_minutes", cache_minutes, {0, 1440}, "min",
             "How long a server trusts features that it read before the store was lost.");
    d.text("item_prior", item_prior, {"platform", "creator", "platform_alone"},
           "What the rates of an item of which little is known are shrunk towards: the platform's, or those of its creator's "
           "other items as of the item's upload, last impression or last night. platform_alone: the platform's, and the ranker "
           "is told nothing of creators (creator.* keep their defaults).");
  }
};
class ItemFeatureCache {
 public:
  explicit ItemFeatureCache(const CacheParams& params)
      : keep_(from_seconds(params.cache_minutes * 60)),
        renew_(from_seconds(params.item_minutes * 60)),
        creator_prior_(params.item_prior == "creator"),
        creator_record_(params.item_prior != "platform_alone") {}
  // With the prior and the record of its own parameters, whatever `in` says of it.
  void publish(ItemFeatureInput in, std::span<const Interaction> changed, bool all);
  const ItemFeatureTable& current() const { return current_; }
  // What a server last read when the store has been out of reach since `lost`; nullptr when that is too old to be trusted, or
  // older than the table before the newest.
  const ItemFeatureTable* cached(SimTime now, SimTime lost) const;
  void visit_state(State& s) {
    s(current_);
    s(previous_);
    s(renewed_);
  }

 private:
  Duration keep_, renew_;
  bool creator_prior_, creator_record_;
  SimTime renewed_;
  ItemFeatureTable current_, previous_;
};

// Writes the rows of one request. Requires: what it is given outlives it.
class RowWriter {
 public:
  RowWriter(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemStats& stats,
            const WeekSnapshot& week, const ItemFeatureTable& table);
  // feature_count() floats.
  void write(ItemId item, const Affinities& affinities, float* out);
  // Asks the memory for what later writes of these items read. Call it some rows ahead, with the last argument further ahead.
  void prefetch(ItemId near, ItemId far) const {
    __builtin_prefetch(table_.creator(catalog_[near.index()].creator));
    const ItemFacts& facts = catalog_[far.index()];
    __builtin_prefetch(&facts);
    __builtin_prefetch(&facts.content.back());
    __builtin_prefetch(table_.row(far));
  }

 private:
  FeatureInput input_;
  Catalog catalog_;
  const ItemFeatureTable& table_;
  HistorySummary history_;
  std::vector<float> shared_, by_category_;
  std::array<bool, kFeatureCategories> known_{};
};

}  // namespace feedloop
