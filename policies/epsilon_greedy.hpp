// Each slot explores with probability epsilon: a uniform draw from the candidates that are left and that the rules of the slate
// admit; else the best of them. Marginals are closed form where no rule can bind, otherwise Monte-Carlo with their errors.
#pragma once

#include "policies/policy.hpp"

namespace feedloop {

class EpsilonGreedy final : public Policy {
 public:
  static constexpr std::string_view kName = "epsilon_greedy";
  static constexpr std::string_view kDoc = "Each slot draws uniformly from the remaining candidates with probability epsilon.";
  struct Params {
    double epsilon = 0.05;
    std::int64_t marginal_draws = 32;
    void describe(Describe& d) {
      d.number("epsilon", epsilon, {0, 1}, "probability", "Chance that a slot explores.");
      d.integer("marginal_draws", marginal_draws, {1, 100000}, "slates",
                "Slates drawn to estimate marginal probabilities where the rules of the slate leave no closed form.");
    }
  };
  explicit EpsilonGreedy(const Params& params) : params_(params) {}
  Slate choose(const Ranking& ranking, const Request& request, Rng rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
