// Quantities of `feedloop evaluate`'s own worlds (experiment/evaluation/): they read the scenario alone.
#pragma once

#include <utility>

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

inline double as_it_is(const double& x) { return x; }
inline double eta_error(const PositionTraining& p) { return p.eta_error; }
inline double ndcg_gain(const PositionTraining& p) { return p.ndcg_gain; }

}  // namespace feedloop
