#include "engine/retrieval/trending.hpp"

#include <algorithm>

namespace feedloop {

Group Trending::group_of(const Request& request, std::uint32_t cell) const {
  if (params_.scope == "region") return request.country;
  if (params_.scope == "demographic") return std::size_t{request.country} * 16 + std::min<std::size_t>(request.age_bucket, 15);
  if (params_.scope == "variant") return cell;
  return {};
}

void Trending::observe(std::span<const Interaction> batch, Catalog) {
  for (const Interaction& page : batch) {
    for (const DirectPlay& d : page.outcome.direct) lists_.click(d.item, group_of(page.request, page.cell));
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked) lists_.click(page.slate.slots[k].item, group_of(page.request, page.cell));
  }
}

void Trending::publish(const PublishInput& in) {
  lists_.publish(in.now, {params_.half_life_hours, params_.publish_minutes, params_.depth});
}

void Trending::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  const auto list = lists_.list(group_of(query.request, query.cell));
  out.insert(out.end(), list.begin(), list.begin() + static_cast<std::ptrdiff_t>(std::min(k, list.size())));
}

}  // namespace feedloop
