// Exponential weights for rewards that anyone may have chosen (Auer, Cesa-Bianchi, Freund & Schapire 2002, "The nonstochastic
// bandit problem", Exp3):
//
//   P(i) = (1 - gamma) * w_i / sum w + gamma / K,   w_i = exp(eta * G_i)
//
// over the K admitted; G_i is the item's clicks, each divided by the logged propensity of its slot, and starts at prior_weight
// times its predicted click probability. eta = gamma / K in the paper, K the candidates of the request: eta_scale multiplies
// it. Propensities are closed form, marginals Monte-Carlo.
#pragma once

#include "policies/feedback.hpp"
#include "policies/policy.hpp"

namespace feedloop {

class Exp3 final : public Policy {
 public:
  static constexpr std::string_view kName = "exp3";
  static constexpr std::string_view kDoc = "Exponential weights over clicks divided by propensities, with a uniform share.";
  struct Params {
    double gamma = 0.1, eta_scale = 1;
    double prior_weight = 20, prior_mean = 0.05;
    std::string feedback = "seen";
    void describe(Describe& d) {
      d.number("gamma", gamma, {1e-6, 1}, "probability", "Share of slots that are uniform draws.");
      d.number("eta_scale", eta_scale, {1e-6, 1e6}, "", "Learning rate as a multiple of gamma / K.");
      d.number("prior_weight", prior_weight, {0, 1e9}, "impressions", "Impressions that the ranker's prediction counts for.");
      d.number("prior_mean", prior_mean, {1e-6, 0.999999}, "probability",
               "Click probability of an item of which the ranker predicts nothing.");
      describe_feedback(d, feedback);
    }
  };
  explicit Exp3(const Params& params) : params_(params), feedback_(feedback_named(params.feedback)) {}
  void learn(std::span<const Interaction> pages) override;
  void visit_state(State& s) override { s(gains_); }

 protected:
  bool learns_from_propensities() const override { return true; }
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  Params params_;
  Feedback feedback_;
  std::vector<double> gains_;  // by item
};

}  // namespace feedloop
