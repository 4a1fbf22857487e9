// LinUCB (Li, Chu, Langford & Schapire 2010, "A contextual-bandit approach to personalized news article recommendation"): ranks
// by
//
//   value = mean + alpha * sqrt(x' A^-1 x)
//
// with the linear models of policies/linear_book.hpp: shared, disjoint (alg. 1) or hybrid (alg. 2). Clicks vary by far less
// than 1, so alpha well below the theory's 1 + sqrt(ln(2 / delta) / 2) is enough. Certain: propensity 1.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/linear_book.hpp"

namespace feedloop {

class LinUcb final : public BookPolicy<LinearBook> {
 public:
  static constexpr std::string_view kName = "lin_ucb";
  static constexpr std::string_view kDoc = "Ranks by a linear prediction of the click plus alpha of its standard deviations.";
  struct Params {
    double alpha = 0.3;
    LinearParams linear;
    void describe(Describe& d) {
      d.number("alpha", alpha, {0, 100}, "", "Standard deviations added to the mean.");
      d.integer("item_dims", linear.item_dims, {1, 257}, "",
                "Of the hybrid: leading coordinates that items weigh on their own.");
      linear.describe(d, {"shared", "disjoint", "hybrid"});
    }
  };
  explicit LinUcb(const Params& params) : BookPolicy(params.linear), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
