// One row a unit: when it entered the experiment, in which cell, and every metric's fold; and, per cell, how often each item
// was shown. Everything a report says of a world is computed from this.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/exposure_counts.hpp"
#include "experiment/metrics/calibration.hpp"
#include "experiment/metrics/metric.hpp"
#include "experiment/panel.hpp"
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

// What a table keeps beside the folds.
struct UnitTableOptions {
  int replicates = 0;     // of exposure (ExposureCounts)
  std::size_t panel = 0;  // users (Panel)
  Seed seed;
  SimTime half = kNever;  // of the experiment
  std::size_t days = 0;   // how long after a unit entered `active` is known for
};

class UnitTable {
 public:
  // Without a platform: a blank one, for tables that only count.
  UnitTable(std::size_t units, std::size_t items, std::size_t cells, std::shared_ptr<const Platform> platform = nullptr,
            const UnitTableOptions& options = {});

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
  // The same of all metrics of a unit that entered; a NaN numerator where it is absent. Requires: room for every metric.
  void values(std::size_t unit, SimTime now, std::span<double> num, std::span<double> den) const;

  // Keeps what these metrics were at `now`, for differences between days. Requires: sums (Metric::of_sums).
  void keep(std::span<const std::size_t> metrics, SimTime now);
  // What was kept: zeros for a unit that had not entered by then; absent for another time or metric.
  std::optional<UnitValue> kept(std::size_t unit, std::size_t metric, SimTime time) const;

  std::span<const std::int64_t> exposures(std::size_t cell) const;  // by item
  const Platform& platform() const { return *platform_; }
  const std::shared_ptr<const Platform>& shared_platform() const { return platform_; }
  std::span<const std::uint16_t> shown(std::size_t unit) const { return mix(shown_, unit); }  // impressions by category
  const ExposureCounts& exposure_counts() const { return exposure_counts_; }
  const Panel& panel() const { return panel_; }
  const PredictionSums& predictions(std::size_t cell) const { return predictions_[cell]; }
  std::int64_t requests(std::size_t cell) const { return requests_[cell]; }
  std::int64_t impressions(std::size_t cell) const { return impressions_[cell]; }
  const ServingSums& serving(std::size_t cell) const { return serving_[cell]; }
  // Pages with fewer items than slots, by reason.
  std::int64_t short_pages(std::size_t cell, Shortage why) const {
    return short_pages_[cell * kShortages + static_cast<std::size_t>(why)];
  }

  void visit_state(State& s) {
    s(entered_);
    s(last_);
    s(cell_);
    s(values_);
    s(shown_);
    s(clicked_);
    s(exposures_);
    s(requests_);
    s(impressions_);
    s(serving_);
    s(short_pages_);
    s(active_);
    std::uint64_t kept = kept_.size();
    s(kept);
    kept_.resize(kept);
    for (Kept& k : kept_) {
      s(k.time);
      s(k.metrics);
      s(k.values);
    }
    s(exposure_counts_);
    s(panel_);
    s(predictions_);
  }
  friend bool operator==(const UnitTable& a, const UnitTable& b);

 private:
  UnitContext context(std::size_t unit, SimTime now) const;
  void add_to_unit(const Interaction& page);
  void add_to_cell(const Interaction& page);
  void add_mix(std::size_t unit, const Interaction& page);
  std::span<const std::uint16_t> mix(const std::vector<std::uint16_t>& all, std::size_t unit) const {
    return std::span(all).subspan(unit * platform_->categories, platform_->categories);
  }

  std::shared_ptr<const Platform> platform_;
  std::size_t metrics_, items_, days_, words_;
  std::vector<SimTime> entered_, last_;  // last_: of the unit's last page
  std::vector<std::uint32_t> cell_;
  std::vector<UnitValue> values_;  // units x metrics
  // Impressions and clicks, units x categories: 16 bits each, or the mixes would outweigh the folds.
  std::vector<std::uint16_t> shown_, clicked_;
  std::vector<std::int64_t> exposures_;  // cells x items
  std::vector<std::int64_t> requests_, impressions_;
  std::vector<ServingSums> serving_;       // by cell
  std::vector<std::int64_t> short_pages_;  // cells x reasons
  std::vector<std::uint64_t> active_;      // units x words: a bit a day
  struct Kept {
    SimTime time;
    std::vector<std::uint64_t> metrics;
    std::vector<UnitValue> values;  // units x metrics
  };
  std::vector<Kept> kept_;
  std::shared_ptr<const UnitTable> before_;
  ExposureCounts exposure_counts_;
  Panel panel_;
  std::vector<PredictionSums> predictions_;  // by cell
};

}  // namespace feedloop
