#include "policies/bootstrapped_thompson.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "policies/predicted_click.hpp"

namespace feedloop {
namespace {

// The streams of the replicates are the same in every run: a bootstrap's weights are part of the method, not of the world.
constexpr Seed kWeights{1};

class ReplicateLaw final : public SlotLaw {
 public:
  // By replicate, a value for each candidate.
  ReplicateLaw(std::vector<double> values, std::size_t replicates)
      : values_(std::move(values)), replicates_(replicates), candidates_(values_.size() / replicates) {}
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override {
    return best(uniform_below(rng, static_cast<std::uint32_t>(replicates_)), admitted);
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    std::size_t wins = 0;
    for (std::size_t b = 0; b < replicates_; ++b) wins += best(b, admitted) == i;
    return static_cast<double>(wins) / static_cast<double>(replicates_);
  }

 private:
  std::size_t best(std::size_t replicate, std::span<const std::uint16_t> admitted) const {
    const double* v = values_.data() + replicate * candidates_;
    std::size_t most = 0;
    for (std::size_t i = 1; i < admitted.size(); ++i)
      if (v[admitted[i]] > v[admitted[most]]) most = i;
    return most;
  }
  std::vector<double> values_;
  std::size_t replicates_, candidates_;
};

}  // namespace

void BootstrappedThompson::learn(std::span<const Interaction> pages) {
  const auto replicates = static_cast<std::size_t>(params_.replicates);
  for (const Interaction& page : pages)
    each_counted(page, feedback_named(params_.feedback), [&](std::size_t k) {
      const Slot& slot = page.slate.slots[k];
      if ((slot.item.index() + 1) * replicates > tallies_.size()) tallies_.resize((slot.item.index() + 1) * replicates);
      Rng rng = stream(kWeights, Stream::Bootstrap, request_key(page.request.id, k + 1));
      for (std::size_t b = 0; b < replicates; ++b) {
        const auto times = static_cast<float>(poisson(rng, 1));
        Tally& t = tallies_[slot.item.index() * replicates + b];
        t.shown += times;
        t.clicked += page.outcome.slots[k].clicked ? times : 0;
        t.expected += times * static_cast<float>(predicted_click(slot.heads, params_.prior_mean));
      }
    });
}

std::unique_ptr<SlotLaw> BootstrappedThompson::law(const Ranking& ranking, const Request&, Rng&) const {
  const auto replicates = static_cast<std::size_t>(params_.replicates);
  const std::size_t n = ranking.candidates.size();
  std::vector<double> values(replicates * n);
  const double w0 = params_.prior_weight;
  for (std::size_t i = 0; i < n; ++i) {
    const Candidate& c = ranking.candidates[i];
    const double m = predicted_click(c.heads, params_.prior_mean), narrow = 1 / std::sqrt(std::max(1.0, w0 * m));
    Rng rng = stream(kWeights, Stream::Bootstrap, entity_key(c.item.value, ~0u));
    for (std::size_t b = 0; b < replicates; ++b) {
      const std::size_t at = c.item.index() * replicates + b;
      const Tally t = at < tallies_.size() ? tallies_[at] : Tally{};
      const double g = 1 + (exponential(rng, 1) - 1) * narrow;
      const double ratio = t.expected > 0 ? static_cast<double>(t.clicked) * static_cast<double>(t.shown / t.expected) : 0;
      values[b * n + i] = m * (w0 * g + ratio) / (w0 + static_cast<double>(t.shown));
    }
  }
  return std::make_unique<ReplicateLaw>(std::move(values), replicates);
}

}  // namespace feedloop
