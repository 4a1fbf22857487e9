// How the feature store's breaker went through an outage of the variant's store. To the epoch: breakers move between epochs.
#pragma once

#include "engine/budget.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

class OutageQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  SimTime down_, up_;             // the outage
  SimTime open_ = kNever;         // the first page since that did not ask the store
  SimTime without_ = SimTime{0};  // end of the last epoch, of those from the outage's end on, when most pages asked lacked it
};

// From the outage's begin until the breaker opened, in minutes; NaN: it did not.
class BreakerMinutes final : public OutageQuantity {
 public:
  using OutageQuantity::OutageQuantity;
  double value(const Report&) const override { return open_ == kNever ? kNoValue : (open_ - down_).minutes(); }
};

// From the outage's end until most pages have the store again, in minutes.
class RecoveryMinutes final : public OutageQuantity {
 public:
  using OutageQuantity::OutageQuantity;
  double value(const Report&) const override { return without_ <= up_ ? 0 : (without_ - up_).minutes(); }
};

}  // namespace feedloop
