// Each slot explores with probability epsilon: a uniform draw from the candidates that are left and that the rules of the slate
// admit; else the best of them, by the ranking or by counted clicks (policies/item_book.hpp). Marginals are closed form where
// the best is the ranking's and no rule can bind, otherwise Monte-Carlo with their errors.
//
// With half_slots = h the rate falls as epsilon * h / (h + slots learned from): 1 / t in the end (Auer, Cesa-Bianchi & Fischer
// 2002, fig. 3).
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

class EpsilonGreedy final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "epsilon_greedy";
  static constexpr std::string_view kDoc = "Each slot draws uniformly from the remaining candidates with probability epsilon.";
  struct Params {
    double epsilon = 0.05;
    std::int64_t marginal_draws = 32;
    double cold_epsilon = -1, half_slots = 0;
    std::string values = "ranking";
    BookParams book;
    void describe(Describe& d) {
      d.number("epsilon", epsilon, {0, 1}, "probability", "Chance that a slot explores.");
      d.integer("marginal_draws", marginal_draws, {1, 100000}, "slates",
                "Slates drawn to estimate marginal probabilities where the rules of the slate leave no closed form.");
      d.number("cold_epsilon", cold_epsilon, {-1, 1}, "probability", "The same chance for cold users; negative = as for all.");
      d.number("half_slots", half_slots, {0, 1e12}, "slots",
               "The chance falls to half when this many slots were learned from, and on as 1 / t; 0 = constant.");
      d.text("values", values, {"ranking", "counts"}, "What makes a candidate the best: its rank, or clicks counted.");
      book.describe(d);
    }
  };
  explicit EpsilonGreedy(const Params& params) : BookPolicy(params.book), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;
  int marginal_draws() const override { return static_cast<int>(params_.marginal_draws); }

 private:
  Params params_;
};

}  // namespace feedloop
