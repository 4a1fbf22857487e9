// Quantities of the fleet (engine/fleet/): from the trace of one variant's pages, with the claim's own keys of fleet.
#pragma once

#include "engine/fleet/params.hpp"
#include "engine/fleet/trace.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

class TraceQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  const Trace& trace() const { return trace_; }
  const FleetParams& fleet() const { return fleet_; }
  Seed seed() const { return seed_; }

 private:
  Trace trace_;
  FleetParams fleet_;
  Seed seed_;
};

// A number of the trace, the fleet and the seed.
template <double (*measure)(const Trace&, const FleetParams&, Seed)>
class FromTrace final : public TraceQuantity {
 public:
  using TraceQuantity::TraceQuantity;
  double value(const Report&) const override { return measure(trace(), fleet(), seed()); }
};

double hot_shard_ratio(const Trace& trace, const FleetParams& fleet, Seed seed);
double hot_shard_relief(const Trace& trace, const FleetParams& fleet, Seed seed);
double hot_shard_slowdown(const Trace& trace, const FleetParams& fleet, Seed seed);
double fanout_growth(const Trace& trace, const FleetParams& fleet, Seed seed);
double fanout_wait(const Trace& trace, const FleetParams& fleet, Seed seed);
double heavy_sessions(const Trace& trace, const FleetParams& fleet, Seed seed);
double cache_hits(const Trace& trace, const FleetParams& fleet, Seed seed);
double cache_age(const Trace& trace, const FleetParams& fleet, Seed seed);

// Of the items uploaded during the experiment.
class LagQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void end(const Simulation& world) override;

 protected:
  double everywhere_s_ = kNoValue, one_s_ = kNoValue;  // means over items: at every shard; at a shard
  double gap_s_ = kNoValue;                            // largest difference from the slowest shard's lag

 private:
  std::size_t items_at_start_ = 0;
};

class VisibleEverywhere final : public LagQuantity {
 public:
  using LagQuantity::LagQuantity;
  double value(const Report&) const override { return everywhere_s_; }
};

class VisibilityGap final : public LagQuantity {
 public:
  using LagQuantity::LagQuantity;
  double value(const Report&) const override { return gap_s_; }
};

class VisibilityRatio final : public LagQuantity {
 public:
  using LagQuantity::LagQuantity;
  double value(const Report&) const override { return everywhere_s_ / one_s_; }
};

}  // namespace feedloop
