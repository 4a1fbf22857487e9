// The feature registry: one definition of each feature, for training and for serving. A row is the concatenation of the
// user's and context's features (computed once a request), the item's (once an epoch), the user's with each category (once a
// request and category), and the crosses of user and item.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "engine/item_stats.hpp"
#include "engine/online_features.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {

enum class FeatureGroup { User, Context, Item, Category, Cross };
enum class Freshness { Request, Own, Epoch, Nightly, Upload };  // how old a value may be when it is served

// What a feature may read. Which members are set depends on the feature's group.
struct FeatureInput {
  const ItemCounters* total = nullptr;     // over all items: always
  const Request* request = nullptr;        // all but Item
  const OnlineFeatures* user = nullptr;    // all but Item
  float profile_norm = 0;                  // length of the user's content profile: all but Item
  CategoryId category;                     // Item, Category, Cross
  float recent_plays = 0;                  // of the category, among the user's last ten within a day: Category
  const ItemFacts* item = nullptr;         // Item, Cross
  const ItemCounters* counters = nullptr;  // Item, Cross
  Affinities affinities{};                 // inner products of the retrieval models: Cross
};

struct Feature {
  std::string_view name;
  FeatureGroup group;
  Freshness freshness;
  std::string_view doc;
  float (*compute)(const FeatureInput&);
};

std::span<const Feature> feature_registry();  // in row order, by group
int feature_count();
int shared_feature_count();  // leading columns that are the same for all items of a request

// The items' part of every row, published once an epoch for the items that changed.
class ItemFeatureTable {
 public:
  void publish(Catalog catalog, const ItemStats& stats, std::span<const Interaction> changed, bool all);
  const float* row(ItemId item) const { return values_.data() + item.index() * width_; }
  std::size_t items() const { return width_ ? values_.size() / width_ : 0; }
  void visit_state(State& s) {
    s(width_);
    s(values_);
  }

 private:
  std::uint64_t width_ = 0;
  std::vector<float> values_;
};

// Writes the rows of one request.
class RowWriter {
 public:
  RowWriter(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemStats& stats,
            const ItemFeatureTable& table);
  // feature_count() floats.
  void write(ItemId item, const Affinities& affinities, float* out);

 private:
  FeatureInput input_;
  Catalog catalog_;
  const ItemStats& stats_;
  const ItemFeatureTable& table_;
  std::array<float, kFeatureCategories> recent_{};
  std::vector<float> shared_;
  std::vector<float> by_category_;
  std::array<bool, kFeatureCategories> known_{};
};

}  // namespace feedloop
