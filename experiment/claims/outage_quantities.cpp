#include "experiment/claims/outage_quantities.hpp"

#include "experiment/simulation.hpp"

namespace feedloop {

void OutageQuantity::begin(const Study& study) {
  Probe::begin(study);
  const auto store = settings().read<BudgetParams>("engine.budget").service[static_cast<std::size_t>(Service::Store)];
  down_ = outage_begin(store);
  up_ = down_ + from_seconds(store.outage_minutes * 60);
}

void OutageQuantity::pages(const Simulation& world, std::span<const Interaction> pages) {
  constexpr unsigned kStore = 1u << static_cast<unsigned>(Service::Store);
  std::int64_t with = 0, without = 0;
  for (const Interaction& page : pages) {
    if (!mine(page) || page.serving.ms == 0) continue;
    if (!(page.serving.asked & kStore) && page.request.time >= down_) open_ = std::min(open_, page.request.time);
    if (page.request.time < up_) continue;
    ++(page.serving.missing & kStore ? without : with);
  }
  if (with > without) back_ = std::min(back_, std::max(world.now(), up_));
}

}  // namespace feedloop
