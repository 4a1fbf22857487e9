#include "engine/retrieval/onboarding.hpp"

#include <algorithm>
#include <utility>

namespace feedloop {
namespace {
Group country_and_device(const Request& r) { return std::size_t{r.country} * 4 + std::min<std::size_t>(r.device, 3); }
}  // namespace

void Onboarding::observe(std::span<const Interaction> batch, Catalog) {
  for (const Interaction& page : batch)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked) local_.click(page.slate.slots[k].item, country_and_device(page.request));
}

void Onboarding::publish(const PublishInput& in) {
  if (!local_.publish(in.now, {params_.half_life_days * 24, params_.publish_minutes, params_.depth})) return;
  for (auto& list : by_category_) list.clear();
  for (const ItemFacts& item : in.catalog) {
    if (by_category_.size() <= item.category.index()) by_category_.resize(item.category.index() + 1);
    const float clicks = in.stats.at(item.id).clicks;
    if (clicks > 0) by_category_[item.category.index()].push_back({item.id, clicks});
  }
  for (auto& list : by_category_) keep_top_k(list, static_cast<std::size_t>(params_.depth));
}

void Onboarding::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  const std::uint8_t searched = query.request.searched;
  if (query.cohort == Cohort::Warm && searched == 0) return;
  using List = std::span<const Scored>;
  List local = local_.list(country_and_device(query.request)), none;
  std::array<List, 32> picked;
  std::size_t picks = 0;
  for (std::size_t c = 0; c < std::min<std::size_t>(by_category_.size(), picked.size()); ++c)
    if (searched > 0 ? searched == c + 1 : (query.request.onboarding >> c & 1u) != 0 && std::cmp_less(picks, params_.picks))
      picked[picks++] = by_category_[c];
  if (searched > 0) local = none;

  const std::size_t begin = out.size();
  const auto add_next = [&](List& list) {
    while (!list.empty() && out.size() - begin < k) {
      const ItemId item = list.front().item;
      list = list.subspan(1);
      const auto start = out.begin() + static_cast<std::ptrdiff_t>(begin);
      if (std::any_of(start, out.end(), [&](const Scored& s) { return s.item == item; })) continue;
      out.push_back({item, 1.0f / static_cast<float>(1 + out.size() - begin)});
      return true;
    }
    return false;
  };
  // A round without a new item is the last: every list was tried at least once in it.
  for (bool found = true; found;) {
    found = false;
    for (std::size_t p = 0; p < std::max<std::size_t>(picks, 1); ++p) {
      found |= add_next(local);
      found |= add_next(picks > 0 ? picked[p] : none);
    }
  }
}

}  // namespace feedloop
