// One row a unit: when it entered the experiment, in which cell, and every metric's fold; and, per cell, how often each item
// was shown. Everything a report says of a world is computed from this.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {

class UnitTable {
 public:
  UnitTable(std::size_t units, std::size_t items, std::size_t cells);

  // In canonical order, between epochs.
  void add(std::span<const Interaction> pages);

  std::size_t units() const { return entered_.size(); }
  bool entered(std::size_t unit) const { return entered_[unit] != kNever; }
  SimTime entry(std::size_t unit) const { return entered_[unit]; }
  std::uint32_t cell(std::size_t unit) const { return cell_[unit]; }
  // Absent when the unit has not entered or cannot be judged yet.
  std::optional<UnitValue> value(std::size_t unit, std::size_t metric, SimTime now) const;

  std::span<const std::int64_t> exposures(std::size_t cell) const;  // by item
  std::int64_t requests(std::size_t cell) const { return requests_[cell]; }
  std::int64_t impressions(std::size_t cell) const { return impressions_[cell]; }

  void visit_state(State& s) {
    s(entered_);
    s(cell_);
    s(values_);
    s(exposures_);
    s(requests_);
    s(impressions_);
  }
  friend bool operator==(const UnitTable& a, const UnitTable& b);

 private:
  std::size_t metrics_, items_;
  std::vector<SimTime> entered_;
  std::vector<std::uint32_t> cell_;
  std::vector<UnitValue> values_;        // units x metrics
  std::vector<std::int64_t> exposures_;  // cells x items
  std::vector<std::int64_t> requests_, impressions_;
};

}  // namespace feedloop
