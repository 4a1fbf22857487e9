// Pages whose clicks follow a known logistic model of the features and the slot: what scorers must find again.
#pragma once

#include "engine/ranking/scorer.hpp"
#include "tests/engine/tiny_platform.hpp"

namespace feedloop {

constexpr std::size_t kWidth = 4;
constexpr std::size_t kSlots = 20;
using ClickLaw = std::array<double, kWidth + 2>;  // features, intercept, log(slot)
constexpr ClickLaw kClick{0.8, -0.5, 0.3, 0.0, -1.5, -0.7};
constexpr ClickLaw kOtherClick{-0.4, -0.5, 0.3, 0.9, -1.5, -0.7};  // tastes have changed

// Pages whose clicks follow a law, and likes among the clicks with probability `like_rate`.
inline std::vector<Interaction> planted_pages(std::size_t pages, Catalog shelf, std::uint64_t seed, double like_rate = 0.1,
                                              const ClickLaw& law = kClick) {
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
      double z = law[kWidth] + law[kWidth + 1] * std::log(static_cast<double>(k + 1));
      for (std::size_t f = 0; f < kWidth; ++f) {
        const auto x = static_cast<float>(normal(rng));
        page.features.push_back(x);
        z += law[f] * static_cast<double>(x);
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

// Probability of a click in slot 1 of an item with these features.
inline double planted_click(const float* row, const ClickLaw& law = kClick) {
  double z = law[kWidth];
  for (std::size_t f = 0; f < kWidth; ++f) z += law[f] * static_cast<double>(row[f]);
  return logistic(z);
}

// Mean squared error of a scorer's click head against a law, over rows of standard normals.
inline double click_error(const Scorer& scorer, const ClickLaw& law) {
  constexpr std::size_t kRows = 300;
  Rng rng = stream({3}, Stream::Test, {});
  std::vector<float> rows(kRows * kWidth);
  for (float& x : rows) x = static_cast<float>(normal(rng));
  std::vector<Candidate> candidates(kRows);
  for (std::size_t i = 0; i < kRows; ++i) candidates[i].row = static_cast<std::uint16_t>(i);
  scorer.score({rows, kWidth, 0, kAllHeads}, candidates);
  double error = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    const double miss = static_cast<double>(candidates[i].heads[0]) - planted_click(&rows[i * kWidth], law);
    error += miss * miss / kRows;
  }
  return error;
}

}  // namespace feedloop
