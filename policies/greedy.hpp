// Serves the ranking as it is, but for candidates that the rules of the slate do not admit: a re-ranked head has none.
#pragma once

#include "policies/policy.hpp"

namespace feedloop {

class Greedy final : public Policy {
 public:
  static constexpr std::string_view kName = "greedy";
  static constexpr std::string_view kDoc = "Serves the ranking as it is.";
  struct Params {
    void describe(Describe&) {}
  };
  explicit Greedy(const Params&) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;
};

}  // namespace feedloop
