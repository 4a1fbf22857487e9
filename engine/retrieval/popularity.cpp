#include "engine/retrieval/popularity.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"

namespace feedloop {

void Popularity::publish(const PublishInput& in) {
  if (!list_.empty() && (in.now - published_).minutes() < params_.publish_minutes) return;
  published_ = in.now;
  seed_ = in.seed;
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

void Popularity::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  if (params_.take == "sample") return draw(query.request.id, k, out);
  out.insert(out.end(), list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(std::min(k, list_.size())));
}

void Popularity::draw(RequestId request, std::size_t k, std::vector<Scored>& out) const {
  // What nobody clicked has a score of zero at most and stands last; it has no weight, and fills up in the list's order.
  const auto unknown = std::find_if(list_.begin(), list_.end(), [](const Scored& s) { return s.score <= 0; });
  double mean = 0;
  for (auto at = list_.begin(); at != unknown; ++at) mean += static_cast<double>(at->score);
  mean /= static_cast<double>(std::max<std::ptrdiff_t>(unknown - list_.begin(), 1));
  const double threshold = params_.discount_above * mean;
  std::vector<Scored> drawn;
  for (auto at = list_.begin(); at != unknown; ++at) {
    const auto score = static_cast<double>(at->score);
    const double weight = score > threshold ? threshold * std::pow(score / threshold, 1 - params_.discount) : score;
    Rng luck = stream(seed_, Stream::Nomination, request_key(request, at->item.value));
    drawn.push_back({at->item, static_cast<float>(std::log(luck.uniform_open()) / weight)});
  }
  keep_top_k(drawn, k);
  out.insert(out.end(), drawn.begin(), drawn.end());
  out.insert(out.end(), unknown,
             unknown + std::min(std::ssize(list_) - (unknown - list_.begin()), static_cast<std::ptrdiff_t>(k - drawn.size())));
}

}  // namespace feedloop
