// Two towers (Covington, Adams, Sargin 2016; Yi et al. 2019): a network that maps a user's features, and one that maps an
// item's, to vectors whose inner product scores the pair. An item nobody has played has a vector by its content alone.
//
// Training: softmax over sampled candidates. The candidates of a batch are its own positives and items drawn uniformly from the
// catalogue (mixed negative sampling: Yang et al. 2020, section 3), so item j is expected
//   Q_j = batch * frequency_j + negatives / items
// times, and log Q_j is taken from every candidate's score, the positive's too (Yi et al., eq. 4). Without that correction
// popular items, which are met as negatives most often, are held down. Copies of an example's own positive do not count against
// it. With negatives_from = "page" an example's candidates are instead its positive and what stood on the same page and was not
// clicked, each once and uncorrected: the model learns P(which of the page | one of it), and never meets what was not shown
// (the selection bias that mixed negative sampling is for: Yang et al. 2020, section 1). A night is `epochs` passes of Adam in
// keyed order from yesterday's weights and moments, the learning rate falling linearly to zero. Results are the same on any
// number of threads. Inputs are standardised by the last night's moments; a value that is not a number is taken as its column's
// mean.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/state.hpp"
#include "engine/dense.hpp"

namespace feedloop {

struct TowersParams : DescentParams {
  std::int64_t hidden = 64, dims = 32, negatives = 256;
  bool correction = true;
  std::string negatives_from = "catalogue";
  bool from_page() const { return negatives_from == "page"; }
  TowersParams() { learning_rate = 0.01; }
  void describe(Describe& d) {
    d.integer("hidden", hidden, {1, 1024}, "units", "Width of each tower's hidden layer.");
    d.integer("dims", dims, {8, 128}, "", "Length of the vectors.");
    DescentParams::describe(d, "plays", 2048);  // each a negative of the others of its batch
    d.integer("negatives", negatives, {0, 2048}, "items", "Further negatives of a step, drawn uniformly from the catalogue.");
    d.flag("correction", correction, "Take the logarithm of the sampling frequency from the scores while training.");
    d.text(
        "negatives_from", negatives_from, {"catalogue", "page"},
        "What a play competes with in training: the other plays of its batch and `negatives` items of the catalogue; or only "
        "what was shown on the same page without a click, without correction.");
  }
};

// Examples: a row of user features, the item played, what the play counts (> 0), and, read with negatives_from = "page" only,
// what stood beside it: of example i beside[ends[i - 1]..ends[i]), each item once and not the one played. Items: a row of
// features each, by item. Requires: at least one item when there are examples, and items below their number.
struct Plays {
  std::span<const float> user_inputs;
  std::span<const std::uint32_t> positives;
  std::span<const float> weights;
  std::span<const float> item_inputs;
  std::span<const std::uint32_t> beside = {}, ends = {};
  std::span<const std::uint32_t> beside_of(std::size_t i) const {
    const std::size_t begin = i > 0 ? ends[i - 1] : 0;
    return beside.subspan(begin, ends[i] - begin);
  }
};

class Towers {
 public:
  Towers(const TowersParams& params, int user_width, int item_width);

  // One night. False, and the model as it was, when there are no examples or the night diverged.
  bool train(const Plays& plays, Seed seed, std::uint64_t night);
  bool ready() const { return nights_ > 0; }  // has learned from at least one night

  int dims() const { return static_cast<int>(params_.dims); }
  // The vectors, always finite, row-major without padding; a row's bits do not depend on the rows beside it. Any number of
  // threads at once. Requires: ready().
  void embed_items(const float* inputs, std::size_t n, float* out) const { embed(item_, inputs, n, out); }
  void embed_user(const float* input, float* out) const { embed(user_, input, 1, out); }

  void visit_state(State& s) {
    s(user_);
    s(item_);
    s(nights_);
  }

  // The loss of one step and its gradient by each tower's weights, for tests. `rows` are the batch's examples, `negatives` the
  // items drawn beside them.
  struct Gradients {
    std::vector<float> user, item;
  };
  double loss(const Plays& plays, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> negatives,
              Gradients* gradients = nullptr) const;
  std::span<float> user_weights() { return user_.weights; }
  std::span<float> item_weights() { return item_.weights; }

 private:
  struct Tower {
    Layers layers;  // follows from the parameters, so not part of the state
    Standardiser inputs;
    std::vector<float> weights;
    Adam adam;
    void visit_state(State& s) {
      s(inputs);
      s(weights);
      s(adam);
    }
  };
  struct Shard;
  struct Step;
  void embed(const Tower& tower, const float* inputs, std::size_t n, float* out) const;
  double descend(const Plays& plays, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> negatives,
                 Step& step) const;

  TowersParams params_;
  Tower user_, item_;
  std::int64_t nights_ = 0;
};

}  // namespace feedloop
