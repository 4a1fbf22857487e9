// Every slot is a uniform draw from the candidates that are left and that the rules of the slate admit: the log that off-policy
// evaluation wants. Propensity 1 / admitted; marginals are 1 / candidates where no rule can bind.
#pragma once

#include "policies/policy.hpp"

namespace feedloop {

class Random final : public Policy {
 public:
  static constexpr std::string_view kName = "random";
  static constexpr std::string_view kDoc = "Every slot draws uniformly from the remaining candidates.";
  struct Params {
    void describe(Describe&) {}
  };
  explicit Random(const Params&) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;
};

}  // namespace feedloop
