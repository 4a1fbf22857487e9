#include "base/slate_audit.hpp"

#include <numeric>

namespace feedloop {

void SlateAudit::add(const Interaction& page, Catalog catalog, const SlateLimits& limits) {
  ++slates;
  std::vector<ItemTraits> slate;
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const Slot& slot = page.slate.slots[k];
    const ItemFacts& item = catalog[slot.item.index()];
    ++slots;
    for (std::size_t j = 0; j < k; ++j)
      if (page.slate.slots[j].item == slot.item) {
        ++repeated;
        break;
      }
    blocked += item.blocked;
    unlicensed += !licensed(item, page.request);
    under_age += !old_enough(item, page.request);
    const std::int32_t level = slate_level(limits, slate, traits_of(item));
    for (std::size_t r = 0; r < kSlateRules; ++r) {
      const auto rule = static_cast<SlateRule>(r);
      const int beyond = excess(level, rule);
      if (beyond > 0) ++(beyond > excess(slot.waived, rule) ? broken : relaxed)[r];
    }
    slate.push_back(traits_of(item));
  }
}

std::int64_t SlateAudit::violations() const {
  return std::accumulate(broken.begin(), broken.end(), repeated + blocked + unlicensed + under_age);
}

SlateAudit& SlateAudit::operator+=(const SlateAudit& other) {
  slates += other.slates;
  slots += other.slots;
  repeated += other.repeated;
  blocked += other.blocked;
  unlicensed += other.unlicensed;
  under_age += other.under_age;
  for (std::size_t r = 0; r < kSlateRules; ++r) {
    broken[r] += other.broken[r];
    relaxed[r] += other.relaxed[r];
  }
  return *this;
}

}  // namespace feedloop
