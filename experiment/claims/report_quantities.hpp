// Quantities that the report holds already.
#pragma once

#include "experiment/claims/quantity.hpp"

namespace feedloop {

// A metric's value in the variant.
class MetricQuantity final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// The experiment's estimate of the variant's effect on a metric, as a share of control's value.
class LiftQuantity final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// What a launch of the variant to everybody would have changed of a metric (report.hpp, TruthReport).
class TrueEffectQuantity final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

}  // namespace feedloop
