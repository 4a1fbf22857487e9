// What became of a fault that a staged release carried (engine/release.hpp): how soon it was seen, whom it reached. All are
// about the first rollback in the days of the experiment, of the models that serve the variant.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "engine/release.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

class ReleaseQuantity : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;

 protected:
  struct Fall {
    ReleaseEvent canary, rollback;
  };
  std::optional<Fall> fall() const;
  double reached(std::uint32_t version) const;  // share of the variant's users seen so far whom the models' pages reached

 private:
  std::vector<ReleaseEvent> log_;
  std::map<std::uint32_t, std::set<std::uint32_t>> reached_;  // users, by version of the models
  std::set<std::uint32_t> users_;
};

// 1 when a release was rolled back, else 0.
class RolledBack final : public ReleaseQuantity {
 public:
  using ReleaseQuantity::ReleaseQuantity;
  double value(const Report&) const override { return fall() ? 1 : 0; }
};

// From the canary's first minute to the rollback, in minutes.
class RollbackMinutes final : public ReleaseQuantity {
 public:
  using ReleaseQuantity::ReleaseQuantity;
  double value(const Report&) const override {
    return fall() ? (fall()->rollback.time - fall()->canary.time).minutes() : kNoValue;
  }
};

// Impressions that the canary had served by then.
class RollbackImpressions final : public ReleaseQuantity {
 public:
  using ReleaseQuantity::ReleaseQuantity;
  double value(const Report&) const override { return fall() ? static_cast<double>(fall()->rollback.impressions) : kNoValue; }
};

// Users who saw a page of the bad models, of all users of the variant who came during the experiment.
class BlastRadius final : public ReleaseQuantity {
 public:
  using ReleaseQuantity::ReleaseQuantity;
  double value(const Report&) const override { return fall() ? reached(fall()->rollback.version) : kNoValue; }
};

}  // namespace feedloop
