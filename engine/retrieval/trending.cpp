#include "engine/retrieval/trending.hpp"

#include <cmath>

namespace feedloop {

void Trending::observe(std::span<const Interaction> batch, Catalog catalog) {
  if (clicks_.size() < catalog.size()) clicks_.resize(catalog.size());
  for (const Interaction& page : batch)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked) clicks_[page.slate.slots[k].item.index()] += 1;
}

void Trending::publish(const PublishInput& in) {
  if ((in.now - published_).minutes() < params_.publish_minutes) return;
  const auto keep = static_cast<float>(std::exp2(-(in.now - published_).hours() / params_.half_life_hours));
  published_ = in.now;
  list_.clear();
  for (std::size_t i = 0; i < clicks_.size(); ++i) {
    clicks_[i] *= keep;
    if (clicks_[i] > 1e-3f) list_.push_back({ItemId{i}, clicks_[i]});
  }
  keep_top_k(list_, static_cast<std::size_t>(params_.depth));
}

void Trending::nominate(const RetrievalQuery&, std::size_t k, std::vector<Scored>& out) const {
  out.insert(out.end(), list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(std::min(k, list_.size())));
}

}  // namespace feedloop
