#include "experiment/claims/diversity_quantities.hpp"

#include <algorithm>

#include "experiment/simulation.hpp"
#include "stats/diversity.hpp"

namespace feedloop {

void ClickDiversity::begin(const Study& study) {
  Probe::begin(study);
  categories_ = 0;
  for (const ItemFacts& item : study.world.all_items()) categories_ = std::max(categories_, item.category.index() + 1);
  clicks_.clear();
}

void ClickDiversity::pages(const Simulation& world, std::span<const Interaction> pages) {
  clicks_.resize(world.features().size() * categories_);
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked)
        ++clicks_[page.request.user.index() * categories_ +
                  study().world.all_items()[page.slate.slots[k].item.index()].category.index()];
  }
}

double UserClickEntropy::value(const Report&) const {
  double sum = 0, users = 0;
  for (std::size_t u = 0; u < clicks_.size(); u += categories_)
    if (const double h = entropy(std::span(clicks_).subspan(u, categories_)); h == h) sum += h, ++users;
  return users > 0 ? sum / users : kNoValue;
}

double AllClickEntropy::value(const Report&) const {
  std::vector<std::int64_t> all(categories_);
  for (std::size_t k = 0; k < clicks_.size(); ++k) all[k % categories_] += clicks_[k];
  return entropy(all);
}

}  // namespace feedloop
