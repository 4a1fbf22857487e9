#include "sim/interests.hpp"

#include <algorithm>
#include <numeric>

#include "base/distributions.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kStrong = 3;  // categories a user is about

// Categories by how near they lie to the anchor, the nearest first; of equal ones the lower.
std::vector<std::size_t> by_liking(const Latent& anchor, std::span<const Latent> centres) {
  std::vector<std::pair<float, std::size_t>> order;
  for (std::size_t c = 0; c < centres.size(); ++c) order.emplace_back(-dot(anchor, centres[c]), c);
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> categories;
  for (const auto& [distance, c] : order) categories.push_back(c);
  return categories;
}

void move(Latent& x, const Latent& to, const Latent& from, double w) {
  for (std::size_t k = 0; k < kLatentDims; ++k) x[k] += static_cast<float>(w) * (to[k] - from[k]);
  normalise(x);
}

}  // namespace

void find_interests(Seed seed, const UserTraits& user, UserState& state, SimTime now, std::span<const Latent> centres,
                    const DynamicsParams& p) {
  const auto today = static_cast<std::int32_t>(local_day(now, user.utc_offset_h));
  if (p.interest_per_day == 0 || centres.size() <= kStrong) {
    state.interest_day = std::max(state.interest_day, today);
    return;
  }
  for (; state.interest_day < today; ++state.interest_day) {
    const std::int32_t day = state.interest_day + 1;
    Rng rng = stream(seed, Stream::ExogenousInterest, entity_key(user.id.value, static_cast<std::uint64_t>(day) + 1));
    if (!bernoulli(rng, p.interest_per_day)) continue;
    const auto order = by_liking(state.anchor, centres);
    const std::size_t found = order[kStrong + uniform_below(rng, static_cast<std::uint32_t>(order.size() - kStrong))];
    const std::size_t old = order[uniform_below(rng, kStrong)];
    move(state.anchor, centres[found], centres[old], p.interest_strength);
    move(state.taste, centres[found], centres[old], p.interest_strength);
    state.new_interest = static_cast<std::uint8_t>(found);
    state.new_interest_day = day;
  }
}

std::uint8_t searched(Rng rng, const UserState& state, std::int64_t local_day, std::span<const Latent> centres,
                      const VisitParams& p) {
  const double of_new = rng.uniform(), of_liked = rng.uniform();
  const auto which = uniform_below(rng, kStrong);
  if (state.new_interest_day > INT32_MIN && local_day < state.new_interest_day + 7 && of_new < p.search_new_interest)
    return static_cast<std::uint8_t>(state.new_interest + 1);
  if (of_liked >= p.search_share) return 0;
  const auto order = by_liking(state.taste, centres);
  return static_cast<std::uint8_t>(order[std::min<std::size_t>(which, order.size() - 1)] + 1);
}

}  // namespace feedloop
