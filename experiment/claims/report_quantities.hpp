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

// The experiment's estimate of an effect beside the true effect of a launch (report.hpp, TruthReport).
class EstimateRatio final : public Probe {  // estimate / truth
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};
class EstimateBias final : public Probe {  // (estimate - truth) / |control's value in the experiment|
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};
// What of that bias comes from interference, as a share of the true effect: (spill_on_treated - spill_on_control) / truth. The
// same users are compared in two worlds, so that it is exactly 0 where nothing passes between users; -0.3: the estimate is
// attenuated by three tenths, whoever was drawn into which variant.
class InterferenceBias final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};
class EstimateCovers final : public Probe {  // 1 when the estimate's interval holds the truth, else 0
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// Where the variant's true effect stands among those of all variants of its experiment, control's of 0 included: 1 = best.
class TrueRank final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};
// Spearman's rank correlation, over all variants of the experiment, of their order in the scenario with their true effects.
class TrueOrder final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// Of the metric in the variant (report.hpp, MetricValue).
class DesignEffect final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// 1 when the report says of the variant "do not ship", else 0.
class DecidedAgainst final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};
// 1 when the sample ratio of all units of the variant's experiment is unhealthy, else 0.
class MismatchFound final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

// Share of units that the ramp of the variant's experiment had let in when a guardrail stopped it; 1 when none did.
class StoppedShare final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  double value(const Report& report) const override;

 private:
  Design design_;
};

}  // namespace feedloop
