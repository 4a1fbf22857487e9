#include "experiment/platform_of.hpp"

#include <algorithm>

namespace feedloop {

Platform platform_of(const Study& study, SimTime t0, std::span<const std::vector<ItemId>> clicked) {
  Platform p;
  p.t0 = t0;
  for (const UserTraits& user : study.world.population().users) p.joined.push_back(user.joined);
  p.items.assign(study.world.all_items().begin(), study.world.all_items().end());
  for (const ItemFacts& item : p.items) p.categories = std::max(p.categories, item.category.index() + 1);
  p.set_popularity(clicked);
  p.click_price = click_prices(p.items, study.analysis.click_price, study.analysis.click_price_sigma, study.seed);
  return p;
}

}  // namespace feedloop
