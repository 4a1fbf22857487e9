#include "policies/random.hpp"

#include "base/distributions.hpp"

namespace feedloop {
namespace {

struct Uniform final : SlotLaw {
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override {
    return uniform_below(rng, static_cast<std::uint32_t>(admitted.size()));
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t) const override {
    return 1 / static_cast<double>(admitted.size());
  }
  bool marginals(const Ranking& ranking, Slate& slate) const override {
    for (Slot& slot : slate.slots) slot.marginal = 1 / static_cast<float>(ranking.candidates.size());
    return true;
  }
};

}  // namespace

std::unique_ptr<SlotLaw> Random::law(const Ranking&, const Request&, Rng&) const { return std::make_unique<Uniform>(); }

}  // namespace feedloop
