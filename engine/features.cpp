#include "engine/features.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

#include "base/check.hpp"

namespace feedloop {
namespace {

using In = const FeatureInput&;

// Rates are shrunk towards a prior with a weight in pseudo-counts: few observations must not shout.
float shrunk(float hits, float trials, float prior, float weight) { return (hits + prior * weight) / (trials + weight); }
float log_odds(float p) {
  const float q = std::clamp(p, 1e-4f, 1 - 1e-4f);
  return std::log(q / (1 - q));
}
float rate(float hits, float trials) { return trials > 0 ? hits / trials : 0.0f; }
float real(std::uint32_t n) { return static_cast<float>(n); }
float log_minutes(float duration_s) { return std::log(std::max(duration_s, 1.0f) / 300.0f); }

float base_ctr(In x) { return shrunk(x.total->clicks, x.total->impressions, 0.05f, 100); }
float week_ctr(In x) { return shrunk(real(x.total_week->clicks), real(x.total_week->impressions), 0.05f, 100); }
float per_click(float sum, In x, float prior) { return shrunk(sum, x.total->clicks, prior, 100); }

float u_ctr(In x) { return log_odds(shrunk(x.user->clicks, x.user->impressions, base_ctr(x), 40)); }
float u_completion(In x) { return shrunk(x.user->completions, x.user->clicks, 0.3f, 5); }
float u_skip(In x) { return shrunk(x.user->skips, x.user->clicks, 0.1f, 5); }
float u_log_clicks(In x) { return std::log1p(x.user->clicks) / 4; }
float u_log_watch(In x) { return std::log1p(x.user->watched_min) / 5; }
float u_log_sessions(In x) { return std::log1p(static_cast<float>(x.user->sessions)) / 4; }
float u_new(In x) { return x.user->total_clicks < 5 ? 1.0f : 0.0f; }
float u_watch_7d(In x) { return std::log1p(real(x.user_week->watched_s) / 60) / 5; }
float u_ctr_7d(In x) { return log_odds(shrunk(real(x.user_week->clicks), real(x.user_week->impressions), week_ctr(x), 40)); }
float u_active_days_7d(In x) { return real(x.user_week->active_days) / kWindowDays; }

// Of the decayed clicks: 1 when they spread evenly over all categories, 0 when they are in one.
float h_entropy(In x) {
  float sum = 0, weighted = 0;
  for (const float c : x.user->category_clicks)
    if (c > 0) {
      sum += c;
      weighted += c * std::log(c);
    }
  return sum > 0 ? std::max(0.0f, std::log(sum) - weighted / sum) / std::log(static_cast<float>(kFeatureCategories)) : 0.0f;
}
float h_value(In x) { return x.history->mean_value; }
float h_duration(In x) { return x.history->log_duration; }
float h_today(In x) { return std::log1p(x.history->plays_today) / 3; }
float h_same_hours(In x) { return x.history->same_hours; }
float h_focus(In x) { return x.history->profile_norm / (x.user->clicks + 2); }
// A month and more is as good as never.
float log_elapsed(SimTime from, SimTime to) {
  constexpr double kMonthHours = 720;
  return static_cast<float>(std::log1p(std::clamp((to - from).hours(), 0.0, kMonthHours)) / std::log1p(kMonthHours));
}
float h_since_play(In x) { return x.user->history_size() > 0 ? log_elapsed(x.user->recent(0).time, x.request->time) : 1.0f; }
float h_since_visit(In x) { return x.user->sessions > 0 ? log_elapsed(x.user->last_request, x.request->time) : 1.0f; }

float c_mobile(In x) { return x.request->device == 0; }
float c_tv(In x) { return x.request->device == 2; }
float c_page(In x) { return std::log1p(static_cast<float>(x.request->page)); }
float c_evening(In x) {
  const double h = local_hour(x.request->time, x.request->utc_offset_h);
  return static_cast<float>(std::cos(2 * std::numbers::pi * (h - 21) / 24));
}
float c_weekend(In x) { return weekday(local_day(x.request->time, x.request->utc_offset_h)) >= 5; }

// What an item's rates are shrunk towards: the platform's, or its creator's as creator.ctr and creator.value would be without
// it.
float prior_ctr(In x) { return x.others ? shrunk(x.others->clicks, x.others->impressions, base_ctr(x), 200) : base_ctr(x); }
float prior_per_click(float ItemCounters::*sum, In x, float prior) {
  const float platform = per_click(x.total->*sum, x, prior);
  return x.others ? shrunk(x.others->*sum, x.others->clicks, platform, 20) : platform;
}
float i_ctr(In x) { return log_odds(shrunk(x.counters->clicks, x.counters->impressions, prior_ctr(x), 60)); }
float i_completion(In x) {
  return shrunk(x.counters->completions, x.counters->clicks, prior_per_click(&ItemCounters::completions, x, 0.3f), 10);
}
float i_like(In x) {
  return 10 * shrunk(x.counters->likes, x.counters->clicks, prior_per_click(&ItemCounters::likes, x, 0.05f), 20);
}
float i_skip(In x) { return shrunk(x.counters->skips, x.counters->clicks, prior_per_click(&ItemCounters::skips, x, 0.1f), 10); }
float i_value(In x) {
  return shrunk(x.counters->value, x.counters->clicks, prior_per_click(&ItemCounters::value, x, 0.5f), 10);
}
float i_log_impressions(In x) { return std::log1p(x.counters->impressions) / 8; }
float i_ctr_7d(In x) { return log_odds(shrunk(real(x.item_week->clicks), real(x.item_week->impressions), week_ctr(x), 60)); }
float i_clicks_7d(In x) { return std::log1p(real(x.item_week->clicks)) / 6; }
float i_completion_7d(In x) {
  const float prior = shrunk(real(x.total_week->completions), real(x.total_week->clicks), 0.3f, 100);
  return shrunk(real(x.item_week->completions), real(x.item_week->clicks), prior, 10);
}
float i_log_duration(In x) { return log_minutes(x.item->duration_s); }
float i_typical(In x) { return x.typical; }
float i_series(In x) { return x.item->series > 0; }

float m_ctr(In x) { return log_odds(shrunk(x.counters->clicks, x.counters->impressions, base_ctr(x), 200)); }
float m_value(In x) { return shrunk(x.counters->value, x.counters->clicks, per_click(x.total->value, x, 0.5f), 20); }
float m_log_clicks(In x) { return std::log1p(x.counters->clicks) / 6; }

float g_share(In x) { return rate(x.user->category_clicks[x.category.index()], x.user->clicks + 2); }
float g_ctr(In x) {
  const auto c = x.category.index();
  const float own = shrunk(x.user->clicks, x.user->impressions, base_ctr(x), 40);
  return log_odds(shrunk(x.user->category_clicks[c], x.user->category_impressions[c], own, 15)) - log_odds(own);
}
float g_recent(In x) { return std::log1p(x.history->recent[x.category.index()]); }
float g_clicks_7d(In x) { return std::log1p(real(x.user_week->category_clicks[x.category.index()])) / 2; }

float p_content(In x) { return x.content; }
float p_content_known(In x) { return x.content * std::min(1.0f, x.history->profile_norm / 5); }
float p_content_recent(In x) { return x.recent_content; }
float p_factorisation(In x) { return x.affinities[static_cast<std::size_t>(Affinity::Factorisation)]; }
float p_towers(In x) { return x.affinities[static_cast<std::size_t>(Affinity::Towers)]; }
float p_creator(In x) { return std::min(real(x.history->creators.plays(x.item->creator)), 5.0f) / 5; }

float x_log_age(In x) {
  // Not log1p, which takes five times as long: this is computed for every candidate.
  return std::log(1.0f + std::max(0.0f, static_cast<float>((x.request->time - x.item->uploaded).days()))) / 4;
}

float x_skip(In x);
float x_duration(In x);
float x_taste_quality(In x);

constexpr std::array kFeatures = [] {
  using enum FeatureGroup;
  using enum Freshness;
  using enum FeatureOwner;
  constexpr float kBaseLogOdds = -2.9444390f;  // of a click rate of 0.05
  return std::array{
      Feature{"user.ctr", User, Own, Profile, kBaseLogOdds, "Log-odds of the user's click rate, shrunk.", u_ctr},
      Feature{"user.completion", User, Own, Profile, 0.3f, "Share of the user's plays that were completed, shrunk.",
              u_completion},
      Feature{"user.skip", User, Own, Profile, 0.1f, "Share of the user's plays that were skipped early, shrunk.", u_skip},
      Feature{"user.log_clicks", User, Own, Profile, 0, "Log of the user's decayed clicks.", u_log_clicks},
      Feature{"user.log_watch", User, Own, Profile, 0, "Log of the user's decayed minutes watched.", u_log_watch},
      Feature{"user.log_sessions", User, Own, Profile, 0, "Log of the user's visits so far.", u_log_sessions},
      Feature{"user.new", User, Own, Profile, 1, "1 below five clicks in all.", u_new},
      Feature{"user.watch_7d", User, Nightly, Warehouse, 0, "Log of the minutes watched in the last seven days.", u_watch_7d},
      Feature{"user.ctr_7d", User, Nightly, Warehouse, kBaseLogOdds,
              "Log-odds of the user's click rate of the last seven days, shrunk.", u_ctr_7d},
      Feature{"user.active_days_7d", User, Nightly, Warehouse, 0, "Share of the last seven days with a page.",
              u_active_days_7d},
      Feature{"history.entropy", History, Own, Profile, 0, "Entropy of the user's clicks over categories, 1 for even.",
              h_entropy},
      Feature{"history.value", History, Own, Session, 0.5f, "Mean play value of the last ten plays.", h_value},
      Feature{"history.duration", History, Own, Session, 0, "Mean log duration of the last ten plays, over five minutes.",
              h_duration},
      Feature{"history.today", History, Request, Session, 0, "Log of the plays within 24 h, among the last fifty.", h_today},
      Feature{"history.same_hours", History, Request, Session, 0.25f,
              "Share of the last fifty plays in this quarter of the local day, shrunk.", h_same_hours},
      Feature{"history.focus", History, Own, Profile, 0, "Length of the content profile per click: 0 for scattered tastes.",
              h_focus},
      Feature{"history.since_play", History, Request, Session, 1, "Log of the hours since the last play, 1 for a month.",
              h_since_play},
      Feature{"history.since_visit", History, Request, Session, 1, "Log of the hours since the last page, 1 for a month.",
              h_since_visit},
      Feature{"context.mobile", Context, Request, Session, 0, "1 on a phone.", c_mobile},
      Feature{"context.tv", Context, Request, Session, 0, "1 on a TV.", c_tv},
      Feature{"context.page", Context, Request, Session, 0, "Log of the page within the visit.", c_page},
      Feature{"context.evening", Context, Request, Session, 0, "Cosine of the local hour around 21:00.", c_evening},
      Feature{"context.weekend", Context, Request, Session, 0, "1 on Saturday and Sunday, local.", c_weekend},
      Feature{"item.ctr", Item, Epoch, Catalogue, kBaseLogOdds, "Log-odds of the item's click rate, shrunk.", i_ctr},
      Feature{"item.completion", Item, Epoch, Catalogue, 0.3f, "Completions per click, shrunk.", i_completion},
      Feature{"item.like", Item, Epoch, Catalogue, 0.5f, "Likes per click, shrunk, times ten.", i_like},
      Feature{"item.skip", Item, Epoch, Catalogue, 0.1f, "Early skips per click, shrunk.", i_skip},
      Feature{"item.value", Item, Epoch, Catalogue, 0.5f, "Mean play value per click, shrunk.", i_value},
      Feature{"item.log_impressions", Item, Epoch, Catalogue, 0, "Log of the item's decayed impressions.", i_log_impressions},
      Feature{"item.ctr_7d", Item, Nightly, Warehouse, kBaseLogOdds,
              "Log-odds of the item's click rate of the last seven days, shrunk.", i_ctr_7d},
      Feature{"item.clicks_7d", Item, Nightly, Warehouse, 0, "Log of the item's clicks of the last seven days.", i_clicks_7d},
      Feature{"item.completion_7d", Item, Nightly, Warehouse, 0.3f, "Completions per click of the last seven days, shrunk.",
              i_completion_7d},
      Feature{"item.log_duration", Item, Upload, Catalogue, 0, "Log of duration over five minutes.", i_log_duration},
      Feature{"item.typical", Item, Nightly, Catalogue, 0, "Cosine of the item's content and its category's mean.", i_typical},
      Feature{"item.series", Item, Upload, Catalogue, 0, "1 for an episode of a series.", i_series},
      Feature{"creator.ctr", Creator, Epoch, Catalogue, kBaseLogOdds, "Log-odds of the creator's click rate, shrunk.", m_ctr},
      Feature{"creator.value", Creator, Epoch, Catalogue, 0.5f, "Mean play value per click of the creator's items, shrunk.",
              m_value},
      Feature{"creator.log_clicks", Creator, Epoch, Catalogue, 0, "Log of the decayed clicks on the creator's items.",
              m_log_clicks},
      Feature{"category.share", Category, Own, Profile, 0, "Share of the user's clicks in the item's category.", g_share},
      Feature{"category.ctr", Category, Own, Profile, 0, "The user's log-odds of clicking this category, over their own mean.",
              g_ctr},
      Feature{"category.recent", Category, Request, Session, 0,
              "Log of plays of this category among the last ten, within a day.", g_recent},
      Feature{"category.clicks_7d", Category, Nightly, Warehouse, 0,
              "Log of the user's clicks in this category of the last seven days.", g_clicks_7d},
      Feature{"user_item.content", UserItem, Own, Profile, 0, "Cosine of content and the user's profile.", p_content},
      Feature{"user_item.content_known", UserItem, Own, Profile, 0, "The same, times how much of a profile there is.",
              p_content_known},
      Feature{"user_item.content_recent", UserItem, Own, Session, 0, "Cosine of content and the mean of the last five plays'.",
              p_content_recent},
      Feature{"user_item.factorisation", UserItem, Nightly, Retrieval, 0, "Matrix factorisation's inner product.",
              p_factorisation},
      Feature{"user_item.towers", UserItem, Nightly, Retrieval, 0, "The two towers' inner product.", p_towers},
      Feature{"user_item.creator", UserItem, Own, Session, 0, "Plays of the creator among the last fifty, up to five.",
              p_creator},
      Feature{"cross.log_age", Cross, Request, Catalogue, 0, "Log of the item's age in days.", x_log_age},
      Feature{"cross.skip", Cross, Own, Profile, 0.01f, "User's times item's skip rate.", x_skip},
      Feature{"cross.duration", Cross, Own, Session, 0, "Distance of log duration from the user's last ten plays'.",
              x_duration},
      Feature{"cross.taste_quality", Cross, Own, Profile, 0, "Share of clicks in the category times the item's play value.",
              x_taste_quality},
  };
}();

constexpr std::size_t count(FeatureGroup group) {
  std::size_t n = 0;
  for (const auto& f : kFeatures) n += f.group == group;
  return n;
}
constexpr std::size_t kShared = count(FeatureGroup::User) + count(FeatureGroup::History) + count(FeatureGroup::Context);
constexpr std::size_t kItem = count(FeatureGroup::Item);
constexpr std::size_t kCreator = count(FeatureGroup::Creator);
constexpr std::size_t kCategory = count(FeatureGroup::Category);
constexpr std::size_t kFirstCategory = kShared + kItem + kCreator;
constexpr std::size_t kFirstPair = kFirstCategory + kCategory;
static_assert(std::is_sorted(kFeatures.begin(), kFeatures.end(),
                             [](const Feature& a, const Feature& b) { return a.group < b.group; }));

// Place of a feature within its group's part of the row.
consteval std::size_t column(FeatureGroup group, float (*compute)(In)) {
  std::size_t at = 0;
  for (const Feature& f : kFeatures)
    if (f.group == group) {
      if (f.compute == compute) return at;
      ++at;
    }
  throw "no such feature in this group";
}

float x_skip(In x) { return u_skip(x) * x.item_row[column(FeatureGroup::Item, i_skip)]; }
float x_duration(In x) {
  return x.user->history_size() > 0
             ? std::fabs(x.item_row[column(FeatureGroup::Item, i_log_duration)] - x.history->log_duration)
             : 0.0f;
}
float x_taste_quality(In x) {
  return x.category_row[column(FeatureGroup::Category, g_share)] * x.item_row[column(FeatureGroup::Item, i_value)];
}

constexpr std::size_t kBatch = [] {
  std::size_t n = 0;
  for (const auto& f : kFeatures) n += f.owner == FeatureOwner::Warehouse;
  return n;
}();
constexpr std::array<std::size_t, kBatch> kBatchColumns = [] {
  std::array<std::size_t, kBatch> columns{};
  std::size_t n = 0;
  for (std::size_t f = 0; f < kFeatures.size(); ++f)
    if (kFeatures[f].owner == FeatureOwner::Warehouse) columns[n++] = f;
  return columns;
}();

// The features [first, first + n) with their definitions known when compiling, so that they are inlined.
template <std::size_t first, std::size_t... i>
void compute_all(In input, float* out, std::index_sequence<i...>) {
  ((out[i] = kFeatures[first + i].compute(input)), ...);
}
template <std::size_t first, std::size_t n>
void compute(In input, float* out) {
  compute_all<first>(input, out, std::make_index_sequence<n>{});
}

// Of sums that rounding may have carried past each other.
ItemCounters less(const ItemCounters& all, const ItemCounters& own) {
  const auto left = [](float a, float b) { return std::max(0.0f, a - b); };
  return {left(all.impressions, own.impressions),
          left(all.clicks, own.clicks),
          left(all.completions, own.completions),
          left(all.likes, own.likes),
          left(all.skips, own.skips),
          left(all.value, own.value)};
}

float unit_or_zero(std::array<float, kContentDims>& v) {
  const float norm = std::sqrt(content_product(v.data(), v.data()));
  if (norm > 0)
    for (float& x : v) x /= norm;
  return norm;
}

}  // namespace

std::span<const Feature> feature_registry() { return kFeatures; }
int feature_count() { return static_cast<int>(kFeatures.size()); }
int shared_feature_count() { return static_cast<int>(kShared); }
std::span<const std::size_t> batch_columns() { return kBatchColumns; }

HistorySummary summarise_history(const Request& request, const OnlineFeatures& user, Catalog catalog) {
  constexpr int kRecent = 10, kLast = 5;
  const auto quarter = [&](SimTime t) { return static_cast<int>(local_hour(t, request.utc_offset_h) / 6); };
  HistorySummary out;
  out.profile_norm = std::sqrt(content_product(user.profile.data(), user.profile.data()));
  const int n = user.history_size(), now = quarter(request.time);
  float value = 0, duration = 0, same = 0;
  for (int i = 0; i < n; ++i) {
    const HistoryEntry& h = user.recent(i);
    const ItemFacts& item = catalog[h.item.index()];
    const bool today = request.time - h.time < kDay;
    out.plays_today += today;
    same += quarter(h.time) == now;
    out.creators.add(item.creator);
    if (i < kRecent) {
      value += h.value;
      duration += log_minutes(item.duration_s);
      out.recent[item.category.index()] += today;
    }
    if (i < kLast)
      for (std::size_t d = 0; d < kContentDims; ++d) out.direction[d] += item.content[d];
  }
  out.same_hours = shrunk(same, static_cast<float>(n), 0.25f, 4);
  if (n > 0) {
    const auto recent = static_cast<float>(std::min(n, kRecent));
    out.mean_value = value / recent;
    out.log_duration = duration / recent;
    unit_or_zero(out.direction);
  }
  return out;
}

void recompute_batch(const WeekSnapshot& week, UserId user, const ItemFacts& item, float* out) {
  FeatureInput in;
  in.total_week = &week.total;
  in.user_week = &week.user(user);
  in.item_week = &week.item(item.id);
  in.category = item.category;
  for (const std::size_t f : kBatchColumns) *out++ = kFeatures[f].compute(in);
}

void ItemFeatureTable::publish(const ItemFeatureInput& in, std::span<const Interaction> changed, bool all) {
  width_ = (kItem + 15) / 16 * 16;  // a row begins at a cache line
  creator_width_ = kCreator;
  const std::size_t known = items();
  all |= known == 0;
  published_ = in.now;
  values_.resize(in.catalog.size() * width_);
  if (all) {
    centres_ = {};
    for (const ItemFacts& item : in.catalog)
      for (std::size_t d = 0; d < kContentDims; ++d) centres_[item.category.index()][d] += item.content[d];
    for (auto& centre : centres_) unit_or_zero(centre);
  }
  FeatureInput x;
  ItemCounters others;
  x.total = &in.stats.total();
  x.total_week = &in.week.total;
  const auto update = [&](const ItemFacts& item) {
    x.item = &item;
    x.category = item.category;
    x.counters = &in.stats.at(item.id);
    if (in.creator_prior) {
      others = less(in.stats.creator(item.creator), *x.counters);
      x.others = &others;
    }
    x.item_week = &in.week.item(item.id);
    x.typical = content_product(item.content.data(), centres_[item.category.index()].data());
    compute<kShared, kItem>(x, values_.data() + item.id.index() * width_);
    const std::size_t creator = item.creator.index();
    if (creators_.size() < (creator + 1) * creator_width_) creators_.resize((creator + 1) * creator_width_);
    float* of_creator = creators_.data() + creator * creator_width_;
    x.counters = &in.stats.creator(item.creator);
    if (in.creator_record)
      compute<kShared + kItem, kCreator>(x, of_creator);
    else
      for (std::size_t f = 0; f < kCreator; ++f) of_creator[f] = kFeatures[kShared + kItem + f].initial;
  };
  for (const ItemFacts& item : in.catalog.subspan(all ? 0 : known)) update(item);
  if (all) return;
  for (const Interaction& page : changed)
    for (const Slot& slot : page.slate.slots) update(in.catalog[slot.item.index()]);
}

void ItemFeatureCache::publish(ItemFeatureInput in, std::span<const Interaction> changed, bool all) {
  in.creator_prior = creator_prior_;
  in.creator_record = creator_record_;
  previous_ = current_;
  if (renew_.us == 0) return current_.publish(in, changed, all);
  all |= in.now - renewed_ >= renew_;
  if (all) renewed_ = in.now;
  current_.publish(in, {}, all);
}

const ItemFeatureTable* ItemFeatureCache::cached(SimTime now, SimTime lost) const {
  if (now - lost > keep_) return nullptr;
  if (lost >= current_.published()) return &current_;
  return lost >= previous_.published() && previous_.items() > 0 ? &previous_ : nullptr;
}

RowWriter::RowWriter(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemStats& stats,
                     const WeekSnapshot& week, const ItemFeatureTable& table)
    : catalog_(catalog),
      table_(table),
      history_(summarise_history(request, user, catalog)),
      shared_(kShared),
      by_category_(kFeatureCategories * kCategory) {
  input_.total = &stats.total();
  input_.total_week = &week.total;
  input_.request = &request;
  input_.user = &user;
  input_.user_week = &week.user(request.user);
  input_.history = &history_;
  compute<0, kShared>(input_, shared_.data());
}

void RowWriter::write(ItemId item, const Affinities& affinities, float* out) {
  FEEDLOOP_CHECK(item.index() < table_.items(), "an item is served whose features were never published");
  input_.item = &catalog_[item.index()];
  input_.category = input_.item->category;
  input_.affinities = affinities;
  const std::size_t c = input_.category.index();
  float* category = by_category_.data() + c * kCategory;
  if (!known_[c]) {
    known_[c] = true;
    compute<kFirstCategory, kCategory>(input_, category);
  }
  input_.item_row = table_.row(item);
  input_.category_row = category;
  const float* content = input_.item->content.data();
  input_.content =
      history_.profile_norm > 0 ? content_product(input_.user->profile.data(), content) / history_.profile_norm : 0.0f;
  input_.recent_content = content_product(history_.direction.data(), content);
  // memcpy: of a size known when compiling it is a few moves.
  std::memcpy(out, shared_.data(), kShared * sizeof(float));
  std::memcpy(out + kShared, input_.item_row, kItem * sizeof(float));
  std::memcpy(out + kShared + kItem, table_.creator(input_.item->creator), kCreator * sizeof(float));
  std::memcpy(out + kFirstCategory, category, kCategory * sizeof(float));
  compute<kFirstPair, kFeatures.size() - kFirstPair>(input_, out + kFirstPair);
}

}  // namespace feedloop
