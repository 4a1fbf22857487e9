#include "engine/ranking/network.hpp"

#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr double kZ = 5.0;  // a check within kZ standard errors fails without cause with probability 6e-7

struct Data {
  int width, heads;
  std::vector<float> rows, label, weight;
  LabelledBatch batch() const { return {rows, width, label, weight}; }
  std::size_t size() const { return weight.size() / static_cast<std::size_t>(heads); }
  void keep(std::size_t n) {
    rows.resize(n * static_cast<std::size_t>(width));
    label.resize(n * static_cast<std::size_t>(heads));
    weight.resize(n * static_cast<std::size_t>(heads));
  }
};

// Standard normal rows; labels of head h are drawn with log-odds truth(row, h), all of weight 1.
template <class Truth>
Data planted(std::size_t n, int width, int heads, std::uint64_t key, Truth truth) {
  Data d{width, heads, {}, {}, {}};
  Rng rng = stream({7}, Stream::Test, entity_key(key));
  for (std::size_t i = 0; i < n; ++i) {
    for (int j = 0; j < width; ++j) d.rows.push_back(static_cast<float>(normal(rng)));
    const float* row = &d.rows[i * static_cast<std::size_t>(width)];
    for (int h = 0; h < heads; ++h) d.label.push_back(bernoulli(rng, logistic(truth(row, h))) ? 1.0f : 0.0f);
  }
  d.weight.assign(d.label.size(), 1.0f);
  return d;
}

double linear_truth(const float* x, int h) {
  return -1.0 - h + 0.8 * static_cast<double>(x[0]) - 0.5 * static_cast<double>(x[1 + h % 2]);
}
double xor_truth(const float* x, int) { return x[0] * x[1] > 0 ? 2.2 : -2.2; }

NetworkParams small() {
  NetworkParams p;
  p.hidden1 = 24;
  p.hidden2 = 12;
  p.learning_rate = 0.01;
  p.first_epochs = 8;
  p.batch = 128;
  return p;
}

std::vector<float> predict(const Network& net, const Data& d) {
  std::vector<float> z(d.label.size());
  net.predict(d.rows, d.width, z.data());
  return z;
}

// Mean loss a row on data the model has not seen.
double log_loss(const Network& net, const Data& d) { return net.loss(d.batch()); }

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("a network's gradient is that of finite differences") {
  for (const bool wide : {false, true}) {
    NetworkParams p = small();
    p.hidden1 = 5;
    p.hidden2 = 4;
    Data d = planted(40, 3, 2, 1, linear_truth);
    Rng rng = stream({8}, Stream::Test, {});
    for (float& w : d.weight) w = static_cast<float>(3 * rng.uniform());
    for (float& y : d.label) y = static_cast<float>(rng.uniform());
    for (std::size_t i = 0; i < 40; i += 5) d.weight[i] = 0;
    Network net(p, 2, wide);
    REQUIRE(net.train(d.batch(), {1}, 0));
    std::vector<float> gradient;
    net.loss(d.batch(), &gradient);
    REQUIRE(gradient.size() == net.weights().size());
    double size = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      if (gradient[i] == 0) continue;  // the padding
      float& w = net.weights()[i];
      const float kept = w, step = 2e-3f;
      w = kept + step;
      const double up = net.loss(d.batch());
      w = kept - step;
      const double down = net.loss(d.batch());
      w = kept;
      INFO("weight " << i);
      // Rounding of the loss in float gives 1e-4, and a kink of max(0, x) inside the step no more.
      CHECK(static_cast<double>(gradient[i]) == Approx((up - down) / 0.004).margin(1e-3));
      size += std::fabs(static_cast<double>(gradient[i]));
    }
    CHECK(size > 0.1);
  }
}

TEST_CASE("a network learns an interaction that no linear model sees") {
  Network net(small(), 1, false);
  REQUIRE(net.train(planted(20'000, 4, 1, 2, xor_truth).batch(), {1}, 0));
  const Data fresh = planted(5000, 4, 1, 3, xor_truth);
  // The truth's log loss is the entropy of logistic(2.2), 0.330; the best linear model's is log 2 = 0.693, by symmetry.
  const double p = logistic(2.2), entropy = -p * std::log(p) - (1 - p) * std::log(1 - p);
  const double se = 2.2 * std::sqrt(p * (1 - p) / 5000);
  CHECK(log_loss(net, fresh) < entropy + 0.04 + kZ * se);
  CHECK(log_loss(net, fresh) > entropy - kZ * se);
}

TEST_CASE("a planted logistic truth is recovered and predictions are calibrated") {
  for (const bool wide : {false, true}) {
    Network net(small(), 3, wide);
    const Data seen = planted(20'000, 4, 3, 4, linear_truth), fresh = planted(20'000, 4, 3, 5, linear_truth);
    REQUIRE(net.train(seen.batch(), {1}, 0));
    const auto z = predict(net, fresh);
    for (std::size_t h = 0; h < 3; ++h) {
      double predicted = 0, clicks = 0, variance = 0, error = 0;
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        const double p = logistic(static_cast<double>(z[i * 3 + h]));
        predicted += p;
        variance += p * (1 - p);
        clicks += static_cast<double>(fresh.label[i * 3 + h]);
        error += std::fabs(static_cast<double>(z[i * 3 + h]) - linear_truth(&fresh.rows[i * 4], static_cast<int>(h))) / 20'000;
      }
      INFO("wide " << wide << ", head " << h << ": " << predicted << " predicted, " << clicks << " seen, error " << error);
      // Two samples as large, one to fit and one to judge; 2 % more for the noise of the last steps.
      CHECK(std::fabs(predicted - clicks) < kZ * std::sqrt(2 * variance) + 0.02 * clicks);
      CHECK(error < 0.3);
    }
  }
}

TEST_CASE("a fractional label is fitted as a probability") {
  Data d = planted(8000, 3, 1, 6, linear_truth);
  for (std::size_t i = 0; i < d.size(); ++i) d.label[i] = static_cast<float>(logistic(linear_truth(&d.rows[i * 3], 0)));
  Network net(small(), 1, true);
  REQUIRE(net.train(d.batch(), {1}, 0));
  const auto z = predict(net, d);
  double error = 0;
  for (std::size_t i = 0; i < d.size(); ++i)
    error += std::fabs(logistic(static_cast<double>(z[i])) - static_cast<double>(d.label[i])) / 8000;
  CHECK(error < 0.01);
}

TEST_CASE("the wide part remembers a rare cross that a narrow deep part blurs") {
  // Twenty crosses, each in 1 of 50 rows, and each with a log-odds of its own: linear for the wide part, but more directions
  // than three hidden units can keep apart.
  const auto make = [](std::size_t n, std::uint64_t key) {
    Data d{20, 1, {}, {}, {}};
    Rng rng = stream({9}, Stream::Test, entity_key(key));
    for (std::size_t i = 0; i < n; ++i) {
      double z = 0;
      for (int j = 0; j < 20; ++j) {
        const bool on = bernoulli(rng, 0.02);
        d.rows.push_back(on);
        z += on ? (j * 7 % 20 - 9.5) / 3 : 0;
      }
      d.label.push_back(bernoulli(rng, logistic(z)));
    }
    d.weight.assign(n, 1.0f);
    return d;
  };
  NetworkParams p = small();
  p.hidden1 = 3;
  p.hidden2 = 2;
  p.first_epochs = 2;
  Network deep(p, 1, false), wide(p, 1, true);
  const Data seen = make(10'000, 1), fresh = make(20'000, 2);
  REQUIRE(deep.train(seen.batch(), {1}, 0));
  REQUIRE(wide.train(seen.batch(), {1}, 0));
  INFO(log_loss(deep, fresh) << " deep, " << log_loss(wide, fresh) << " wide");
  CHECK(log_loss(wide, fresh) < log_loss(deep, fresh) - 0.02);
}

TEST_CASE("a weight of two is the row twice") {
  NetworkParams p = small();
  p.batch = 65536;
  p.first_epochs = 30;
  Data heavy = planted(600, 3, 2, 7, linear_truth), twice = heavy;
  for (std::size_t i = 0; i < 200; ++i)
    for (std::size_t h = 0; h < 2; ++h) {
      heavy.weight[i * 2 + h] = 2;
      twice.label.push_back(heavy.label[i * 2 + h]);
      twice.weight.push_back(1);
    }
  twice.rows.insert(twice.rows.end(), heavy.rows.begin(), heavy.rows.begin() + 600);
  Network a(p, 2, true), b(p, 2, true);
  REQUIRE(a.train(heavy.batch(), {1}, 0));
  REQUIRE(b.train(twice.batch(), {1}, 0));
  const auto za = predict(a, heavy), zb = predict(b, heavy);
  for (std::size_t i = 0; i < za.size(); ++i) CHECK(za[i] == Approx(zb[i]).margin(0.02));
}

TEST_CASE("a row of weight zero leaves no trace on its head") {
  Data d = planted(2000, 3, 2, 8, linear_truth), other = d;
  for (std::size_t i = 0; i < d.size(); i += 2) {
    d.weight[i * 2] = other.weight[i * 2] = 0;
    other.label[i * 2] = 1 - d.label[i * 2];
  }
  Network a(small(), 2, false), b(small(), 2, false);
  REQUIRE(a.train(d.batch(), {1}, 0));
  REQUIRE(b.train(other.batch(), {1}, 0));
  CHECK((save_state(a) == save_state(b)));
}

TEST_CASE("a network has the same bits on any number of threads") {
  const int before = threads();
  const Data d = planted(3000, 10, 4, 9, linear_truth);
  std::vector<std::string> states;
  for (const int n : {1, 2, 3, 3}) {
    set_threads(n);
    Network net(small(), 4, true);
    REQUIRE(net.train(d.batch(), {1}, 0));
    REQUIRE(net.train(d.batch(), {1}, 1));
    states.push_back(save_state(net));
  }
  set_threads(before);
  for (const auto& s : states) CHECK((s == states[0]));
}

TEST_CASE("a row is predicted with the same bits alone and among five hundred") {
  const Data d = planted(500, 10, 3, 10, linear_truth);
  Network net(small(), 3, true);
  REQUIRE(net.train(d.batch(), {1}, 0));
  const auto all = predict(net, d);
  for (const std::size_t together : {1, 7, 64, 100})
    for (std::size_t i = 0; i < 500; i += together) {
      const std::size_t m = std::min(together, 500 - i);
      std::vector<float> z(m * 3);
      net.predict(std::span(d.rows).subspan(i * 10, m * 10), 10, z.data());
      REQUIRE(std::equal(z.begin(), z.end(), all.begin() + static_cast<std::ptrdiff_t>(i * 3)));
    }
}

TEST_CASE("a loaded network predicts and goes on as the original") {
  const Data d = planted(1000, 5, 2, 11, linear_truth);
  for (const bool wide : {false, true}) {
    Network a(small(), 2, wide), b(small(), 2, wide), untrained(small(), 2, wide);
    load_state(b, save_state(untrained));
    CHECK_FALSE(b.ready());
    REQUIRE(a.train(d.batch(), {1}, 0));
    load_state(b, save_state(a));
    CHECK(predict(a, d) == predict(b, d));
    REQUIRE(a.train(d.batch(), {1}, 1));
    REQUIRE(b.train(d.batch(), {1}, 1));
    CHECK((save_state(a) == save_state(b)));
  }
}

TEST_CASE("a warm night starts from what was learned") {
  NetworkParams p = small();
  p.epochs = 1;
  Network net(p, 1, false);
  for (std::uint64_t night = 0; night < 4; ++night)
    REQUIRE(net.train(planted(4000, 4, 1, 20 + night, xor_truth).batch(), {1}, night));
  Network cold(p, 1, false);
  REQUIRE(cold.train(planted(4000, 4, 1, 23, xor_truth).batch(), {1}, 3));
  const Data fresh = planted(5000, 4, 1, 30, xor_truth);
  CHECK(log_loss(net, fresh) < log_loss(cold, fresh));
}

TEST_CASE("no rows or none that count teach nothing and one row is learned from") {
  Data d = planted(1, 3, 2, 12, linear_truth);
  Network net(small(), 2, true);
  const std::string before = save_state(net);
  Data none = d;
  none.keep(0);
  CHECK_FALSE(net.train(none.batch(), {1}, 0));
  Data weightless = d;
  weightless.weight.assign(2, 0.0f);
  CHECK_FALSE(net.train(weightless.batch(), {1}, 0));
  CHECK((save_state(net) == before));
  CHECK(net.train(d.batch(), {1}, 0));
  for (const float z : predict(net, d)) CHECK(std::isfinite(z));
}

TEST_CASE("constant columns and holes do no harm and a hole counts as the mean") {
  Data d = planted(4000, 5, 1, 13, linear_truth);
  double mean = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    d.rows[i * 5 + 3] = 42;
    if (i % 4 == 0)
      d.rows[i * 5 + 4] = kNan;
    else
      mean += static_cast<double>(d.rows[i * 5 + 4]) / 3000;
  }
  Network net(small(), 1, true);
  REQUIRE(net.train(d.batch(), {1}, 0));
  const Data fresh = planted(500, 5, 1, 14, linear_truth);
  Data constant = fresh, moved = fresh, hole = fresh, filled = fresh;
  for (std::size_t i = 0; i < 500; ++i) {
    constant.rows[i * 5 + 3] = 42;
    moved.rows[i * 5 + 3] = -1e9f;
    hole.rows[i * 5 + 4] = kNan;
    filled.rows[i * 5 + 4] = static_cast<float>(mean);
  }
  CHECK(predict(net, constant) == predict(net, moved));
  const auto a = predict(net, hole), b = predict(net, filled);
  for (std::size_t i = 0; i < 500; ++i) CHECK(a[i] == Approx(b[i]).margin(1e-5));
}

TEST_CASE("a night that diverges leaves the former model") {
  const Data d = planted(500, 4, 2, 15, linear_truth);
  Network net(small(), 2, true);
  REQUIRE(net.train(d.batch(), {1}, 0));
  const std::string before = save_state(net);
  Data poison = d;
  poison.label[3] = kNan;
  CHECK_FALSE(net.train(poison.batch(), {1}, 1));
  CHECK((save_state(net) == before));
  // The corners of the allowed parameters either learn something finite or nothing.
  for (const double rate : {1e-6, 1.0})
    for (const double l2 : {0.0, 10.0}) {
      NetworkParams p = small();
      p.learning_rate = rate;
      p.l2 = l2;
      p.first_epochs = 60;
      p.batch = 16;
      Network extreme(p, 2, true);
      const bool learned = extreme.train(d.batch(), {1}, 0);
      CHECK(learned == !(rate == 1 && l2 == 10));  // there every step multiplies the weights by up to -9
      if (!learned) continue;
      for (const float z : predict(extreme, d)) REQUIRE(std::isfinite(z));
    }
}

TEST_CASE("a network's parameters are described") {
  NetworkParams p;
  Schema schema;
  schema.add("network", p);
  CHECK(schema.rows().size() == 8);
}
