#include "engine/features.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace feedloop {
namespace {

// Rates are shrunk towards a prior with a weight in pseudo-counts: few observations must not shout.
float shrunk(float hits, float trials, float prior, float weight) { return (hits + prior * weight) / (trials + weight); }
float log_odds(float p) {
  const float q = std::clamp(p, 1e-4f, 1 - 1e-4f);
  return std::log(q / (1 - q));
}
float rate(float hits, float trials) { return trials > 0 ? hits / trials : 0.0f; }

float base_ctr(const FeatureInput& x) { return shrunk(x.total->clicks, x.total->impressions, 0.05f, 100); }
float per_click(float sum, const FeatureInput& x, float prior) { return shrunk(sum, x.total->clicks, prior, 100); }

float u_ctr(const FeatureInput& x) { return log_odds(shrunk(x.user->clicks, x.user->impressions, base_ctr(x), 40)); }
float u_completion(const FeatureInput& x) { return shrunk(x.user->completions, x.user->clicks, 0.3f, 5); }
float u_skip(const FeatureInput& x) { return shrunk(x.user->skips, x.user->clicks, 0.1f, 5); }
float u_log_clicks(const FeatureInput& x) { return std::log1p(x.user->clicks) / 4; }
float u_log_watch(const FeatureInput& x) { return std::log1p(x.user->watched_min) / 5; }
float u_new(const FeatureInput& x) { return x.user->total_clicks < 5 ? 1.0f : 0.0f; }

float c_mobile(const FeatureInput& x) { return x.request->device == 0; }
float c_tv(const FeatureInput& x) { return x.request->device == 2; }
float c_page(const FeatureInput& x) { return std::log1p(static_cast<float>(x.request->page)); }
float c_evening(const FeatureInput& x) {
  const double h = local_hour(x.request->time, x.request->utc_offset_h);
  return static_cast<float>(std::cos(2 * std::numbers::pi * (h - 21) / 24));
}
float c_weekend(const FeatureInput& x) { return weekday(local_day(x.request->time, x.request->utc_offset_h)) >= 5; }

float i_ctr(const FeatureInput& x) { return log_odds(shrunk(x.counters->clicks, x.counters->impressions, base_ctr(x), 60)); }
float i_completion(const FeatureInput& x) {
  return shrunk(x.counters->completions, x.counters->clicks, per_click(x.total->completions, x, 0.3f), 10);
}
float i_like(const FeatureInput& x) {
  return 10 * shrunk(x.counters->likes, x.counters->clicks, per_click(x.total->likes, x, 0.05f), 20);
}
float i_skip(const FeatureInput& x) {
  return shrunk(x.counters->skips, x.counters->clicks, per_click(x.total->skips, x, 0.1f), 10);
}
float i_value(const FeatureInput& x) {
  return shrunk(x.counters->value, x.counters->clicks, per_click(x.total->value, x, 0.5f), 10);
}
float i_log_impressions(const FeatureInput& x) { return std::log1p(x.counters->impressions) / 8; }
float i_log_duration(const FeatureInput& x) { return std::log(std::max(x.item->duration_s, 1.0f) / 300.0f); }

float x_log_age(const FeatureInput& x) {
  return std::log1p(static_cast<float>(std::max(0.0, (x.request->time - x.item->uploaded).days()))) / 4;
}
float x_category_share(const FeatureInput& x) { return rate(x.user->category_clicks[x.category.index()], x.user->clicks + 2); }
float x_category_ctr(const FeatureInput& x) {
  const auto c = x.category.index();
  const float own = shrunk(x.user->clicks, x.user->impressions, base_ctr(x), 40);
  return log_odds(shrunk(x.user->category_clicks[c], x.user->category_impressions[c], own, 15)) - log_odds(own);
}
float x_content(const FeatureInput& x) {
  if (x.profile_norm <= 0) return 0;
  float dot = 0;
  for (std::size_t d = 0; d < kContentDims; ++d) dot += x.user->profile[d] * x.item->content[d];
  return dot / x.profile_norm;
}
float x_content_known(const FeatureInput& x) { return x_content(x) * std::min(1.0f, x.profile_norm / 5); }
float x_factorisation(const FeatureInput& x) { return x.affinities[static_cast<std::size_t>(Affinity::Factorisation)]; }
float x_towers(const FeatureInput& x) { return x.affinities[static_cast<std::size_t>(Affinity::Towers)]; }
float x_recent_category(const FeatureInput& x) { return std::log1p(x.recent_plays); }
float x_clickbait_taste(const FeatureInput& x) { return u_skip(x) * i_skip(x); }

constexpr std::array<Feature, 27> kFeatures{{
    {"user.ctr", FeatureGroup::User, Freshness::Own, "Log-odds of the user's click rate, shrunk.", u_ctr},
    {"user.completion", FeatureGroup::User, Freshness::Own, "Share of the user's plays that were completed.", u_completion},
    {"user.skip", FeatureGroup::User, Freshness::Own, "Share of the user's plays that were skipped early.", u_skip},
    {"user.log_clicks", FeatureGroup::User, Freshness::Own, "Log of the user's decayed clicks.", u_log_clicks},
    {"user.log_watch", FeatureGroup::User, Freshness::Own, "Log of the user's decayed minutes watched.", u_log_watch},
    {"user.new", FeatureGroup::User, Freshness::Own, "1 below five clicks in all.", u_new},
    {"context.mobile", FeatureGroup::Context, Freshness::Request, "1 on a phone.", c_mobile},
    {"context.tv", FeatureGroup::Context, Freshness::Request, "1 on a TV.", c_tv},
    {"context.page", FeatureGroup::Context, Freshness::Request, "Log of the page within the visit.", c_page},
    {"context.evening", FeatureGroup::Context, Freshness::Request, "Cosine of the local hour around 21:00.", c_evening},
    {"context.weekend", FeatureGroup::Context, Freshness::Request, "1 on Saturday and Sunday, local.", c_weekend},
    {"item.ctr", FeatureGroup::Item, Freshness::Epoch, "Log-odds of the item's click rate, shrunk.", i_ctr},
    {"item.completion", FeatureGroup::Item, Freshness::Epoch, "Completions per click, shrunk.", i_completion},
    {"item.like", FeatureGroup::Item, Freshness::Epoch, "Likes per click, shrunk, times ten.", i_like},
    {"item.skip", FeatureGroup::Item, Freshness::Epoch, "Early skips per click, shrunk.", i_skip},
    {"item.value", FeatureGroup::Item, Freshness::Epoch, "Mean play value per click, shrunk.", i_value},
    {"item.log_impressions", FeatureGroup::Item, Freshness::Epoch, "Log of the item's decayed impressions.", i_log_impressions},
    {"item.log_duration", FeatureGroup::Item, Freshness::Upload, "Log of duration over five minutes.", i_log_duration},
    {"category.share", FeatureGroup::Category, Freshness::Own, "Share of the user's clicks in the item's category.",
     x_category_share},
    {"category.ctr", FeatureGroup::Category, Freshness::Own,
     "The user's log-odds of clicking this category, over their own mean.", x_category_ctr},
    {"category.recent", FeatureGroup::Category, Freshness::Own,
     "Log of plays of this category among the last ten, within a day.", x_recent_category},
    {"cross.log_age", FeatureGroup::Cross, Freshness::Request, "Log of the item's age in days.", x_log_age},
    {"cross.content", FeatureGroup::Cross, Freshness::Own, "Cosine of content and the user's profile.", x_content},
    {"cross.content_known", FeatureGroup::Cross, Freshness::Own, "The same, times how much of a profile there is.",
     x_content_known},
    {"cross.factorisation", FeatureGroup::Cross, Freshness::Nightly, "Matrix factorisation's inner product.", x_factorisation},
    {"cross.towers", FeatureGroup::Cross, Freshness::Nightly, "The two towers' inner product.", x_towers},
    {"cross.skip", FeatureGroup::Cross, Freshness::Own, "User's times item's skip rate.", x_clickbait_taste},
}};

constexpr std::size_t count(FeatureGroup group) {
  std::size_t n = 0;
  for (const auto& f : kFeatures) n += f.group == group;
  return n;
}
constexpr std::size_t kShared = count(FeatureGroup::User) + count(FeatureGroup::Context);
constexpr std::size_t kItem = count(FeatureGroup::Item);
constexpr std::size_t kCategory = count(FeatureGroup::Category);
static_assert(std::is_sorted(kFeatures.begin(), kFeatures.end(),
                             [](const Feature& a, const Feature& b) { return a.group < b.group; }));

}  // namespace

std::span<const Feature> feature_registry() { return kFeatures; }
int feature_count() { return static_cast<int>(kFeatures.size()); }
int shared_feature_count() { return static_cast<int>(kShared); }

void ItemFeatureTable::publish(Catalog catalog, const ItemStats& stats, std::span<const Interaction> changed, bool all) {
  width_ = kItem;
  const std::size_t known = values_.size() / width_;
  values_.resize(catalog.size() * width_);
  const auto update = [&](std::size_t i) {
    FeatureInput in;
    in.total = &stats.total();
    in.item = &catalog[i];
    in.category = catalog[i].category;
    in.counters = &stats.at(ItemId{i});
    for (std::size_t f = 0; f < kItem; ++f) values_[i * width_ + f] = kFeatures[kShared + f].compute(in);
  };
  for (std::size_t i = all ? 0 : known; i < catalog.size(); ++i) update(i);
  if (all) return;
  for (const Interaction& page : changed)
    for (const Slot& slot : page.slate.slots) update(slot.item.index());
}

RowWriter::RowWriter(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemStats& stats,
                     const ItemFeatureTable& table)
    : catalog_(catalog), stats_(stats), table_(table), shared_(kShared), by_category_(kFeatureCategories * kCategory) {
  input_.total = &stats.total();
  input_.request = &request;
  input_.user = &user;
  float norm = 0;
  for (const float x : user.profile) norm += x * x;
  input_.profile_norm = std::sqrt(norm);
  for (int i = 0; i < std::min(user.history_size(), 10); ++i) {
    const HistoryEntry& h = user.recent(i);
    if ((request.time - h.time).hours() < 24) recent_[catalog[h.item.index()].category.index()] += 1;
  }
  for (std::size_t f = 0; f < kShared; ++f) shared_[f] = kFeatures[f].compute(input_);
}

void RowWriter::write(ItemId item, const Affinities& affinities, float* out) {
  FEEDLOOP_CHECK(item.index() < table_.items(), "an item is served whose features were never published");
  input_.item = &catalog_[item.index()];
  input_.category = input_.item->category;
  input_.counters = &stats_.at(item);
  input_.affinities = affinities;
  const std::size_t c = input_.category.index();
  float* category = by_category_.data() + c * kCategory;
  if (!known_[c]) {
    known_[c] = true;
    input_.recent_plays = recent_[c];
    for (std::size_t f = 0; f < kCategory; ++f) category[f] = kFeatures[kShared + kItem + f].compute(input_);
  }
  out = std::copy(shared_.begin(), shared_.end(), out);
  out = std::copy_n(table_.row(item), kItem, out);
  out = std::copy_n(category, kCategory, out);
  for (std::size_t f = kShared + kItem + kCategory; f < kFeatures.size(); ++f) *out++ = kFeatures[f].compute(input_);
}

}  // namespace feedloop
