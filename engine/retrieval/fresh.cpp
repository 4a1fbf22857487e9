#include "engine/retrieval/fresh.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace feedloop {

void Fresh::publish(const PublishInput& in) {
  if (params_.publish == "nightly" && !due_) return;
  due_ = false;
  pool_.clear();
  for (const ItemFacts& item : in.catalog) {
    const Duration age = in.now - item.uploaded;
    if (age.minutes() < params_.delay_minutes) continue;
    if (age.days() <= params_.max_age_days || static_cast<double>(in.stats.at(item.id).impressions) < params_.min_impressions)
      pool_.push_back(item.id);
  }
}

void Fresh::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  if (pool_.empty()) return;
  // A run of the pool that starts anywhere: each request tries another handful, and all of the pool gets its turn.
  const std::size_t n = std::min(k, pool_.size());
  const std::size_t start = Hasher().add(query.request.id.value).value() % pool_.size();
  for (std::size_t i = 0; i < n; ++i)
    out.push_back({pool_[(start + i) % pool_.size()], 1.0f - static_cast<float>(i) / static_cast<float>(n)});
}

}  // namespace feedloop
