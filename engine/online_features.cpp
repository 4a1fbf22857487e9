#include "engine/online_features.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

float play_value(const SlotOutcome& o, float duration_s) {
  if (!o.clicked || o.skipped) return 0;
  if (o.liked || o.completed) return 1;
  return std::clamp(static_cast<float>(o.watched_ms) / (1000.0f * std::max(duration_s, 0.001f)), 0.0f, 1.0f);
}

double dismissals_kept(Duration elapsed) { return std::exp2(-std::max(0.0, elapsed.days()) / kDismissalHalfLifeDays); }

void observe_user(OnlineFeatures& user, const Interaction& page, Catalog catalog, std::size_t capacity, double dormant_days) {
  const double elapsed_days = (page.request.time - user.updated).days();
  if (elapsed_days > 0) {
    const auto keep = static_cast<float>(std::exp2(-elapsed_days / kUserHalfLifeDays));
    for (float* x : {&user.impressions, &user.clicks, &user.completions, &user.likes, &user.skips, &user.watched_min})
      *x *= keep;
    for (float& x : user.category_impressions) x *= keep;
    for (float& x : user.category_clicks) x *= keep;
    for (float& x : user.profile) x *= keep;
    const auto keep_dismissals = static_cast<float>(dismissals_kept(page.request.time - user.updated));
    for (float& x : user.category_dismissals) x *= keep_dismissals;
  }
  if ((page.request.time - user.last_request).days() >= dormant_days) user.clicks_at_return = user.total_clicks;
  user.updated = page.request.time;
  user.last_request = page.request.time;
  if (page.request.page == 0) {
    ++user.sessions;
    user.shown.clear();
  }
  if (page.request.searched > 0) {
    user.searched = page.request.searched;
    user.searched_at = page.request.time;
  }
  const auto remember = [&](ItemId item, float value) {
    // A content vector that is not of numbers would stay in the profile for good.
    const ItemFacts& facts = catalog[item.index()];
    for (std::size_t d = 0; d < kContentDims; ++d)
      if (std::isfinite(facts.content[d])) user.profile[d] += value * facts.content[d];
    const HistoryEntry play{item, value, page.request.time};
    if (std::vector<HistoryEntry>& ring = user.history; ring.size() == kHistory) {
      ring[static_cast<std::size_t>(user.total_clicks % kHistory)] = play;
    } else {
      if (ring.size() == ring.capacity()) ring.reserve(std::min<std::size_t>(kHistory, ring.size() + 8));
      ring.push_back(play);
    }
    ++user.total_clicks;
    user.consumed.push_back(item);
    if (user.consumed.size() > capacity)
      user.consumed.erase(user.consumed.begin(), user.consumed.end() - static_cast<std::ptrdiff_t>(capacity));
  };
  for (const DirectPlay& d : page.outcome.direct) remember(d.item, play_value(d.outcome, catalog[d.item.index()].duration_s));
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const ItemId item = page.slate.slots[k].item;
    const ItemFacts& facts = catalog[item.index()];
    const SlotOutcome& o = page.outcome.slots[k];
    user.shown.push_back(item);
    user.impressions += 1;
    user.category_impressions[facts.category.index()] += 1;
    if (o.dismissed) {
      user.category_dismissals.resize(kFeatureCategories);
      ++user.category_dismissals[facts.category.index()];
    }
    if (!o.clicked) continue;
    const float value = play_value(o, facts.duration_s);
    user.clicks += 1;
    user.completions += o.completed;
    user.likes += o.liked;
    user.skips += o.skipped;
    user.watched_min += static_cast<float>(o.watched_ms) / 60000.0f;
    user.category_clicks[facts.category.index()] += 1;
    remember(item, value);
  }
}

}  // namespace feedloop
