// Boosted trees, one ensemble a head, trained by XGBoost and served by our flattened forest. A night trains from nothing on the
// log's rows, heads side by side; between nights the trees stay as they are. The slot is a training-only input (see
// training_rows.hpp).
#pragma once

#include <array>
#include <string>

#include "engine/ranking/forest.hpp"
#include "engine/ranking/scorer.hpp"
#include "engine/ranking/xgboost.hpp"

namespace feedloop {

class GradientBoosting final : public Scorer {
 public:
  static constexpr std::string_view kName = "gradient_boosting";
  static constexpr std::string_view kDoc = "Boosted trees a head: XGBoost trains, a flattened forest serves.";
  struct Params {
    BoostingParams boosting;
    std::int64_t min_positives = 100;
    void describe(Describe& d) {
      boosting.describe(d);
      d.integer("min_positives", min_positives, {1, 1e6}, "rows", "A head with fewer positives keeps its last trees.");
    }
  };
  explicit GradientBoosting(const Params& params) : params_(params) {}

  bool ready() const override { return !models_[0].empty(); }
  void score(const ScoringInput& in, std::span<Candidate> candidates) const override;
  HeadValues mean_rates() const override { return mean_; }
  void train(const TrainingInput& in) override;
  void visit_state(State& s) override;

  const Forest& forest() const { return forest_; }
  const std::array<std::string, kHeads>& models() const { return models_; }  // as XGBoost saves them; empty: not trained

 private:
  void flatten();

  Params params_;
  std::array<std::string, kHeads> models_;  // as XGBoost saves them; empty: not trained yet
  HeadValues mean_ = kPriorMeans;
  Forest forest_;                    // of the trained heads; follows from models_
  std::array<int, kHeads> place_{};  // of a head in the forest, or -1
};

}  // namespace feedloop
