#include "engine/training_log.hpp"

#include <algorithm>

#include "base/distributions.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

void TrainingLog::append(std::span<const Interaction> batch, Catalog catalog, const Rewrite& rewrite) {
  for (const Interaction& page : batch) {
    users_ = std::max<std::uint64_t>(users_, page.request.user.index() + 1);
    if (page.width > 0) width_ = page.width;
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      const SlotOutcome& o = page.outcome.slots[k];
      const float value = play_value(o, catalog[item.index()].duration_s);
      if (value > 0) plays_.push_back({page.request.user, item, value, 0, page.request.time});
      if (page.width <= 0) continue;
      float weight = 1;
      if (!o.clicked) {
        Rng rng = stream(seed_, Stream::Training, request_key(page.request.id, item.value));
        if (!bernoulli(rng, params_.negative_rate)) continue;
        weight = static_cast<float>(1.0 / params_.negative_rate);
      }
      if (params_.propensity_clip > 0)
        weight *= std::min(1.0f / page.slate.slots[k].propensity, static_cast<float>(params_.propensity_clip));
      rows_.push_back({page.request.time, weight, static_cast<std::uint32_t>(k + 1), head_labels(o), 0});
      const auto first = page.features.begin() + static_cast<std::ptrdiff_t>(k) * page.width;
      features_.insert(features_.end(), first, first + page.width);
      if (rewrite) rewrite(page, item, std::span(features_).last(static_cast<std::size_t>(page.width)));
    }
  }
}

void TrainingLog::expire(SimTime now) {
  const SimTime oldest_play = now - from_seconds(params_.history_days * 86400);
  std::erase_if(plays_, [&](const Play& p) { return p.time < oldest_play; });
  const SimTime oldest_row = now - from_seconds(params_.ranker_days * 86400);
  // Pages are appended when they are over, so rows are nearly, not exactly, in order of time.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].time < oldest_row) continue;
    if (kept != i) {
      rows_[kept] = rows_[i];
      std::copy_n(features_.begin() + static_cast<std::ptrdiff_t>(i) * width_, width_,
                  features_.begin() + static_cast<std::ptrdiff_t>(kept) * width_);
    }
    ++kept;
  }
  rows_.resize(kept);
  features_.resize(kept * static_cast<std::size_t>(width_));
}

}  // namespace feedloop
