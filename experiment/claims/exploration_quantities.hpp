// What exploration costs and finds: items that nobody sees, good new items that are found, how much is really explored, and
// the regret of new items' bandits.
#pragma once

#include <limits>
#include <vector>

#include "experiment/claims/quantity.hpp"
#include "experiment/evaluation/evaluation.hpp"

namespace feedloop {

// Impressions by item in the variant's pages.
class ImpressionQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  std::vector<std::int64_t> shown_;  // by item of the whole supply
};

// Share of the items there are at the end, but for blocked ones, that the variant has never shown.
class NeverShown final : public ImpressionQuantity {
 public:
  using ImpressionQuantity::ImpressionQuantity;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return share_; }

 private:
  double share_ = kNoValue;
};

// Of the best tenth by quality of the items uploaded in the first half of the experiment: the share that the variant showed
// kFound times.
class BestItemsFound final : public ImpressionQuantity {
 public:
  static constexpr std::int64_t kFound = 100;
  using ImpressionQuantity::ImpressionQuantity;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return share_; }

 private:
  double share_ = kNoValue;
};

// Clicks per impression in the experiment's first seven days.
class FirstWeekCtr final : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return clicks_ / impressions_; }

 private:
  double clicks_ = 0, impressions_ = 0;
};

// Share of the slots that were explored, on pages of users who had from `least` to `most` clicks by then. A slot whose
// propensity is below one half was not the best of what was left; where exploration is uniform over n, it also draws the best
// once in n, so that such a slot counts n / (n - 1).
class ExploredShare : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return explored_ / slots_; }

 protected:
  ExploredShare(const Claim& claim, std::string_view variant, std::int64_t least, std::int64_t most)
      : Probe(claim, variant), least_(least), most_(most) {}

 private:
  std::int64_t least_, most_;
  std::vector<std::int64_t> clicks_;  // by user, so far; empty before the first epoch
  double explored_ = 0, slots_ = 0;
};
template <std::int64_t least, std::int64_t most>
class ExploredShareOf final : public ExploredShare {
 public:
  ExploredShareOf(const Claim& claim, std::string_view variant) : ExploredShare(claim, variant, least, most) {}
};
constexpr std::int64_t kAnyClicks = std::numeric_limits<std::int64_t>::max();

// What the alarm of the variant's exposure (policies/collapse_alarm.hpp) says.
class AlarmQuantity : public Probe {
 public:
  using Probe::Probe;
  void end(const Simulation& world) override;

 protected:
  double days_ = kNoValue;      // from policy.alarm.stop_day to the first alarm after it
  double per_week_ = kNoValue;  // alarms in a week after the baseline
  double last_z_ = kNoValue;    // the last entropy, in standard deviations of the baseline from its mean
  double lowest_z_ = kNoValue;  // the lowest after the baseline
};

class AlarmDays final : public AlarmQuantity {
 public:
  using AlarmQuantity::AlarmQuantity;
  double value(const Report&) const override { return days_; }
};

class AlarmsPerWeek final : public AlarmQuantity {
 public:
  using AlarmQuantity::AlarmQuantity;
  double value(const Report&) const override { return per_week_; }
};

class LowestEntropy final : public AlarmQuantity {
 public:
  using AlarmQuantity::AlarmQuantity;
  double value(const Report&) const override { return lowest_z_; }
};

class LastEntropy final : public AlarmQuantity {
 public:
  using AlarmQuantity::AlarmQuantity;
  double value(const Report&) const override { return last_z_; }
};

// Of the variant's policy in the scenario's bandit world (experiment/bandit/bandit.hpp), in the last of its cases: regret after
// all rounds, and the slope of log regret over log round.
class BanditQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;

 protected:
  double regret_ = kNoValue, slope_ = kNoValue, rate_ = kNoValue, top_share_ = kNoValue;
};

class BanditRegret final : public BanditQuantity {
 public:
  using BanditQuantity::BanditQuantity;
  double value(const Report&) const override { return regret_; }
};

class BanditSlope final : public BanditQuantity {
 public:
  using BanditQuantity::BanditQuantity;
  double value(const Report&) const override { return slope_; }
};

// Share of the steps from one of the bandit's cases to the next at which the regret of `variant` over that of `against` rises.
class BanditRatioRises final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  double value(const Report&) const override { return share_; }

 private:
  double share_ = kNoValue;  // with one case
};

// Mean probability of a click, and the share of rounds that the action taken most often has; means over the bandit's seeds.
class BanditRate final : public BanditQuantity {
 public:
  using BanditQuantity::BanditQuantity;
  double value(const Report&) const override { return rate_; }
};

class BanditTopShare final : public BanditQuantity {
 public:
  using BanditQuantity::BanditQuantity;
  double value(const Report&) const override { return top_share_; }
};

// Of offline_metrics() (experiment/evaluation/evaluation.hpp) in worlds of the scenario's kind: a metric's rank correlation
// with true clicks, or the share of rankers that it puts on the right side of control.
class OfflineQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  double value(const Report&) const override { return value_; }

 protected:
  virtual double read(const OfflineMetrics& metrics) const = 0;

 private:
  double value_ = kNoValue;
};
template <double (*read_from)(const OfflineMetrics&)>
class OfflineQuantityOf final : public OfflineQuantity {
 public:
  using OfflineQuantity::OfflineQuantity;

 private:
  double read(const OfflineMetrics& metrics) const override { return read_from(metrics); }
};
inline double auc_correlation(const OfflineMetrics& m) { return m.of[0].clicks; }
inline double ndcg_correlation(const OfflineMetrics& m) { return m.of[1].clicks; }
inline double ips_gain(const OfflineMetrics& m) { return m.of[3].clicks - m.of[1].clicks; }
inline double ndcg_signs(const OfflineMetrics& m) { return m.of[1].signs; }
inline double ab_signs_gain(const OfflineMetrics& m) { return m.of[4].signs - m.of[1].signs; }

}  // namespace feedloop
