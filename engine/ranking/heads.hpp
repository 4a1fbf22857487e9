// What each head of the ranker is taught, in one place for all scorers. A head is a logistic model with a target of weights:
// a row counts as an example of 1 with weight `positive` and of 0 with weight `negative`. The watch head is a watch-weighted
// logistic (Covington, Adams & Sargin 2016, section 4.2): minutes weigh the positive side and every impression the negative
// one, so its odds are the expected minutes of an impression.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "base/interaction.hpp"

namespace feedloop {

using HeadValues = std::array<float, kHeads>;  // in the order of Head
using HeadSet = std::array<bool, kHeads>;
constexpr HeadSet kAllHeads{true, true, true, true, true, true, true};

// Means before anything was seen.
constexpr HeadValues kPriorMeans{0.05f, 0.02f, 0.1f, 0.003f, 0.005f, 0.001f, 0.005f};

// What followed a slot, as each head counts it: 0 or 1; minutes for Watch.
HeadValues head_labels(const SlotOutcome& outcome);

struct HeadTarget {
  float positive, negative;
  float weight() const { return positive + negative; }
  float label() const { return positive / (positive + negative); }  // the same as one fractional label
};
// `lift` is what the positive side weighs on top (SlotTreatment).
inline HeadTarget head_target(std::size_t head, float label, float lift = 1) {
  return head == static_cast<std::size_t>(Head::Watch) ? HeadTarget{lift * label, 1.0f}
                                                       : HeadTarget{lift * label, 1.0f - label};
}

// What training does about the slot that a row stood at. Either the slot is an input, which takes the position's part of a
// label and which serving sets to slot 1; or positives weigh the inverse of their slot's examination (Joachims, Swaminathan &
// Schnabel 2017, section 4, whose risk sums over what was clicked), so that a head predicts what an examined impression
// would give; or, with neither, position bias is learned.
struct SlotTreatment {
  bool input = true;
  std::array<float, kMaxSlate> lift = filled(1);  // slot 1 first

  float column(std::uint32_t slot) const { return input ? std::log(static_cast<float>(slot)) : 0.0f; }  // 0 is slot 1's
  float lift_of(std::uint32_t slot) const { return lift[slot - 1]; }

 private:
  static constexpr std::array<float, kMaxSlate> filled(float x) {
    std::array<float, kMaxSlate> all{};
    all.fill(x);
    return all;
  }
};

// The head's prediction at a logit: a probability; minutes per impression for Watch.
inline float head_prediction(std::size_t head, float logit) {
  const float z = std::clamp(logit, -30.0f, 30.0f);
  return head == static_cast<std::size_t>(Head::Watch) ? std::exp(z) : 1.0f / (1.0f + std::exp(-z));
}

// The logit that gives a prediction, clamped where a float can no longer tell.
inline double head_logit(std::size_t head, float prediction) {
  const double x = std::max(static_cast<double>(prediction), 1e-12);
  return head == static_cast<std::size_t>(Head::Watch) ? std::log(x) : std::log(x / std::max(1 - x, 1e-7));
}

}  // namespace feedloop
