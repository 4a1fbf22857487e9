// Quantities of `feedloop evaluate`'s own worlds (experiment/evaluation/): they read the scenario alone.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "experiment/claims/once.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/index_study.hpp"

namespace feedloop {

template <auto make, double (*read)(const decltype(make(std::declval<const Scenario&>()))&)>
class Evaluated final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override {
    Probe::begin(study);
    value_ = read(once<make>(study.scenario));
  }
  double value(const Report&) const override { return value_; }

 private:
  double value_ = kNoValue;
};

// What negatives of the whole catalogue add to a recall of negatives_recall(), over those that `metric` names.
template <auto recall>
class NegativesGain final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override {
    Probe::begin(study);
    const auto& by_model = once<negatives_recall>(study.scenario).*recall;
    const auto at = std::find(kNegatives.begin(), kNegatives.end(), claim().metric) - kNegatives.begin();
    value_ = by_model.back() - by_model[static_cast<std::size_t>(at)];
  }
  double value(const Report&) const override { return value_; }

 private:
  double value_ = kNoValue;
};
inline std::vector<std::string> negatives_names() { return {kNegatives.begin(), kNegatives.end() - 1}; }

inline double as_it_is(const double& x) { return x; }
inline double eta_error(const PositionTraining& p) { return p.eta_error; }
inline double ndcg_gain(const PositionTraining& p) { return p.ndcg_gain; }

}  // namespace feedloop
