#include "engine/ranking/xgboost.hpp"

#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/check.hpp"

namespace feedloop {
namespace {

void check(int result) {
  if (result == 0) return;
  const std::string_view text = XGBGetLastError();  // its first line; a stack trace follows
  throw Error(fmt::format("XGBoost: {}", text.substr(0, text.find('\n'))));
}

// numpy's array interface, by which XGBoost reads rows where they lie.
std::string array_of(std::span<const float> rows, std::size_t width) {
  FEEDLOOP_CHECK(width > 0 && rows.size() % width == 0, "rows are not whole");
  return fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<std::uintptr_t>(rows.data()), rows.size() / width, width);
}

class Matrix {
 public:
  Matrix(std::span<const float> rows, std::size_t width) {
    check(XGDMatrixCreateFromDense(array_of(rows, width).c_str(), R"({"missing":NaN,"nthread":1})", &handle_));
  }
  ~Matrix() { XGDMatrixFree(handle_); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  void set(const char* field, std::span<const float> values) {
    check(XGDMatrixSetFloatInfo(handle_, field, values.data(), values.size()));
  }
  DMatrixHandle get() const { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

// One thread an XGBoost: threads are handed out by base/parallel.hpp only.
void set_up(BoosterHandle handle) {
  check(XGBoosterSetParam(handle, "nthread", "1"));
  check(XGBoosterSetParam(handle, "verbosity", "0"));
}

std::string prediction_of(Booster::Output output) {
  return fmt::format(
      R"({{"type":{},"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"cache_id":0,"missing":NaN}})",
      output == Booster::Output::Margin ? 1 : 0);
}

float mean_label(const BoostingData& data) {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const double w = data.weights.empty() ? 1 : static_cast<double>(data.weights[i]);
    sum += w * static_cast<double>(data.labels[i]);
    weight += w;
  }
  FEEDLOOP_CHECK(weight > 0, "boosting needs rows with weight");
  return static_cast<float>(std::clamp(sum / weight, 1e-6, 1 - 1e-6));
}

// Numbers of the saved form that are written as text.
float number(const nlohmann::json& text) { return std::stof(text.get<std::string>()); }

std::vector<BoostedTrees::Node> tree_of(const nlohmann::json& tree, std::size_t width) {
  const auto left = tree.at("left_children").get<std::vector<std::int32_t>>();
  const auto right = tree.at("right_children").get<std::vector<std::int32_t>>();
  const auto feature = tree.at("split_indices").get<std::vector<std::uint32_t>>();
  const auto value = tree.at("split_conditions").get<std::vector<float>>();
  const auto missing_left = tree.at("default_left").get<std::vector<int>>();
  std::vector<BoostedTrees::Node> nodes(left.size());
  const auto n = static_cast<std::int32_t>(nodes.size());
  for (const std::size_t size : {right.size(), feature.size(), value.size(), missing_left.size()})
    if (size != nodes.size() || n == 0) throw Error("a saved XGBoost model has a damaged tree");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool leaf = left[i] < 0;
    if (!leaf && (left[i] >= n || right[i] < 0 || right[i] >= n || feature[i] >= width))
      throw Error("a saved XGBoost model has a damaged tree");
    nodes[i] = {left[i], right[i], feature[i], value[i], missing_left[i] != 0};
  }
  return nodes;
}

}  // namespace

Booster::Booster(void* matrix) {
  DMatrixHandle known[] = {matrix};
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(known, matrix ? 1 : 0, &handle));
  handle_.reset(handle);
  set_up(handle);
}

void Booster::Free::operator()(void* handle) const { XGBoosterFree(handle); }

Booster Booster::train(const BoostingParams& params, const BoostingData& data, Seed seed) {
  FEEDLOOP_CHECK(!data.labels.empty() && data.labels.size() * data.width == data.rows.size(), "one label a row");
  FEEDLOOP_CHECK(data.weights.empty() || data.weights.size() == data.labels.size(), "one weight a row");
  Matrix matrix(data.rows, data.width);
  matrix.set("label", data.labels);
  if (!data.weights.empty()) matrix.set("weight", data.weights);
  Booster booster(matrix.get());
  const std::pair<const char*, std::string> settings[] = {
      {"tree_method", "hist"},
      {"objective", "binary:logistic"},
      {"base_score", fmt::format("{}", mean_label(data))},
      {"max_depth", fmt::format("{}", params.depth)},
      {"max_bin", fmt::format("{}", params.max_bin)},
      {"learning_rate", fmt::format("{}", params.learning_rate)},
      {"min_child_weight", fmt::format("{}", params.min_child_weight)},
      {"lambda", fmt::format("{}", params.lambda)},
      {"subsample", fmt::format("{}", params.subsample)},
      {"seed", fmt::format("{}", seed.value & 0x7FFFFFFF)},
  };
  for (const auto& [name, value] : settings) check(XGBoosterSetParam(booster.handle_.get(), name, value.c_str()));
  for (int i = 0; i < params.trees; ++i) check(XGBoosterUpdateOneIter(booster.handle_.get(), i, matrix.get()));
  return booster;
}

Booster Booster::load(std::string_view model) {
  const BoostedTrees trees = read_model(model);  // XGBoost trusts what it reads; this does not
  Booster booster(nullptr);
  BoosterHandle handle = booster.handle_.get();
  // A booster that was not configured before it loads does so on all cores. Asking for its rounds configures it, which takes
  // a number of features.
  int rounds = 0;
  check(XGBoosterSetParam(handle, "num_feature", fmt::format("{}", trees.width).c_str()));
  check(XGBoosterBoostedRounds(handle, &rounds));
  check(XGBoosterLoadModelFromBuffer(handle, model.data(), model.size()));
  set_up(handle);
  return booster;
}

std::string Booster::save() const {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"ubj"})", &size, &bytes));
  return {bytes, size};
}

std::vector<float> Booster::predict(std::span<const float> rows, std::size_t width, Output output) const {
  if (rows.empty()) return {};
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  check(XGBoosterPredictFromDense(handle_.get(), array_of(rows, width).c_str(), prediction_of(output).c_str(), nullptr, &shape,
                                  &dimensions, &result));
  return {result, result + rows.size() / width};
}

std::vector<float> Booster::predict_by_matrix(std::span<const float> rows, std::size_t width, Output output) {
  if (rows.empty()) return {};
  const Matrix matrix(rows, width);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  check(XGBoosterPredictFromDMatrix(handle_.get(), matrix.get(), prediction_of(output).c_str(), &shape, &dimensions, &result));
  return {result, result + rows.size() / width};
}

BoostedTrees read_model(std::string_view model) try {
  const nlohmann::json saved = nlohmann::json::from_ubjson(model);
  int major = 0, minor = 0, patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  const auto version = saved.at("version").get<std::vector<int>>();
  if (version != std::vector{major, minor, patch})
    throw Error(fmt::format("a model saved by XGBoost {} cannot be read by XGBoost {}.{}.{}", fmt::join(version, "."), major,
                            minor, patch));
  const auto& learner = saved.at("learner");
  BoostedTrees forest;
  forest.width = std::stoul(learner.at("learner_model_param").at("num_feature").get<std::string>());
  // As XGBoost turns a probability into a margin, in float.
  forest.base_margin = -std::log(1.0f / number(learner.at("learner_model_param").at("base_score")) - 1.0f);
  for (const auto& tree : learner.at("gradient_booster").at("model").at("trees"))
    forest.trees.push_back(tree_of(tree, forest.width));
  return forest;
} catch (const nlohmann::json::exception&) {
  throw Error("a saved XGBoost model is cut short or damaged");
} catch (const std::logic_error&) {  // stof, stoul
  throw Error("a saved XGBoost model is cut short or damaged");
}

}  // namespace feedloop
