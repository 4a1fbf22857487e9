// Quantities folded from the pages of a claim's days and world: what was done, what was shown, to whom, and how that changed
// from week to week. Weeks count from t0.
#pragma once

#include <memory>
#include <vector>

#include "experiment/claims/quantity.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

// The metric over users, as of the end of the window. Per-day metrics count from its begin. Users are those of the variant who
// came in it; of a launch's world, all who had joined by its end.
class WindowMetric final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::unique_ptr<UnitTable> table_;
  std::vector<bool> came_;  // by user
  SimTime until_;
};

// Least-squares slope over whole weeks of the log of the metric's weekly value, sums of numerators over sums of denominators.
// NaN below two weeks or where a week's value is not positive. Requires: a metric that is a ratio of what pages count.
class WeeklyTrend final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::vector<UnitValue> weeks_;
  Platform platform_;
  std::size_t metric_ = 0;
};

class ActiveUsers final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::vector<bool> came_;  // by user
};

// Means over impressions of what the world knows of the item.
double clickbait_of(const ItemTruth& item, SimTime now);
double quality_of(const ItemTruth& item, SimTime now);
double age_of(const ItemTruth& item, SimTime now);
double first_day_of(const ItemTruth& item, SimTime now);  // 1 when less than a day old

template <double (*Of)(const ItemTruth&, SimTime)>
class ShownTruth final : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& page : pages)
      if (mine(page))
        for (const Slot& slot : page.slate.slots) {
          sum_ += Of(study().world.truth(slot.item), page.request.time);
          n_ += 1;
        }
  }
  double value(const Report&) const override { return n_ > 0 ? sum_ / n_ : kNoValue; }

 private:
  double sum_ = 0, n_ = 0;
};

// Mean true quality of impressions of items that were uploaded since t0 and between one and two days ago.
class DayOldQuality final : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation&, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return n_ > 0 ? sum_ / n_ : kNoValue; }

 private:
  double sum_ = 0, n_ = 0;
};

// Completed plays per impression: what the completion head predicts.
class CompletedShare final : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation&, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return shown_ > 0 ? completed_ / shown_ : kNoValue; }

 private:
  double completed_ = 0, shown_ = 0;
};

// Impressions by item.
class WindowExposure : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;  // items that may not be shown at all do not count

 protected:
  std::vector<std::int64_t> shown_;
};

double top_tenth(std::span<const std::int64_t> shown);
double top_hundredth(std::span<const std::int64_t> shown);
double gini_of(std::span<const std::int64_t> shown);
double coverage_of(std::span<const std::int64_t> shown);

template <double (*Of)(std::span<const std::int64_t>)>
class ExposureQuantityOf final : public WindowExposure {
 public:
  using WindowExposure::WindowExposure;
  double value(const Report&) const override { return Of(shown_); }
};

// Of impressions that were seen: exposure as attention, which the slots of a page have unequal shares of (Singh & Joachims
// 2018, "Fairness of exposure in rankings", section 3.1).
class SeenGini final : public WindowExposure {
 public:
  using WindowExposure::WindowExposure;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return gini_of(shown_); }
};

class CreatorGini final : public WindowExposure {
 public:
  using WindowExposure::WindowExposure;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return value_; }

 private:
  double value_ = kNoValue;
};

// Needs world.items.creator_floor; 0 without.
class CreatorsLeft final : public Probe {
 public:
  using Probe::Probe;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return share_; }

 private:
  double share_ = kNoValue;
};

class TopTenthTrend final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::vector<std::vector<std::int64_t>> shown_;  // by week and item
};

}  // namespace feedloop
