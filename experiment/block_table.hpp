// The unit table of a switchback: one row a block of time in a region, with every additive metric's sums over the block's
// pages.
//
// A metric is additive when its fold is a sum over pages that looks at nothing else: CTR or watch time per click are, retention
// and whatever counts a user's days are not, since users live through blocks of all variants. Additive metrics are found by
// trying, so a new metric needs no mark.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {

bool additive(const Metric& metric, const Platform& platform);

class BlockTable {
 public:
  explicit BlockTable(std::size_t blocks, std::shared_ptr<const Platform> platform);

  // `variant`: the block's, which is that of all its pages.
  void add(std::size_t block, std::size_t variant, const Interaction& page);

  std::size_t blocks() const { return pages_.size(); }
  std::int64_t pages(std::size_t block) const { return pages_[block]; }
  std::size_t variant(std::size_t block) const { return variant_[block]; }  // Requires: a page
  // Absent when the block has no page or the metric is not additive.
  std::optional<UnitValue> value(std::size_t block, std::size_t metric) const;

  void visit_state(State& s) {
    s(pages_);
    s(variant_);
    s(values_);
  }

 private:
  std::shared_ptr<const Platform> platform_;
  std::vector<std::uint16_t> no_mix_;  // what users saw before is no block's: zeros, by category
  std::vector<char> additive_;         // by metric
  std::vector<std::int64_t> pages_;
  std::vector<std::uint32_t> variant_;
  std::vector<UnitValue> values_;  // blocks x metrics
};

}  // namespace feedloop
