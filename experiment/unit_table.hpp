// One row a unit: when it entered the experiment, in which cell, and every metric's fold; and, per cell, how often each item
// was shown. Everything a report says of a world is computed from this.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/metrics/metric.hpp"
#include "stats/log_histogram.hpp"

namespace feedloop {

// What the simulated services did to a cell's pages (ServingFacts). Pages whose services were not simulated are not counted.
struct ServingSums {
  struct Pages {
    std::int64_t pages = 0, impressions = 0, clicks = 0, watched_ms = 0;
    void add(const Interaction& page);
    void merge(const Pages& other);
  };
  LogHistogram ms;
  Pages whole, partial;   // partial: a service's answer is missing
  std::int64_t late = 0;  // over the total budget; neither whole nor, unless an answer is missing too, partial
  void add(const Interaction& page);
  void merge(const ServingSums& other);
};

class UnitTable {
 public:
  // `days`: how many days after a unit entered `active` is known for.
  UnitTable(std::size_t units, std::size_t items, std::size_t cells, std::size_t days = 0);

  // Everybody enters at `time`, with or without a page: for what is known of units from before an experiment. They are in cell
  // 0. Requires: no pages yet.
  void enter_all(SimTime time);
  // That table, for the units of an experiment; null: nothing is known. Not part of the state.
  void set_before(std::shared_ptr<const UnitTable> before) { before_ = std::move(before); }
  const UnitTable* before() const { return before_.get(); }

  // In canonical order, between epochs.
  void add(std::span<const Interaction> pages);

  std::size_t units() const { return entered_.size(); }
  bool entered(std::size_t unit) const { return entered_[unit] != kNever; }
  SimTime entry(std::size_t unit) const { return entered_[unit]; }
  std::uint32_t cell(std::size_t unit) const { return cell_[unit]; }
  // Whether the unit had a page on its `day`-th day, the 24 hours that begin `day` days after it entered. Requires: it entered,
  // day < days().
  bool active(std::size_t unit, std::size_t day) const { return active_[unit * words_ + day / 64] >> (day % 64) & 1; }
  std::size_t days() const { return days_; }
  // Absent when the unit has not entered or cannot be judged yet.
  std::optional<UnitValue> value(std::size_t unit, std::size_t metric, SimTime now) const;

  std::span<const std::int64_t> exposures(std::size_t cell) const;  // by item
  std::int64_t requests(std::size_t cell) const { return requests_[cell]; }
  std::int64_t impressions(std::size_t cell) const { return impressions_[cell]; }
  const ServingSums& serving(std::size_t cell) const { return serving_[cell]; }
  // Pages with fewer items than slots, by reason.
  std::int64_t short_pages(std::size_t cell, Shortage why) const {
    return short_pages_[cell * kShortages + static_cast<std::size_t>(why)];
  }

  void visit_state(State& s) {
    s(entered_);
    s(cell_);
    s(values_);
    s(exposures_);
    s(requests_);
    s(impressions_);
    s(serving_);
    s(short_pages_);
    s(active_);
  }
  friend bool operator==(const UnitTable& a, const UnitTable& b);

 private:
  std::size_t metrics_, items_, days_, words_;
  std::vector<SimTime> entered_;
  std::vector<std::uint32_t> cell_;
  std::vector<UnitValue> values_;        // units x metrics
  std::vector<std::int64_t> exposures_;  // cells x items
  std::vector<std::int64_t> requests_, impressions_;
  std::vector<ServingSums> serving_;       // by cell
  std::vector<std::int64_t> short_pages_;  // cells x reasons
  std::vector<std::uint64_t> active_;      // units x words: a bit a day
  std::shared_ptr<const UnitTable> before_;
};

}  // namespace feedloop
