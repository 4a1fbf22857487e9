// Linear models of the click by candidates' contexts (policies/context.hpp), learned in batches. What is regressed is the click
// minus the ranker's prediction, and the prediction is added back, so that a policy that has learned nothing ranks as the
// ranker predicts (0 where it predicts nothing).
//
//   shared     one theta for all items: x' theta. For features that describe the pair of user and item
//   disjoint   one theta for each item (Li, Chu, Langford & Schapire 2010, alg. 1). For few items shown often
//   hybrid     a shared one over all of x, and the item's own over its first item_dims coordinates (the same, alg. 2)
#pragma once

#include <string>
#include <vector>

#include "policies/context.hpp"
#include "policies/feedback.hpp"
#include "policies/linear_model.hpp"

namespace feedloop {

struct LinearParams {
  std::string model = "shared", feedback = "seen";
  double ridge = 1;
  std::int64_t item_dims = 1;
  ContextParams context;
  void describe(Describe& d, std::vector<std::string> models);
};

class LinearBook {
 public:
  explicit LinearBook(const LinearParams& params);

  // Of a candidate: its mean click and the variance of that at unit noise, x' A^-1 x.
  struct Estimates {
    std::vector<double> mean, variance;
  };
  Estimates estimates(const Ranking& ranking) const;

  bool is_shared() const { return params_.model == "shared"; }
  const LinearModel& shared() const { return shared_; }
  const ContextMap& context() const { return context_; }
  void learn(std::span<const Interaction> pages);
  void visit_state(State& s) {
    s(context_);
    s(shared_);
    s(place_);
    s(items_);
    s(own_);
  }

 private:
  // An item's part of the hybrid model; the paper's letters, A inverted.
  struct Own {
    std::vector<double> a_inverse, cross, b;  // item_dims squared, item_dims x size, item_dims
    void visit_state(State& s) {
      s(a_inverse);
      s(cross);
      s(b);
    }
  };
  std::size_t own_dims() const;
  std::size_t place_of(ItemId item);  // makes one
  void learn_hybrid(Own& own, const float* x, double y);

  LinearParams params_;
  Feedback feedback_;
  ContextMap context_;
  LinearModel shared_;               // shared and hybrid; of a new item where disjoint
  std::vector<std::int32_t> place_;  // by item, in items_ or own_; -1 = never learned of
  std::vector<LinearModel> items_;   // disjoint
  std::vector<Own> own_;             // hybrid
};

}  // namespace feedloop
