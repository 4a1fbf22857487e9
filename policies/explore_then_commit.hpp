// Shows every item `impressions` times, then ranks by the click rates found (Robbins 1952; Lattimore & Szepesvari 2020, ch. 6).
// While someone left has fewer, the slot is a uniform draw from those; else it holds the largest mean (policies/item_book.hpp),
// which what is shown later changes no more. New items start their own count.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

class ExploreThenCommit final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "explore_then_commit";
  static constexpr std::string_view kDoc = "Shows every item a number of times, then the best found.";
  struct Params {
    double impressions = 100;
    BookParams book;
    void describe(Describe& d) {
      d.number("impressions", impressions, {0, 1e9}, "impressions", "How often an item is shown before it is judged.");
      book.describe(d);
    }
  };
  explicit ExploreThenCommit(const Params& params) : BookPolicy(params.book), params_(params) {}
  void learn(std::span<const Interaction> pages) override { book_.learn(pages, params_.impressions); }

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
