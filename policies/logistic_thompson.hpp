// Thompson sampling of a logistic model by Laplace's approximation (Chapelle & Li 2011, alg. 3, with the full matrix instead of
// its diagonal): P(click) = logistic(logit(prediction) + x' w), w ~ N(m, scale^2 H^-1). After a batch m is the mode of prior
// times likelihood, found by Newton's method, and H gains sum of p (1 - p) x x' at it. x is the candidate's context
// (policies/context.hpp); without a prediction of the ranker its logit is 0 and x's constant learns the rate. Propensities are
// Monte-Carlo over common draws, with their errors (sampled_law.hpp), and so are marginals.
#pragma once

#include "policies/context.hpp"
#include "policies/feedback.hpp"
#include "policies/linear_model.hpp"
#include "policies/policy.hpp"

namespace feedloop {

class LogisticThompson final : public Policy {
 public:
  static constexpr std::string_view kName = "logistic_thompson";
  static constexpr std::string_view kDoc = "Draws the weights of a logistic click model and takes the largest prediction.";
  struct Params {
    double scale = 1, ridge = 1;
    std::int64_t propensity_draws = 64;
    std::string feedback = "seen";
    ContextParams context;
    void describe(Describe& d) {
      d.number("scale", scale, {1e-6, 100}, "", "Factor of the posterior's width; below 1 explores less.");
      d.number("ridge", ridge, {1e-6, 1e6}, "", "Prior precision of every weight.");
      d.integer("propensity_draws", propensity_draws, {1, 100000}, "draws", "Common draws that estimate propensities.");
      describe_feedback(d, feedback);
      d.group("context", context);
    }
  };
  explicit LogisticThompson(const Params& params)
      : params_(params), context_(params.context), model_(context_.size(), params.ridge) {}
  void learn(std::span<const Interaction> pages) override;
  void visit_state(State& s) override {
    s(context_);
    s(model_);
  }

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
  ContextMap context_;
  LinearModel model_;  // precision H and mean m; its target is not used
};

}  // namespace feedloop
