// Replicas of the index take the night's models one after the other. Until the last has them, the same query may be answered
// by either: how much of the 20 best items of the vector sources do the first and the last replica agree on?
#pragma once

#include <memory>

#include "engine/fleet/params.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

struct Models;

class ReplicaQuantity : public Probe {
 public:
  ReplicaQuantity(const Claim& claim, std::string_view variant);
  ~ReplicaQuantity() override;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  struct Overlap {
    double sum = 0;
    std::int64_t queries = 0;
    double mean() const { return queries > 0 ? sum / static_cast<double>(queries) : kNoValue; }
  };
  Overlap during_, outside_;  // one request in four while replicas differ, one in 64 else

 private:
  FleetParams fleet_;
  Duration hour_;                   // of the day, UTC, when models are trained
  std::unique_ptr<Models> before_;  // the models that the last replica still has
  SimTime trained_ = kNever;        // when the first replica got new ones
};

class OverlapDuring final : public ReplicaQuantity {
 public:
  using ReplicaQuantity::ReplicaQuantity;
  double value(const Report&) const override { return during_.mean(); }
};

class OverlapOutside final : public ReplicaQuantity {
 public:
  using ReplicaQuantity::ReplicaQuantity;
  double value(const Report&) const override { return outside_.mean(); }
};

}  // namespace feedloop
