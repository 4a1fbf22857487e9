// A multi-task network over dense feature rows: two hidden layers shared by all heads and one logit a head (shared bottom:
// Caruana 1997), and its wide & deep variant (Cheng et al. 2016, section 3), where a linear model on the same rows is added to
// the logits and both are trained jointly.
//
// Loss: weighted logistic, summed over heads, with labels in [0, 1] (a fraction is a soft target: watched 40 % of the item).
// Inputs are standardised by the weighted moments of the last night's rows; a value that is not a number is taken as its
// column's mean. A night is `epochs` passes of Adam in keyed order from yesterday's weights and moments, the learning rate
// falling linearly to zero so that the night ends calibrated. Results are the same on any number of threads, and a row's logits
// do not depend on the rows it is predicted with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/state.hpp"
#include "engine/dense.hpp"

namespace feedloop {

struct NetworkParams : DescentParams {
  std::int64_t hidden1 = 128, hidden2 = 64;
  double online_rate = 0.5;
  void describe(Describe& d) {
    d.integer("hidden1", hidden1, {1, 1024}, "units", "Width of the first hidden layer.");
    d.integer("hidden2", hidden2, {1, 1024}, "units", "Width of the second hidden layer.");
    DescentParams::describe(d, "rows", 65536);
    d.number("online_rate", online_rate, {0, 1}, "", "Step size between nights, as a share of learning_rate.");
  }
};

// n rows of `width` features, and n x heads labels in [0, 1] and weights >= 0, all row-major. A weight of 0: the row does not
// count for that head.
struct LabelledBatch {
  std::span<const float> rows;
  int width;
  std::span<const float> label, weight;
};

class Network {
 public:
  // wide: adds the linear part.
  Network(const NetworkParams& params, int heads, bool wide);

  // One night. False, and the model as it was, when no row counts or the night diverged.
  // Requires: the width of earlier nights.
  bool train(const LabelledBatch& data, Seed seed, std::uint64_t night);
  // Between nights: one pass over new rows, in their order, from the current weights and moments, with a constant step size.
  // The inputs' moments stay the night's; a step on fewer rows than a batch is smaller accordingly. False as of train().
  // Requires: ready(), and the width trained with.
  bool update(const LabelledBatch& data);
  bool ready() const { return nights_ > 0; }  // has learned from at least one night

  // Log-odds, n x heads, always finite. Requires: ready(), and the width trained with.
  void predict(std::span<const float> rows, int width, float* logits) const;

  void visit_state(State& s);

  // The loss that train() descends, averaged over rows per unit of mean weight, and its gradient; for tests.
  double loss(const LabelledBatch& data, std::vector<float>* gradient = nullptr) const;
  std::span<float> weights() { return weights_; }

 private:
  struct Shard;
  void build(std::size_t width);
  std::span<const float> deep_weights() const { return std::span(weights_).first(deep_->size()); }
  std::span<const float> wide_weights() const { return std::span(weights_).subspan(deep_->size()); }
  void forward(std::size_t n, Shard& shard) const;
  // Steps over the rows in `order`; `rate(step)` gives the step size. Weights of rows count in units of `unit`.
  enum class LastBatch { Whole, Partial };  // whether a short batch counts as a whole one
  template <class Rate>
  void pass(const LabelledBatch& data, std::span<const std::uint32_t> order, double unit, LastBatch last, Rate rate);
  bool keep_if_tame(Network former);
  double descend(const LabelledBatch& data, std::span<const std::uint32_t> rows, std::span<const float> transposed, float scale,
                 Shard& shard) const;

  NetworkParams params_;
  std::size_t heads_;
  bool wide_;
  std::optional<Layers> deep_, linear_;  // follow from the width, so not part of the state
  Standardiser inputs_;
  std::vector<float> weights_;        // deep, then wide
  std::vector<std::uint8_t> biased_;  // by head: its bias has been set to the base rate
  Adam adam_;
  std::int64_t nights_ = 0;
};

}  // namespace feedloop
