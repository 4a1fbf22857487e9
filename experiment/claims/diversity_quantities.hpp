// How diverse what a variant's users click is, by category: within users, and of all their clicks together (Holtz, Carterette,
// Chandar, Nazari, Cramer & Aral 2020, "The engagement-diversity connection").
#pragma once

#include <vector>

#include "experiment/claims/quantity.hpp"

namespace feedloop {

class ClickDiversity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  std::size_t categories_ = 0;
  std::vector<std::int64_t> clicks_;  // users x categories
};

// Mean over users who clicked of the entropy of their clicks' categories, in nats; NaN when nobody clicked.
class UserClickEntropy final : public ClickDiversity {
 public:
  using ClickDiversity::ClickDiversity;
  double value(const Report&) const override;
};

// Entropy of the categories of all clicks, in nats; NaN likewise.
class AllClickEntropy final : public ClickDiversity {
 public:
  using ClickDiversity::ClickDiversity;
  double value(const Report&) const override;
};

}  // namespace feedloop
