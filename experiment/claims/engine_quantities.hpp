// What the engine does while it serves a variant: skew, nightly validation, releases, indexes, the rules of its slates.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/slate_audit.hpp"
#include "engine/pipeline.hpp"
#include "engine/release.hpp"
#include "experiment/claims/utility_quantities.hpp"

namespace feedloop {

const Pipeline& pipeline_of(const Simulation& world, std::size_t cell);  // that serves the cell

// The largest population stability index of a batch feature in the last night that the variant's pipeline judged.
class LargestPsi final : public Probe {
 public:
  using Probe::Probe;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return psi_; }

 private:
  double psi_ = kNoValue;
};

// Mean over the nights since t0 of the click head's area under the ROC curve, of the variant's pipeline.
class NightlyAuc final : public Probe {
 public:
  using Probe::Probe;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return auc_; }

 private:
  double auc_ = kNoValue;
};

// How long after the end of the page with an item's first click since t0 the item's counters know of it, where they knew of
// none: the 99th percentile, in minutes.
class FeatureLag final : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::map<std::uint32_t, SimTime> waiting_;  // by item: the end of the page
  std::vector<double> minutes_;
};

// Hours from shadow to live of the last release that went live in stages, and the share of the variant's pages that canaries
// served while they lasted.
class StagedRelease : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;

 protected:
  double hours_ = kNoValue, canary_ = 0, during_ = 0;
};

class ReleaseHours final : public StagedRelease {
 public:
  using StagedRelease::StagedRelease;
  double value(const Report&) const override { return hours_; }
};

class CanaryShare final : public StagedRelease {
 public:
  using StagedRelease::StagedRelease;
  double value(const Report&) const override { return during_ > 0 ? canary_ / during_ : kNoValue; }
};

// Of the two towers' 100 best by exact search, the share that engine.retrieval.two_tower.index of the variant finds; for users
// who have clicked, by the models of the world's end.
class IndexRecall final : public Probe {
 public:
  static constexpr std::size_t kBest = 100;
  using Probe::Probe;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return recall_; }

 private:
  double recall_ = kNoValue;
};

// Share of its utility() that a page loses when it is made without a share of its candidates, chosen at random: what the ranker
// cannot make up for.
template <int percent>
class MissedLoss final : public Probe {
 public:
  MissedLoss(const Claim& claim, std::string_view variant)
      : Probe(claim, variant), whole_(claim, variant), missed_(claim, variant) {}
  void begin(const Study& study) override {
    Probe::begin(study);
    whole_.begin(study);
    missed_.begin(study);
  }
  void pages(const Simulation& world, std::span<const Interaction> pages) override {
    whole_.pages(world, pages);
    missed_.pages(world, pages);
  }
  double value(const Report& report) const override { return 1 - missed_.value(report) / whole_.value(report); }

 private:
  template <int missing>
  class Sampled final : public UtilityQuantity {
   public:
    using UtilityQuantity::UtilityQuantity;

   private:
    bool chosen(const Interaction& page) const override { return one_in(2, page); }
    int missed() const override { return missing; }
  };
  Sampled<0> whole_;
  Sampled<percent> missed_;
};

// Slots of the variant's pages that broke a rule they were not declared to break (base/slate_audit.hpp), held what must never
// be shown, or what the user had clicked since t0.
class SlateViolations final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return static_cast<double>(audit_.violations() + seen_); }

 private:
  SlateAudit audit_;
  std::vector<std::set<std::uint32_t>> clicked_;  // items, by user
  std::int64_t seen_ = 0;
};

// The day on which the always-valid test of a metric stopped, or the planned end.
class StopDay final : public Probe {
 public:
  using Probe::Probe;
  double value(const Report& report) const override;
};

}  // namespace feedloop
