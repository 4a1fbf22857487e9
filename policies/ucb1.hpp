// Ranks by an upper confidence bound of the click probability (Auer, Cesa-Bianchi & Fischer 2002, "Finite-time analysis" of
// bandits, UCB1):
//
//   value_i = mean_i + scale * sqrt(2 ln t / n_i)
//
// mean_i and n_i (the prior's weight included) are the item's belief (policies/item_book.hpp), t the slots learned from; with
// prior_weight = 0 whoever was never shown comes first. With a half-life it is the discounted UCB of Garivier & Moulines 2011.
// The bound holds for any rewards in [0, 1] and is wide where clicks are rare: scale 0.1 suits click rates of a few percent.
// Certain: propensity 1.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

class Ucb1 final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "ucb1";
  static constexpr std::string_view kDoc = "Ranks by the mean click rate plus sqrt(2 ln t / n).";
  struct Params {
    double scale = 1;
    BookParams book;
    void describe(Describe& d) {
      d.number("scale", scale, {0, 100}, "", "Factor of the bonus for what was shown little; 1 is the textbook's.");
      book.describe(d);
    }
  };
  explicit Ucb1(const Params& params) : BookPolicy(params.book), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
