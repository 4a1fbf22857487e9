// Boltzmann exploration: each slot is drawn in proportion to exp(value / temperature) among who is left (Luce 1959; Sutton &
// Barto 2018, eq. 2.11), so the slate is a Plackett-Luce draw. The value is the candidate's score, or the counted click
// probability (policies/item_book.hpp). Propensities are closed form, marginals Monte-Carlo.
#pragma once

#include "policies/book_policy.hpp"
#include "policies/item_book.hpp"

namespace feedloop {

class Softmax final : public BookPolicy<ItemBook> {
 public:
  static constexpr std::string_view kName = "softmax";
  static constexpr std::string_view kDoc = "Draws each slot in proportion to exp(value / temperature).";
  struct Params {
    double temperature = 0.1;
    std::string values = "ranking";
    BookParams book;
    void describe(Describe& d) {
      d.number("temperature", temperature, {1e-6, 1e6}, "", "Higher explores more.");
      d.text("values", values, {"ranking", "counts"}, "What is weighed: the candidate's score, or clicks counted.");
      book.describe(d);
    }
  };
  explicit Softmax(const Params& params) : BookPolicy(params.book), params_(params) {}

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
};

}  // namespace feedloop
