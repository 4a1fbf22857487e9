#include "experiment/exposure_counts.hpp"

#include "stats/poisson_bootstrap.hpp"

namespace feedloop {

ExposureCounts::ExposureCounts(std::shared_ptr<const Platform> platform, std::size_t cells, int replicates, Seed seed,
                               SimTime half)
    : platform_(std::move(platform)),
      replicates_((replicates + kLanes - 1) / kLanes * kLanes),
      seed_(seed),
      half_(half),
      early_(cells * items(), 0),
      clicks_(cells),
      resampled_(cells * items() * static_cast<std::size_t>(replicates_), 0),
      resampled_clicks_(cells * static_cast<std::size_t>(replicates_)),
      weights_(static_cast<std::size_t>(replicates_)) {}

void ExposureCounts::weigh(std::uint32_t unit, std::span<std::uint32_t> weights) const {
  for (std::size_t r = 0; r < weights.size(); r += 4) {  // one block of the generator
    Rng rng = stream(seed_, Stream::ExposureBootstrap, entity_key(unit, 0, r / 4));
    for (std::size_t l = 0; l < std::min<std::size_t>(4, weights.size() - r); ++l)
      weights[r + l] = static_cast<std::uint32_t>(poisson_one(rng()));
  }
}

void ExposureCounts::add(const Interaction& page) {
  const auto replicates = static_cast<std::size_t>(replicates_);
  const bool early = page.request.time < half_;
  weigh(page.request.user.value, weights_);
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const std::size_t item = page.slate.slots[k].item.index(), row = page.cell * items() + item;
    early_[row] += early;
    std::uint32_t* counts = resampled_.data() + row * replicates;
    for (std::size_t r = 0; r < replicates; r += kLanes)
      for (std::size_t l = 0; l < kLanes; ++l) counts[r + l] += weights_[r + l];
    if (!page.outcome.slots[k].clicked) continue;
    const std::size_t group = platform_->leading[item];
    ++clicks_[page.cell][group];
    for (std::size_t r = 0; r < replicates; ++r) resampled_clicks_[page.cell * replicates + r][group] += weights_[r];
  }
}

void ExposureCounts::add_replicate(std::size_t cell, int replicate, std::span<std::int64_t> shown, GroupClicks& clicks) const {
  const auto replicates = static_cast<std::size_t>(replicates_), r = static_cast<std::size_t>(replicate);
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i] += resampled_[(cell * items() + i) * replicates + r];
  for (std::size_t g = 0; g < clicks.size(); ++g) clicks[g] += resampled_clicks_[cell * replicates + r][g];
}

}  // namespace feedloop
