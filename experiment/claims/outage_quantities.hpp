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
  SimTime down_, up_;      // the outage
  SimTime open_ = kNever;  // the first page since that did not ask the store
  SimTime back_ = kNever;  // begin of the first epoch since the outage's end in which most pages had the store
};

// From the outage's begin until the breaker opened, in minutes; NaN: it did not.
class BreakerMinutes final : public OutageQuantity {
 public:
  using OutageQuantity::OutageQuantity;
  double value(const Report&) const override { return open_ == kNever ? kNoValue : (open_ - down_).minutes(); }
};

// From the outage's end until most pages have the store again, in minutes; NaN: never.
class RecoveryMinutes final : public OutageQuantity {
 public:
  using OutageQuantity::OutageQuantity;
  double value(const Report&) const override { return back_ == kNever ? kNoValue : (back_ - up_).minutes(); }
};

}  // namespace feedloop
