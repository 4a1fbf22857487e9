#include "policies/epsilon_greedy.hpp"

#include "base/distributions.hpp"
#include "policies/propensity.hpp"

namespace feedloop {
namespace {

class EpsilonLaw final : public SlotLaw {
 public:
  // Without values the best is the best ranked.
  EpsilonLaw(double epsilon, std::vector<double> values) : epsilon_(epsilon), values_(std::move(values)) {}
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override {
    return bernoulli(rng, epsilon_) ? uniform_below(rng, static_cast<std::uint32_t>(admitted.size())) : best(admitted);
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    return epsilon_greedy_propensity(epsilon_, i == best(admitted) ? 0 : 1, static_cast<int>(admitted.size()));
  }
  bool marginals(const Ranking& ranking, Slate& slate) const override {
    if (!values_.empty()) return false;
    const int n = static_cast<int>(ranking.candidates.size());
    for (std::size_t k = 0; k < slate.slots.size(); ++k) {
      int rank = 0;
      while (ranking.candidates[static_cast<std::size_t>(rank)].item != slate.slots[k].item) ++rank;
      slate.slots[k].marginal = static_cast<float>(epsilon_greedy_marginals(epsilon_, n, rank, static_cast<int>(k) + 1)[k]);
    }
    return true;
  }

 private:
  std::size_t best(std::span<const std::uint16_t> admitted) const {
    std::size_t b = 0;
    if (!values_.empty())
      for (std::size_t i = 1; i < admitted.size(); ++i)
        if (values_[admitted[i]] > values_[admitted[b]]) b = i;
    return b;
  }
  double epsilon_;
  std::vector<double> values_;
};

}  // namespace

std::unique_ptr<SlotLaw> EpsilonGreedy::law(const Ranking& ranking, const Request&, Rng&) const {
  double epsilon = ranking.cohort == Cohort::Cold && params_.cold_epsilon >= 0 ? params_.cold_epsilon : params_.epsilon;
  if (params_.half_slots > 0) epsilon *= params_.half_slots / (params_.half_slots + book_.rounds());
  std::vector<double> values;
  if (params_.values == "counts")
    for (const Candidate& c : ranking.candidates) values.push_back(book_.belief(c).mean);
  return std::make_unique<EpsilonLaw>(epsilon, std::move(values));
}

}  // namespace feedloop
