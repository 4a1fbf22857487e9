// What the neural models share: matrix products, stacks of fully connected layers, Adam, and standardised inputs.
//
// Matrices are row-major floats whose rows are padded with zeros to whole blocks of 16 (`padded`). Every element of a product
// is one chain of fused multiply-adds in the order of the summed index, so a row's bits depend neither on the rows beside it
// nor on threads. Functions here run on the caller's thread; const ones on any number of threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/state.hpp"

namespace feedloop {

constexpr std::size_t padded(std::size_t n) { return (n + 15) / 16 * 16; }

// c = start + a b. Element (i, k) of a is a.data[i * a.row + k * a.column], so a transposed matrix needs no copy. b is k x n
// and c is m x n, both without gaps; start is one row that every row of c begins with, or null for zero. Requires: n is a
// multiple of 16, and c overlaps neither a nor b.
struct ProductSize {
  std::size_t m, n, k;
};
struct Strided {
  const float* data;
  std::size_t row, column = 1;
};
void multiply(ProductSize size, Strided a, const float* b, const float* start, float* c);

// c = a transposed: a is rows x columns with rows `stride` apart, c is columns x padded(rows).
void transpose(std::size_t rows, std::size_t columns, std::size_t stride, const float* a, float* c);

// Fully connected layers with max(0, x) between them; the last is linear. The weights of all layers are one flat array, for a
// layer from `in` to `out` units in x padded(out) weights and then padded(out) biases, so that whoever trains the
// layers sees a plain vector. Gradients have the same shape.
class Layers {
 public:
  explicit Layers(std::vector<std::size_t> widths);  // input, hidden..., output. Requires: two or more, all positive

  std::size_t size() const { return size_; }  // floats in the array of weights
  std::size_t input() const { return widths_.front(); }
  std::size_t output() const { return widths_.back(); }

  // Normal weights of variance 2 / in (He, Zhang, Ren, Sun 2015, eq. 10) and zero biases; the last layer's have standard
  // deviation output_scale / sqrt(in).
  void initialise(Rng rng, double output_scale, std::span<float> weights) const;

  // What forward() leaves for backward(): the outputs of every layer, and room for their derivatives.
  struct Tape {
    std::vector<std::vector<float>> values, slopes;
    float* output() { return values.back().data(); }
    float* output_slope() { return slopes.back().data(); }
  };
  // x: n rows of padded(input()). The outputs, n rows of padded(output()), are in the tape.
  void forward(std::span<const float> weights, std::size_t n, const float* x, Tape& tape) const;

  // Every layer's weights transposed, as backward() wants them; once a step serves all its rows.
  void transpose_weights(std::span<const float> weights, std::vector<float>& out) const;

  // Overwrites `gradient` by the sum over rows of the derivative by the weights, given the derivative by the outputs in
  // tape.output_slope() (zero in the padding) for the rows of the last forward().
  void backward(std::span<const float> transposed, std::size_t n, const float* x, Tape& tape, std::span<float> gradient) const;

  void shrink(std::span<float> weights, float factor) const;  // multiplies weights, not biases

 private:
  std::vector<std::size_t> widths_;
  std::size_t size_ = 0;
};

// How a night descends: passes of Adam over its examples, in batches, the step size falling linearly to zero.
struct DescentParams {
  std::int64_t first_epochs = 4, epochs = 2, batch = 256;
  double learning_rate = 0.005, l2 = 0.1;
  // `examples` in words, and the largest batch of them.
  void describe(Describe& d, std::string_view examples, double most);
};

// Adam (Kingma & Ba 2015, algorithm 1) with their constants 0.9, 0.999 and 1e-8.
class Adam {
 public:
  // One step against the sum of the gradients, added in the order given. Requires: all of the weights' size, a multiple of 16.
  void step(std::span<const std::vector<float>*> gradients, float rate, std::span<float> weights);
  bool finite() const;
  void visit_state(State& s) {
    s(mean_);
    s(square_);
    s(steps_);
  }

 private:
  std::vector<float> mean_, square_;
  std::int64_t steps_ = 0;
};

// True when all are finite and at most 1e6 in size: for inputs of at most 5 and three layers of up to 1024 units, no
// output of such weights overflows.
bool tame(std::span<const float> weights);

// Columns brought to mean 0 and deviation 1, and clipped at +-5. A value that is not a number, and any value of a column that
// was constant when fitted, becomes 0: the column's mean.
class Standardiser {
 public:
  // Weighted moments of the finite values. weight: one a row, or empty for 1 each.
  void fit(std::span<const float> rows, std::size_t width, std::span<const float> weight);
  std::size_t width() const { return mean_.size(); }
  void apply(const float* row, float* out) const;  // out: padded(width()) floats
  void visit_state(State& s) {
    s(mean_);
    s(scale_);
  }

 private:
  std::vector<float> mean_, scale_;  // scale: 1 / deviation, or 0
};

}  // namespace feedloop
