// Thompson sampling (Thompson 1933; Chapelle & Li 2011, alg. 2): each slot draws a click probability for everybody left from
// the item's posterior and takes the largest. Posteriors start at the ranker's prediction and are those of
// policies/item_book.hpp:
//
//   beta       Beta(n * mean, n * (1 - mean)), exact for clicks; `scale` s divides n by s^2
//   gaussian   N(mean, s^2 * mean * (1 - mean) / n)
//
// Propensities are P(largest) among who is left, by quadrature to 1e-6 (policies/race.hpp); marginals are Monte-Carlo.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

class Thompson final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "thompson";
  static constexpr std::string_view kDoc = "Draws a click rate for each item from its posterior and takes the largest.";
  struct Params {
    std::string posterior = "beta";
    double scale = 1;
    BookParams book;
    void describe(Describe& d) {
      d.text("posterior", posterior, {"beta", "gaussian"}, "Family of the posteriors.");
      d.number("scale", scale, {1e-3, 100}, "",
               "Factor of the posteriors' widths; below 1 explores less (Chapelle & Li 2011).");
      book.describe(d);
    }
  };
  explicit Thompson(const Params& params) : BookPolicy(params.book), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
