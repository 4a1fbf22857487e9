// What published studies report of their small worlds (experiment/published/), measured in ours. Variants are recommenders by
// name; a claim's `metric` is a design of the first and the third study, a training of the second, a growth of the pool of the
// fourth.
#pragma once

#include <string>
#include <vector>

#include "experiment/claims/quantity.hpp"
#include "experiment/published/degeneracy.hpp"
#include "experiment/published/homogenisation.hpp"
#include "experiment/published/marketplace.hpp"
#include "experiment/published/symbiosis.hpp"

namespace feedloop {

std::vector<std::string> symbiosis_designs();

// Means over the replications of the scenario's seed.
class SymbiosisQuantity : public Probe {
 public:
  using Probe::Probe;
  // Throws Error when a variant is none of the study's recommenders.
  void begin(const Study& study) override;
  double value(const Report&) const override { return value_; }

 protected:
  virtual double read(const SymbiosisReport& report) const = 0;
  std::size_t recommender(std::string_view variant) const;  // place in kSymbiosisRecommenders

 private:
  double value_ = kNoValue;
};

// Take-up when everybody has the variant's recommender: its contrast is the true effect.
class SymbiosisTakeUp final : public SymbiosisQuantity {
 public:
  using SymbiosisQuantity::SymbiosisQuantity;

 private:
  double read(const SymbiosisReport& report) const override;
};

// Of `variant` against `against` by the claim's design: the estimate, the estimate less the true effect, or by how much the
// latter's size exceeds that of the naive estimate.
class SymbiosisOfPair : public SymbiosisQuantity {
 public:
  using SymbiosisQuantity::SymbiosisQuantity;

 protected:
  double bias(const SymbiosisReport& report, std::string_view design) const;
  double estimate(const SymbiosisReport& report, std::string_view design) const;
};
class SymbiosisEstimate final : public SymbiosisOfPair {
 public:
  using SymbiosisOfPair::SymbiosisOfPair;

 private:
  double read(const SymbiosisReport& report) const override { return estimate(report, claim().metric); }
};
class SymbiosisBias final : public SymbiosisOfPair {
 public:
  using SymbiosisOfPair::SymbiosisOfPair;

 private:
  double read(const SymbiosisReport& report) const override { return bias(report, claim().metric); }
};
class SymbiosisExcess final : public SymbiosisOfPair {
 public:
  using SymbiosisOfPair::SymbiosisOfPair;

 private:
  double read(const SymbiosisReport& report) const override;
};

// "repeated", "single", and the first less the second.
std::vector<std::string> homogenisation_trainings();

// Of the variant's recommender, by the claim's training.
class HomogenisationQuantity : public Probe {
 public:
  using Probe::Probe;
  // Throws Error when the variant is none of the study's recommenders.
  void begin(const Study& study) override;
  double value(const Report&) const override { return value_; }

 protected:
  virtual double read(const Homogenisation& of) const = 0;

 private:
  double value_ = kNoValue;
};
template <double (*read_from)(const Homogenisation&)>
class HomogenisationOf final : public HomogenisationQuantity {
 public:
  using HomogenisationQuantity::HomogenisationQuantity;

 private:
  double read(const Homogenisation& of) const override { return read_from(of); }
};
inline double jaccard_change(const Homogenisation& h) { return h.jaccard_change; }
inline double utility_change(const Homogenisation& h) { return h.utility_change; }
inline double gini_change(const Homogenisation& h) { return h.gini_change; }

std::vector<std::string> market_designs();

// Of the claim's design over the replications of the scenario's seed; no variant plays a part.
class MarketplaceQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  double value(const Report&) const override { return value_; }

 protected:
  struct Design {
    double mean = 0, sd = 0;  // of its estimates; sd is NaN with one replication
  };
  virtual double read(double truth, const Design& own, const Design& bernoulli) const = 0;

 private:
  double value_ = kNoValue;
};
class MarketplaceInflation final : public MarketplaceQuantity {
 public:
  using MarketplaceQuantity::MarketplaceQuantity;

 private:
  double read(double truth, const Design& own, const Design&) const override { return own.mean / truth - 1; }
};
class MarketplaceBiasCut final : public MarketplaceQuantity {
 public:
  using MarketplaceQuantity::MarketplaceQuantity;

 private:
  double read(double truth, const Design& own, const Design& bernoulli) const override;
};
class MarketplaceSdCost final : public MarketplaceQuantity {
 public:
  using MarketplaceQuantity::MarketplaceQuantity;

 private:
  double read(double, const Design& own, const Design& bernoulli) const override { return own.sd / bernoulli.sd - 1; }
};

std::vector<std::string> pool_growths();

// Of the variant's recommender, by the claim's growth of the pool.
class DegeneracyQuantity : public Probe {
 public:
  using Probe::Probe;
  // Throws Error when the variant is none of the study's recommenders.
  void begin(const Study& study) override;
  double value(const Report&) const override { return value_; }

 protected:
  virtual double read(const Degeneracy& of) const = 0;

 private:
  double value_ = kNoValue;
};
template <double (*read_from)(const Degeneracy&)>
class DegeneracyOf final : public DegeneracyQuantity {
 public:
  using DegeneracyQuantity::DegeneracyQuantity;

 private:
  double read(const Degeneracy& of) const override { return read_from(of); }
};
inline double last_distance(const Degeneracy& d) { return d.distance.back(); }
inline double early_distance(const Degeneracy& d) { return d.distance[kDegeneracyPoints / 5]; }
inline double late_growth(const Degeneracy& d) { return d.growth; }
inline double largest_change(const Degeneracy& d) { return d.largest; }

}  // namespace feedloop
