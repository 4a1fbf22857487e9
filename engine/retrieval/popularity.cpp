#include "engine/retrieval/popularity.hpp"

#include "base/distributions.hpp"

namespace feedloop {

void Popularity::publish(const PublishInput& in) {
  if (!list_.empty() && (in.now - published_).minutes() < params_.publish_minutes) return;
  published_ = in.now;
  list_.clear();
  for (const ItemFacts& item : in.catalog) {
    const ItemCounters& c = in.stats.at(item.id);
    float score = params_.by == "clicks" ? c.clicks : c.value;
    // Before anyone clicked, an order by id would show the same few items to everyone: let chance order the unknown.
    if (score <= 0) {
      Rng rng =
          stream(in.seed, Stream::Training, entity_key(item.id.value, static_cast<std::uint64_t>(in.now.us / kMinute.us), 1));
      score = -static_cast<float>(rng.uniform());
    }
    list_.push_back({item.id, score});
  }
  keep_top_k(list_, static_cast<std::size_t>(params_.depth));
}

void Popularity::nominate(const RetrievalQuery&, std::size_t k, std::vector<Scored>& out) const {
  out.insert(out.end(), list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(std::min(k, list_.size())));
}

}  // namespace feedloop
