// How the effect of a variant on a metric changes while the experiment goes on: contrasts by themselves, of the claim's variant
// with the one that it stands against. Of each day or week the lift is the ratio of the variants' values, less 1; where the
// claim is of a launch both are worlds of the same users. The metric is a ratio of what pages count, or a sum per user-day of
// variants with as many users.
#pragma once

#include <vector>

#include "experiment/claims/quantity.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

class DailyEffect : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return kNoValue; }  // by itself a variant has no effect
  double contrasted(const Probe& against, const Report&) const override { return of(static_cast<const DailyEffect&>(against)); }

 protected:
  virtual double of(const DailyEffect& against) const = 0;
  // The lift over days [from, until) since t0; NaN where either has no value there.
  double lift(const DailyEffect& against, std::size_t from, std::size_t until) const;
  std::size_t days() const { return days_.size(); }

 private:
  double between(std::size_t from, std::size_t until) const;
  std::vector<UnitValue> days_;
  Platform platform_;
  std::size_t metric_ = 0;
};

// h of the least-squares curve a 2^(-t / h) through the lifts of the days, in days. NaN where it is not between half a day and
// ten times the experiment.
class EffectHalfLife final : public DailyEffect {
 public:
  using DailyEffect::DailyEffect;

 private:
  double of(const DailyEffect& against) const override;
};
double fitted_half_life(std::span<const double> lifts);  // of days from the first on

// The lift over days [from, until) as a share of that over days [base, base_until); days beyond the end are not there.
template <std::size_t from, std::size_t until, std::size_t base, std::size_t base_until>
class EffectRatio final : public DailyEffect {
 public:
  using DailyEffect::DailyEffect;

 private:
  double of(const DailyEffect& against) const override { return lift(against, from, until) / lift(against, base, base_until); }
};

// Least-squares slope of the weeks' lifts, a week.
class EffectTrend final : public DailyEffect {
 public:
  using DailyEffect::DailyEffect;

 private:
  double of(const DailyEffect& against) const override;
};

}  // namespace feedloop
