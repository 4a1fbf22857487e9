// Each slot explores with probability epsilon: a uniform draw from the candidates that are left; else the best that is left.
#pragma once

#include "policies/policy.hpp"

namespace feedloop {

class EpsilonGreedy final : public Policy {
 public:
  static constexpr std::string_view kName = "epsilon_greedy";
  static constexpr std::string_view kDoc = "Each slot draws uniformly from the remaining candidates with probability epsilon.";
  struct Params {
    double epsilon = 0.05;
    void describe(Describe& d) { d.number("epsilon", epsilon, {0, 1}, "probability", "Chance that a slot explores."); }
  };
  explicit EpsilonGreedy(const Params& params) : params_(params) {}
  Slate choose(const Ranking& ranking, const Request& request, Rng rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
