// Thompson sampling with linear payoffs (Agrawal & Goyal 2013, alg. 1): each slot draws coefficients from N(theta, scale^2
// A^-1) and takes the largest predicted click, with the linear models of policies/linear_book.hpp.
//
//   shared     one draw moves all candidates: propensities by common draws, with their errors (sampled_law.hpp)
//   disjoint   items are independent: exact propensities by quadrature (race.hpp)
//
// Marginals are Monte-Carlo.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/linear_book.hpp"

namespace feedloop {

class LinThompson final : public BookPolicy<LinearBook> {
 public:
  static constexpr std::string_view kName = "lin_thompson";
  static constexpr std::string_view kDoc = "Draws the coefficients of a linear click model and takes the largest prediction.";
  struct Params {
    double scale = 0.2;
    std::int64_t propensity_draws = 64;
    LinearParams linear;
    void describe(Describe& d) {
      d.number("scale", scale, {1e-6, 100}, "", "Standard deviation of the noise that the posterior assumes.");
      d.integer("propensity_draws", propensity_draws, {1, 100000}, "draws", "Common draws that estimate propensities.");
      linear.describe(d, {"shared", "disjoint"});
    }
  };
  explicit LinThompson(const Params& params) : BookPolicy(params.linear), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
