#include "engine/retrieval/content.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/retrieval/watched.hpp"

namespace feedloop {
namespace {

using Vector = Eigen::Matrix<float, kContentDims, 1>;
Eigen::Map<const Vector> content_of(const ItemFacts& item) { return Eigen::Map<const Vector>(item.content.data()); }

}  // namespace

void Content::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  const RecentlyWatched watched(query.user, params_.seeds, params_.recency);
  // The sum of cosines is the cosine with the sum: one product an item, however many plays speak.
  Vector taste = Vector::Zero();
  for (const Watched& w : watched)
    if (w.item.index() < query.catalog.size())
      if (const auto content = content_of(query.catalog[w.item.index()]); content.allFinite()) taste += w.weight * content;
  if (taste.isZero(0)) return;

  thread_local std::vector<Scored> found;  // a buffer, filled anew by every call
  found.clear();
  index_.search({taste.data(), kContentDims}, k + static_cast<std::size_t>(watched.end() - watched.begin()), found);
  std::erase_if(found, [&](const Scored& s) {
    return !(s.score > 0) || std::any_of(watched.begin(), watched.end(), [&](const Watched& w) { return w.item == s.item; });
  });
  out.insert(out.end(), found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(k, found.size())));
}

void Content::publish(const PublishInput& in) {
  if (in.catalog.size() <= index_.size()) return;
  if (index_.size() == 0) index_.build({}, kContentDims);
  std::vector<float> added;
  for (const ItemFacts& item : in.catalog.subspan(index_.size()))
    added.insert(added.end(), item.content.begin(), item.content.end());
  index_.add(added);
}

std::optional<ItemId> Content::seed(const RetrievalQuery& query, ItemId item) const {
  if (item.index() >= query.catalog.size()) return std::nullopt;
  return RecentlyWatched(query.user, params_.seeds, params_.recency).loudest([&](ItemId watched) {
    if (watched.index() >= query.catalog.size()) return 0.0f;
    const float cosine = content_of(query.catalog[watched.index()]).dot(content_of(query.catalog[item.index()]));
    return std::isfinite(cosine) ? cosine : 0.0f;
  });
}

}  // namespace feedloop
