// Pages whose clicks follow a known logistic model of the features and the slot: what scorers must find again.
#pragma once

#include "tests/engine/tiny_platform.hpp"

namespace feedloop {

constexpr std::size_t kWidth = 4;
constexpr std::size_t kSlots = 20;
constexpr std::array<double, kWidth + 2> kClick{0.8, -0.5, 0.3, 0.0, -1.5, -0.7};  // features, intercept, log(slot)

// Pages whose clicks follow kClick, and likes among the clicks with probability `like_rate`.
inline std::vector<Interaction> planted_pages(std::size_t pages, Catalog shelf, std::uint64_t seed, double like_rate = 0.1) {
  std::vector<Interaction> batch;
  for (std::size_t p = 0; p < pages; ++p) {
    Rng rng = stream({seed}, Stream::Test, entity_key(p));
    Interaction page;
    page.request = request_of(UserId{p % 97}, SimTime{static_cast<std::int64_t>(p)}, static_cast<std::uint32_t>(p % 4000),
                              static_cast<std::uint8_t>(p / 4000));
    page.width = kWidth;
    for (std::size_t k = 0; k < kSlots; ++k) {
      page.slate.slots.emplace_back();
      page.slate.slots.back().item = ItemId{k};
      double z = kClick[kWidth] + kClick[kWidth + 1] * std::log(static_cast<double>(k + 1));
      for (std::size_t f = 0; f < kWidth; ++f) {
        const auto x = static_cast<float>(normal(rng));
        page.features.push_back(x);
        z += kClick[f] * static_cast<double>(x);
      }
      SlotOutcome o;
      if (bernoulli(rng, logistic(z))) o = play(shelf[k], 0.7, bernoulli(rng, like_rate));
      page.outcome.slots.push_back(o);
    }
    batch.push_back(std::move(page));
  }
  return batch;
}

inline TrainingLog log_of(const std::vector<Interaction>& pages, Catalog shelf, double negative_rate) {
  TrainingParams p;
  p.negative_rate = negative_rate;
  TrainingLog log(p, {1});
  log.append(pages, shelf);
  return log;
}

}  // namespace feedloop
