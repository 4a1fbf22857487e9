// Ranks by the largest click probability that the record does not contradict (Garivier & Cappe 2011, "The KL-UCB algorithm for
// bounded stochastic bandits and beyond", eq. 1):
//
//   value_i = max { q : n_i * d(mean_i, q) <= ln t + c ln ln t },   d(p, q) the Kullback-Leibler divergence of Bernoullis
//
// with the item's belief (policies/item_book.hpp) and t the slots learned from. Tighter than UCB1 where clicks are rare. A
// value is solved for, to 1e-9, only where one evaluation of d says that it exceeds the best so far. Certain: propensity 1.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

// The largest q in [mean, 1] with n * d(mean, q) <= budget. Requires: 0 < mean < 1, n >= 0, budget >= 0.
double kl_upper_bound(double mean, double n, double budget);

class KlUcb final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "kl_ucb";
  static constexpr std::string_view kDoc = "Ranks by the largest click rate that the record does not contradict.";
  struct Params {
    double c = 0;
    BookParams book;
    void describe(Describe& d) {
      d.number("c", c, {0, 10}, "", "Weight of ln ln t; 0 works best in practice, 3 is what the proof needs.");
      book.describe(d);
    }
  };
  explicit KlUcb(const Params& params) : BookPolicy(params.book), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
