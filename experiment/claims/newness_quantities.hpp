// How what is new fares: users of whom nothing is known yet or any more, uploads, an item that everybody wants all of a sudden,
// and one that bots push.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
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

// Impressions that an upload has, of its first kWatched, while its score is not calibrated: while what the variant's ranker
// predicts of it by the head that `metric` names (click: P(click | examined); watch: minutes of an examined impression) is off
// by more than kOff of what the world expects, in either direction. Both are sums over one request in eight, each at the moment
// of the request and with the models that served it, whoever is shown the upload; one judgement for each step of kSteps
// impressions. Mean over uploads of the claim's days that had kWatched impressions in the end. They are those of creators who
// had kKnown earlier items and whose mean true quality of these is above that of the median such creator.
class UploadCalibration final : public Probe {
 public:
  static constexpr std::array<double, 6> kSteps{0, 5, 10, 20, 50, 100};  // edges
  static constexpr double kWatched = kSteps.back(), kOff = 0.25;
  static constexpr std::size_t kKnown = 3;
  static std::vector<std::string> metrics() { return {"click", "watch"}; }
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  struct Step {
    double predicted = 0, expected = 0;
  };
  struct Upload {
    double impressions = 0;
    std::array<Step, kSteps.size() - 1> steps;
  };
  std::size_t head_ = 0;
  std::map<std::uint32_t, Upload> uploads_;  // by item
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
