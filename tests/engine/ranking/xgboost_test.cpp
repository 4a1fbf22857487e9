#include "engine/ranking/xgboost.hpp"

#include <cmath>
#include <filesystem>
#include <limits>

#include "base/parallel.hpp"
#include "tests/engine/ranking/planted_rows.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

BoostingParams small_params() {
  BoostingParams p;
  p.trees = 20;
  p.depth = 4;
  return p;
}

double log_loss(const PlantedRows& rows, const std::vector<float>& p) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = static_cast<double>(rows.labels[i]), q = static_cast<double>(p[i]);
    sum -= y * std::log(q) + (1 - y) * std::log(1 - q);
  }
  return sum / static_cast<double>(rows.size());
}

using Output = Booster::Output;

}  // namespace

TEST_CASE("boosted trees predict held-out rows far better than the mean") {
  const PlantedRows train = planted_rows(3000, 20, 1), held_out = planted_rows(2000, 20, 2);
  const Booster booster = Booster::train(BoostingParams{}, train.data(), {1});
  double mean = 0;
  for (const float y : train.labels) mean += static_cast<double>(y) / static_cast<double>(train.size());
  const double constant = log_loss(held_out, std::vector<float>(held_out.size(), static_cast<float>(mean)));
  // The planted signal is worth about a quarter of the loss; sampling moves the ratio by 0.02.
  CHECK(log_loss(held_out, booster.predict(held_out.rows, 20, Output::Probability)) < 0.85 * constant);
}

TEST_CASE("the mean prediction is the weighted mean label even when labels are rare") {
  PlantedRows train = planted_rows(2000, 6, 3);
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < train.size(); ++i) {
    train.labels[i] = i % 100 == 0 ? 1.0f : 0.0f;
    sum += static_cast<double>(train.weights[i] * train.labels[i]);
    weight += static_cast<double>(train.weights[i]);
  }
  BoostingParams params = small_params();
  params.trees = 1;
  params.learning_rate = 0.001;  // what is left is the constant
  const auto p = Booster::train(params, train.data(), {1}).predict(train.rows, 6, Output::Probability);
  for (const float x : p) CHECK(static_cast<double>(x) == Approx(sum / weight).epsilon(0.01));
}

TEST_CASE("labels of one kind only and rows without weights train") {
  PlantedRows train = planted_rows(200, 6, 4);
  train.weights.clear();
  for (const float label : {0.0f, 1.0f}) {
    train.labels.assign(train.size(), label);
    const auto p = Booster::train(small_params(), train.data(), {1}).predict(train.rows, 6, Output::Probability);
    for (const float x : p) CHECK(std::fabs(x - label) < 1e-4f);
  }
}

TEST_CASE("both ways into the predictor agree and a loaded model predicts the same bits") {
  const PlantedRows rows = planted_rows(1500, 30, 5);
  Booster booster = Booster::train(small_params(), rows.data(), {1});
  Booster loaded = Booster::load(booster.save());
  for (const Output output : {Output::Margin, Output::Probability}) {
    const auto p = booster.predict(rows.rows, 30, output);
    CHECK(p.size() == rows.size());
    CHECK(p == booster.predict_by_matrix(rows.rows, 30, output));
    CHECK(p == loaded.predict(rows.rows, 30, output));
    CHECK(p == loaded.predict_by_matrix(rows.rows, 30, output));
  }
  CHECK(loaded.save() == booster.save());
  CHECK(booster.predict({}, 30, Output::Margin).empty());
}

TEST_CASE("a model read as plain numbers gives XGBoost's margins bit for bit") {
  const PlantedRows rows = planted_rows(1000, 12, 6);
  const Booster booster = Booster::train(small_params(), rows.data(), {1});
  const BoostedTrees model = read_model(booster.save());
  CHECK(model.width == 12);
  CHECK(model.trees.size() == 20);
  const auto margins = booster.predict(rows.rows, 12, Output::Margin);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float sum = model.base_margin;
    for (const auto& tree : model.trees) {
      std::size_t node = 0;
      while (tree[node].left >= 0) {
        const float x = rows.rows[i * 12 + tree[node].feature];
        const bool left = std::isnan(x) ? tree[node].missing_left : x < tree[node].value;
        node = static_cast<std::size_t>(left ? tree[node].left : tree[node].right);
      }
      sum += tree[node].value;
    }
    REQUIRE(sum == margins[i]);
  }
}

TEST_CASE("training twice gives the same bytes and another seed matters only when rows are drawn") {
  const PlantedRows rows = planted_rows(1000, 20, 7);
  BoostingParams params = small_params();
  const auto model = [&](std::uint64_t seed) { return Booster::train(params, rows.data(), {seed}).save(); };
  CHECK(model(1) == model(1));
  CHECK(model(1) == model(2));
  params.subsample = 0.5;
  CHECK(model(1) == model(1));
  CHECK(model(1) != model(2));
}

TEST_CASE("heads trained side by side are those trained one after another") {
  constexpr std::size_t kHeads = 6;
  std::vector<PlantedRows> rows;
  for (std::size_t h = 0; h < kHeads; ++h) rows.push_back(planted_rows(600 + 100 * h, 15, 8 + h));
  BoostingParams params = small_params();
  params.subsample = 0.7;  // draws must not depend on what a thread trained before
  std::vector<std::vector<std::string>> models;
  for (const int n : {1, 4, 2}) {
    set_threads(n);
    std::vector<std::string>& made = models.emplace_back(kHeads);
    parallel_for(kHeads, 1, [&](std::size_t b, std::size_t e) {
      for (std::size_t h = b; h < e; ++h) made[h] = Booster::train(params, rows[h].data(), {h}).save();
    });
  }
  set_threads(0);
  CHECK(models[0] == models[1]);
  CHECK(models[0] == models[2]);
  for (std::size_t h = 1; h < kHeads; ++h) CHECK(models[0][h] != models[0][0]);
}

TEST_CASE("one booster serves several threads at once") {
  const PlantedRows rows = planted_rows(1000, 10, 9);
  const Booster booster = Booster::load(Booster::train(small_params(), rows.data(), {1}).save());
  const auto expected = booster.predict(rows.rows, 10, Output::Margin);
  std::vector<std::vector<float>> got(16);
  set_threads(4);
  parallel_for(got.size(), 1, [&](std::size_t b, std::size_t) { got[b] = booster.predict(rows.rows, 10, Output::Margin); });
  set_threads(0);
  for (const auto& g : got) CHECK(g == expected);
}

TEST_CASE("a model that is cut short or of another version is refused in one line") {
  const PlantedRows rows = planted_rows(300, 6, 10);
  const std::string model = Booster::train(small_params(), rows.data(), {1}).save();
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      Booster::load(text);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  for (std::size_t n = 0; n < model.size(); n += 1 + model.size() / 50) {
    INFO("the first " << n << " of " << model.size() << " bytes");
    CHECK(refusal(model.substr(0, n)).find("cut short") != std::string::npos);
  }
  CHECK(refusal("{}").find("cut short") != std::string::npos);
  // The version is the last entry: three integers of a byte each.
  std::string other = model;
  const auto key = other.rfind("version");
  REQUIRE(key != std::string::npos);
  const auto seven = other.find('\7', key + 7 + 1);
  REQUIRE(seven != std::string::npos);
  other[seven] = 6;
  const std::string said = refusal(other);
  INFO(said);
  CHECK(said.find("XGBoost 1.6") != std::string::npos);
  CHECK(said.find('\n') == std::string::npos);
}

TEST_CASE("XGBoost's own complaints reach the reader as one line") {
  for (const bool label : {true, false}) {
    PlantedRows rows = planted_rows(100, 6, 11);
    (label ? rows.labels[0] : rows.rows[0]) = label ? 2.0f : std::numeric_limits<float>::infinity();
    try {
      Booster::train(small_params(), rows.data(), {1});
      FAIL("nonsense was accepted");
    } catch (const Error& e) {
      INFO(e.what());
      CHECK(std::string(e.what()).starts_with("XGBoost: "));
      CHECK(std::string(e.what()).find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("XGBoost starts no threads of its own") {
  const auto running = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const PlantedRows rows = planted_rows(3000, 20, 12);
  const auto before = running();  // other tests' workers may end meanwhile
  Booster booster = Booster::load(Booster::train(small_params(), rows.data(), {1}).save());
  booster.predict(rows.rows, 20, Output::Margin);
  booster.predict_by_matrix(rows.rows, 20, Output::Margin);
  CHECK(running() <= before);
}
