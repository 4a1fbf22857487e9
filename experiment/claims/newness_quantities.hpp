// How what is new fares: users of whom nothing is known yet or any more, uploads, an item that everybody wants all of a sudden,
// and one that bots push.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "experiment/claims/utility_quantities.hpp"

namespace feedloop {

// utility() of first pages of visits, asked with what was known of the user before the visit.
class ArrivalUtility : public UtilityQuantity {
 public:
  using UtilityQuantity::UtilityQuantity;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  const OnlineFeatures& before(UserId user) const { return before_[user.index()]; }

 private:
  const OnlineFeatures& known(const Simulation&, UserId user) const override { return before_[user.index()]; }

  std::vector<OnlineFeatures> before_;  // by user, as of their last page; empty before the first epoch
};

// Who has not clicked yet.
class NewcomerUtility final : public ArrivalUtility {
 public:
  using ArrivalUtility::ArrivalUtility;

 private:
  bool chosen(const Interaction& page) const override;
};

// Who has clicked before and was away for kAwayDays.
class ReturningUtility final : public ArrivalUtility {
 public:
  static constexpr double kAwayDays = 30;
  using ArrivalUtility::ArrivalUtility;

 private:
  bool chosen(const Interaction& page) const override;
};

// Share of pages whose user had fewer than kCold clicks when they asked.
class ColdPages final : public Probe {
 public:
  static constexpr std::int64_t kCold = 50;
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return pages_ > 0 ? cold_ / pages_ : kNoValue; }

 private:
  double cold_ = 0, pages_ = 0;
};

// Of users who signed up in the claim's days, the first of their visits in which click rates reach kWarm of the rate of users
// with ColdPages::kCold clicks or more; kMost + 1 when none of the first kMost visits does.
class VisitsToWarm final : public Probe {
 public:
  static constexpr double kWarm = 0.9;
  static constexpr std::size_t kMost = 10;
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  struct Rate {
    double clicks = 0, shown = 0;
  };
  std::vector<std::size_t> visits_;  // by user, since they signed up
  std::vector<Rate> by_visit_;
  Rate warm_;
  SimTime from_;
};

// Uploads of the claim's days up to kWatchedDays before the end of the world, by their first impression.
class UploadQuantity : public Probe {
 public:
  static constexpr double kWatchedDays = 2;
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;

 protected:
  std::vector<double> wait_h_, past_night_h_;  // by upload: until its first impression, and since the nightly training before
                                               // it; infinite when there was none in kWatchedDays
  double night_h_ = 0;                         // hour of the training

 private:
  std::vector<SimTime> first_;  // by item
};

// The median wait; 24 kWatchedDays when most wait longer.
class UploadWait final : public UploadQuantity {
 public:
  using UploadQuantity::UploadQuantity;
  double value(const Report&) const override;
};

// The least wait that an upload of 15:00 would have had: the hours to the nightly training, and the least that any upload
// waited after (before: negative) the training that followed it.
class AfternoonWait final : public UploadQuantity {
 public:
  using UploadQuantity::UploadQuantity;
  double value(const Report&) const override;
};

// How far the click rate that the variant's ranker is told of an upload (feature item.ctr, log-odds) is from what it turns out
// to be: mean over uploads of the claim's days of the absolute difference, at the end of the epoch in which the upload has
// kJudged impressions, from the item's click rate over all its later impressions, which must be kLater at least. Items are
// those of creators who had kKnown earlier items and whose mean true quality of these is above that of the median such creator.
class UploadRateError final : public Probe {
 public:
  static constexpr double kJudged = 20, kLater = 200;
  static constexpr std::size_t kKnown = 3;
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  struct Upload {
    double impressions = 0, told = kNoValue, later = 0, clicks = 0;
  };
  std::map<std::uint32_t, Upload> uploads_;  // by item
  std::size_t column_ = 0;                   // of item.ctr among the item's features
};

// From the shock of world.items.hit_day to the end of the first epoch by which half as many of the last kPages pages show the
// item as would if the true click probability ranked them, in hours; NaN when the shock is over by then. Pages are those of
// users who have not clicked it.
class HitHours final : public Probe {
 public:
  static constexpr std::size_t kPages = 50;
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return hours_; }

 private:
  struct Shown {
    bool is, would_be;
  };
  SimTime shock_, over_;
  std::vector<bool> clicked_;  // by user
  std::deque<Shown> last_;
  double hours_ = kNoValue;
};

// Decimal logarithm of the share of impressions of the bots' target in the hour that begins kMinutes after the burst does, over
// that of the day before it; an equal share of the catalogue is added to each. What bots are shown does not count.
class BurstLift final : public Probe {
 public:
  static constexpr double kMinutes = 10;
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  struct Share {
    double target = 0, all = 0;
  };
  SimTime burst_;
  double equal_ = 0;
  Share before_, after_;
};

}  // namespace feedloop
