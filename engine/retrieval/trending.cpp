#include "engine/retrieval/trending.hpp"

#include <algorithm>

namespace feedloop {

Group Trending::group_of(const Request& request, std::uint32_t cell) const {
  if (params_.scope == "region") return request.country;
  if (params_.scope == "demographic") return std::size_t{request.country} * 16 + std::min<std::size_t>(request.age_bucket, 15);
  if (params_.scope == "variant") return cell;
  return {};
}

void Trending::observe(std::span<const Interaction> batch, Catalog catalog) {
  for (const Interaction& page : batch) {
    const auto count = [&](ItemId item, const SlotOutcome& play) {
      const float weight = params_.by == "clicks" ? 1 : play_value(play, catalog[item.index()].duration_s);
      lists_.click(item, group_of(page.request, page.cell), weight);
    };
    for (const DirectPlay& d : page.outcome.direct) count(d.item, d.outcome);
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked) count(page.slate.slots[k].item, page.outcome.slots[k]);
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
