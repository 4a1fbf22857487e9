// Pages from a list made at night against pages made when they are asked for. Every user gets a list just after the models
// were trained; a page takes the first of it that the user has neither played nor seen in this visit. Both kinds are asked of
// one request in four, and worth by the truth (utility_quantities.hpp); a page from the list costs the gateway and one call
// of the store, with the same luck. Users whose hash is below fleet.precomputed_share get theirs from the list, so that a
// larger share only adds users.
#pragma once

#include "engine/fleet/params.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

class PrecomputeQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  struct Point {
    double minutes = kNoValue, ms = kNoValue;  // a page's worth and its latency, means
  };
  Point at(double share) const;
  double share() const { return fleet_.precomputed_share; }

 private:
  struct Sample {
    double user = 0;  // hash in [0, 1)
    Point fresh, listed;
  };
  void make_lists(const Simulation& world);
  FleetParams fleet_;
  Duration hour_;  // of the day, UTC, when models are trained
  std::int64_t night_ = 0;
  std::vector<std::vector<ItemId>> lists_;  // by user
  std::vector<Sample> samples_;
};

// Share of their worth that pages lose.
class PrecomputeLoss final : public PrecomputeQuantity {
 public:
  using PrecomputeQuantity::PrecomputeQuantity;
  double value(const Report&) const override { return 1 - at(share()).minutes / at(0).minutes; }
};

// Share of their latency that pages save.
class PrecomputeSaving final : public PrecomputeQuantity {
 public:
  using PrecomputeQuantity::PrecomputeQuantity;
  double value(const Report&) const override { return 1 - at(share()).ms / at(0).ms; }
};

// Of the steps of share 0, 1/4, 1/2, 3/4, 1, how many make pages both faster and worse.
class PrecomputeFrontier final : public PrecomputeQuantity {
 public:
  using PrecomputeQuantity::PrecomputeQuantity;
  double value(const Report&) const override;
};

}  // namespace feedloop
