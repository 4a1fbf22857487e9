// The neural scorers: a network with a shared bottom and a logit a head (see network.hpp), deep alone or with a wide part. The
// slot is a training-only input (see training_rows.hpp).
#pragma once

#include "engine/ranking/network.hpp"
#include "engine/ranking/scorer.hpp"

namespace feedloop {

class Neural : public Scorer {
 public:
  struct Params : NetworkParams {
    std::int64_t min_positives = 20;
    void describe(Describe& d) {
      NetworkParams::describe(d);
      d.integer("min_positives", min_positives, {1, 1e6}, "rows", "A head with fewer positives does not train.");
    }
  };
  bool ready() const override { return network_.ready(); }
  void score(const ScoringInput& in, std::span<Candidate> candidates) const override;
  HeadValues mean_rates() const override { return mean_; }
  void train(const TrainingInput& in) override;
  bool update(const TrainingInput& in, std::size_t first) override;
  void visit_state(State& s) override {
    s(network_);
    s(mean_);
    s(trained_);
    s(nights_);
  }

 protected:
  Neural(const Params& params, bool wide) : params_(params), network_(params, kHeads, wide) {}

 private:
  Params params_;
  Network network_;
  HeadValues mean_ = kPriorMeans;
  std::array<std::uint8_t, kHeads> trained_{};
  std::uint64_t nights_ = 0;
};

class MultiTaskMlp final : public Neural {
 public:
  static constexpr std::string_view kName = "mlp";
  static constexpr std::string_view kDoc = "Multi-task network: two shared hidden layers and a logit a head.";
  using Params = Neural::Params;
  explicit MultiTaskMlp(const Params& params) : Neural(params, false) {}
};

class WideAndDeep final : public Neural {
 public:
  static constexpr std::string_view kName = "wide_deep";
  static constexpr std::string_view kDoc = "The multi-task network and a linear model trained jointly (wide & deep).";
  using Params = Neural::Params;
  explicit WideAndDeep(const Params& params) : Neural(params, true) {}
};

}  // namespace feedloop
