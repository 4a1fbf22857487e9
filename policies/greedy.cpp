#include "policies/greedy.hpp"

namespace feedloop {
namespace {

struct Best final : SlotLaw {
  std::size_t draw(Rng&, std::span<const std::uint16_t>) const override { return 0; }
  double propensity(std::span<const std::uint16_t>, std::size_t i) const override { return i == 0 ? 1 : 0; }
  bool certain() const override { return true; }
};

}  // namespace

std::unique_ptr<SlotLaw> Greedy::law(const Ranking&, const Request&, Rng&) const { return std::make_unique<Best>(); }

}  // namespace feedloop
