// Multi-task logistic regression: one ridge-penalised model a head on shared rows, by Newton's method (iteratively
// re-weighted least squares) from the last night's weights. Between nights one Newton step on the new rows, in which what was
// known before counts as the information of the last `online_impressions` impressions: a recursive estimate with forgetting, as
// in dynamic logistic regression (McCormick, Raftery, Madigan & Burd 2012, section 2). Where the slot is an input
// (SlotTreatment), log(slot) takes the position's part of a click, and serving predicts for slot 1.
#pragma once

#include <vector>

#include "engine/ranking/scorer.hpp"

namespace feedloop {

class Logistic final : public Scorer {
 public:
  static constexpr std::string_view kName = "logistic";
  static constexpr std::string_view kDoc = "One logistic regression a head on shared features.";
  struct Params {
    double ridge = 5;
    std::int64_t iterations = 3, first_iterations = 8, min_positives = 20;
    double online_impressions = 50'000;
    void describe(Describe& d) {
      d.number("ridge", ridge, {1e-6, 1e6}, "", "Penalty on squared weights.");
      d.integer("iterations", iterations, {1, 100}, "", "Newton steps a night.");
      d.integer("first_iterations", first_iterations, {1, 100}, "", "Newton steps of the first night.");
      d.integer("min_positives", min_positives, {1, 1e6}, "rows", "A head with fewer positives keeps its last weights.");
      d.number("online_impressions", online_impressions, {1, 1e12}, "impressions",
               "What the former weights count as in an update between nights: fewer follow a change faster, with more noise.");
    }
  };
  explicit Logistic(const Params& params) : params_(params) {}

  bool ready() const override { return trained_[0] != 0; }
  void score(const ScoringInput& in, std::span<Candidate> candidates) const override;
  HeadValues mean_rates() const override { return mean_; }
  void train(const TrainingInput& in) override;
  bool update(const TrainingInput& in, std::size_t first) override;
  void visit_state(State& s) override {
    s(weights_);
    s(mean_);
    s(trained_);
  }

  // One head's weights: the features', then the intercept, then log(slot).
  std::span<const double> weights(Head head) const;

 private:
  Params params_;
  std::vector<double> weights_;  // kHeads rows of width + 2
  HeadValues mean_ = kPriorMeans;
  std::array<std::uint8_t, kHeads> trained_{};
};

}  // namespace feedloop
