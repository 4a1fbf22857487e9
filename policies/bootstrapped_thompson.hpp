// Bootstrapped Thompson sampling over the ranker (Eckles & Kaptein 2014; Osband & Van Roy 2015). Each of `replicates` books
// counts every slot a Poisson(1) number of times (online bootstrap, Oza & Russell 2001), with a key of its own, so batches do
// not matter; each slot of a slate picks a replicate at random and takes its largest value
//
//   value_ib = m_i * (w0 * g_ib + clicks_ib / e_ib) / (w0 + n_ib)
//
// with the letters of policies/item_book.hpp and g_ib a prior draw of mean 1 and variance 1 / max(1, w0 m_i), without which
// what was never clicked would never be tried again. The propensity is the share of the replicates in which the candidate is
// the best who is left: exact. Marginals are Monte-Carlo.
#pragma once

#include "policies/feedback.hpp"
#include "policies/policy.hpp"

namespace feedloop {

class BootstrappedThompson final : public Policy {
 public:
  static constexpr std::string_view kName = "bootstrapped_thompson";
  static constexpr std::string_view kDoc =
      "Ranks by one of several bootstrap replicates of the items' click rates, drawn for each slot.";
  struct Params {
    std::int64_t replicates = 32;
    double prior_weight = 20, prior_mean = 0.05;
    std::string feedback = "seen";
    void describe(Describe& d) {
      d.integer("replicates", replicates, {1, 1000}, "", "Bootstrap replicates.");
      d.number("prior_weight", prior_weight, {1e-6, 1e9}, "impressions",
               "Impressions that the ranker's prediction counts for.");
      d.number("prior_mean", prior_mean, {1e-6, 0.999999}, "probability",
               "Click probability of an item of which the ranker predicts nothing.");
      describe_feedback(d, feedback);
    }
  };
  explicit BootstrappedThompson(const Params& params) : params_(params) {}
  void learn(std::span<const Interaction> pages) override;
  void visit_state(State& s) override { s(tallies_); }

 protected:
  std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const override;

 private:
  struct Tally {
    float shown = 0, clicked = 0, expected = 0;
  };
  Params params_;
  std::vector<Tally> tallies_;  // by item and replicate
};

}  // namespace feedloop
