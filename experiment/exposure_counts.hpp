// How a cell's impressions fall over the catalogue, and the same had other users come: Poisson-bootstrap replicates of the
// counts over users, kept while the world runs. What a user weighs in a replicate is keyed by the user and the replicate, so
// that it is the same in every cell, world and order of pages, and worlds pair.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/metrics/platform.hpp"

namespace feedloop {

// By creator group (Platform::leading): impressions are in the counts by item.
using GroupClicks = std::array<std::int64_t, 2>;

class ExposureCounts {
 public:
  // `replicates` is rounded up to whole groups of kLanes; memory is 4 bytes x cells x items x replicates. Impressions before
  // `half` are counted apart.
  static constexpr int kLanes = 16;
  ExposureCounts(std::shared_ptr<const Platform> platform, std::size_t cells, int replicates, Seed seed, SimTime half);

  void add(const Interaction& page);

  int replicates() const { return replicates_; }
  std::span<const std::int64_t> early(std::size_t cell) const { return {&early_[cell * items()], items()}; }  // by item
  const GroupClicks& clicks(std::size_t cell) const { return clicks_[cell]; }
  // Adds what a replicate shows of the cell. Requires: replicate in [0, replicates()), shown.size() <= items.
  void add_replicate(std::size_t cell, int replicate, std::span<std::int64_t> shown, GroupClicks& clicks) const;
  // How often the unit counts in each replicate.
  void weigh(std::uint32_t unit, std::span<std::uint32_t> weights) const;

  void visit_state(State& s) {
    s(early_);
    s(clicks_);
    s(resampled_);
    s(resampled_clicks_);
  }

 private:
  std::size_t items() const { return platform_->items.size(); }

  std::shared_ptr<const Platform> platform_;
  int replicates_;
  Seed seed_;
  SimTime half_;
  std::vector<std::int64_t> early_;            // cells x items: impressions of the first half
  std::vector<GroupClicks> clicks_;            // by cell
  std::vector<std::uint32_t> resampled_;       // cells x items x replicates
  std::vector<GroupClicks> resampled_clicks_;  // cells x replicates
  std::vector<std::uint32_t> weights_;         // of the user at hand
};

}  // namespace feedloop
