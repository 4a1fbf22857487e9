// What a variant would serve, worth by the world's truth: minutes that the user is expected to watch, over the slots of the
// page by the chance that the eye reaches each. Every request is put to the variant's recommender, whoever it was served to,
// so that contrasts of two variants compare the same users in the same moments: the noise that is left is in the difference.
// It is asked after the epoch, with the models that served and what the user has done until then. Policies have no part in it.
#pragma once

#include "engine/budget.hpp"
#include "engine/online_features.hpp"
#include "experiment/claims/quantity.hpp"

namespace feedloop {

// Minutes that the request's user is expected to watch of a page with these items, as of the epoch's end.
double true_minutes(const Study& study, const Simulation& world, const Request& request, std::span<const ItemId> items);

class UtilityQuantity : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;  // minutes a page; NaN when no page was chosen

 protected:
  virtual bool chosen(const Interaction& page) const = 0;
  virtual const OnlineFeatures& known(const Simulation& world, UserId user) const;  // what the recommender is told of the user
  virtual int missed() const { return 0; }                       // per cent of the candidates that retrieval misses
  static bool one_in(std::uint64_t n, const Interaction& page);  // by a hash of the request

 private:
  double minutes_ = 0;
  std::int64_t pages_ = 0;
};

// One request in sixteen.
class PageUtility final : public UtilityQuantity {
 public:
  using UtilityQuantity::UtilityQuantity;

 private:
  bool chosen(const Interaction& page) const override { return one_in(16, page); }
};

// The requests that the claim's variant answered with a partial page.
class PartialUtility final : public UtilityQuantity {
 public:
  using UtilityQuantity::UtilityQuantity;
  void begin(const Study& study) override;

 private:
  bool chosen(const Interaction& page) const override;
  std::vector<bool> cells_;  // of the claim's variant
};

// The requests while the feature store of the claim's variant is down.
class OutageUtility final : public UtilityQuantity {
 public:
  using UtilityQuantity::UtilityQuantity;
  void begin(const Study& study) override;

 private:
  bool chosen(const Interaction& page) const override;
  ServiceParams store_;
};

}  // namespace feedloop
