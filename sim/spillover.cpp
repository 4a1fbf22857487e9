#include "sim/spillover.hpp"

#include "base/distributions.hpp"

namespace feedloop {

std::uint8_t told(Rng rng, double relevance, const SpilloverParams& p) {
  if (relevance <= p.relevance) return 0;
  std::uint8_t bits = bernoulli(rng, p.household) ? 1 : 0;
  for (std::int64_t k = 0; k < p.neighbours; ++k)
    if (bernoulli(rng, p.network)) bits = static_cast<std::uint8_t>(bits | 1u << (1 + k));
  return bits;
}

std::vector<UserId> listeners(Seed seed, const Request& request, ItemId item, std::uint8_t told, const Population& population,
                              const SpilloverParams& p) {
  std::vector<UserId> users;
  const Household& household = population.households[request.household.index()];
  if (told & 1u && household.users > 1) {
    Rng rng = stream(seed, Stream::Spillover, request_key(request.id, item.value));
    for (std::int64_t k = 0; k <= p.neighbours; ++k) (void)rng.uniform();  // the draws of told()
    const std::uint32_t other = uniform_below(rng, household.users - 1);
    const std::uint32_t self = static_cast<std::uint32_t>(request.user.index()) - household.first_user;
    users.push_back(UserId{household.first_user + other + (other >= self)});
  }
  for (std::int64_t k = 0; k < p.neighbours; ++k)
    if (told >> (1 + k) & 1u) {
      Rng rng = stream(seed, Stream::Spillover, entity_key(request.user.value, UINT32_MAX, static_cast<std::uint64_t>(k)));
      const UserId other{uniform_below(rng, static_cast<std::uint32_t>(population.initial))};
      if (other != request.user) users.push_back(other);
    }
  return users;
}

}  // namespace feedloop
