// Gradient-boosted trees by XGBoost (Chen and Guestrin 2016, "XGBoost: a scalable tree boosting system"), histogram method,
// logistic loss: what trains the trees, and what `forest` is compared with.
//
// One Booster is one head. It runs on the thread that calls it, so that heads may be trained side by side by parallel_for; the
// bytes of a model depend on rows, parameters and seed, never on what else is trained at the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"

namespace feedloop {

struct BoostingParams {
  std::int64_t trees = 100, depth = 6, max_bin = 64;
  double learning_rate = 0.1, min_child_weight = 1, lambda = 1, subsample = 1;
  void describe(Describe& d) {
    d.integer("trees", trees, {1, 2000}, "", "Trees of a head.");
    d.integer("depth", depth, {1, 8}, "", "Splits on the longest way from a tree's root to a leaf.");
    d.integer("max_bin", max_bin, {2, 256}, "", "Bins of a feature's histogram; a split lies between two of them.");
    d.number("learning_rate", learning_rate, {1e-3, 1}, "", "Share of each tree's correction that is taken.");
    d.number("min_child_weight", min_child_weight, {0, 1e6}, "", "Least sum of weight x p (1 - p) on each side of a split.");
    d.number("lambda", lambda, {0, 1e6}, "", "Penalty on squared leaf values.");
    d.number("subsample", subsample, {0.01, 1}, "share", "Rows drawn for each tree; at 1 nothing is random.");
  }
};

// Rows in order, `width` floats each; NaN is a missing value, infinities are refused. Labels in [0, 1], weights >= 0.
struct BoostingData {
  std::span<const float> rows;
  std::size_t width = 0;
  std::span<const float> labels, weights;  // one a row; no weights: all 1
};

class Booster {
 public:
  // Starts from the log-odds of the mean label, the best constant. Requires: at least one row, a positive sum of weights.
  static Booster train(const BoostingParams& params, const BoostingData& data, Seed seed);
  static Booster load(std::string_view model);  // throws Error: cut short, or written by another version of XGBoost

  std::string save() const;  // UBJSON: floats keep their bits

  enum class Output { Margin, Probability };
  // XGBoost's own predictor on rows as they lie. Thread rule: const, any number at once.
  std::vector<float> predict(std::span<const float> rows, std::size_t width, Output output) const;
  // The same through a matrix of XGBoost's, made for the call. Not const: XGBoost may keep what it predicted.
  std::vector<float> predict_by_matrix(std::span<const float> rows, std::size_t width, Output output);

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  explicit Booster(void* matrix);  // what it will be trained on, from which XGBoost counts features; or null
  std::unique_ptr<void, Free> handle_;
};

// A saved model as plain numbers, in XGBoost's order of trees. A row's margin is base_margin plus, tree by tree in float, the
// value of the leaf it falls in.
struct BoostedTrees {
  struct Node {
    std::int32_t left = -1, right = -1;  // places in the tree; -1: a leaf
    std::uint32_t feature = 0;
    float value = 0;            // of a split: x < value goes left; of a leaf: what it adds
    bool missing_left = false;  // where NaN goes
  };
  std::size_t width = 0;
  float base_margin = 0;
  std::vector<std::vector<Node>> trees;  // the root is node 0
};
BoostedTrees read_model(std::string_view model);  // throws Error as Booster::load does

}  // namespace feedloop
