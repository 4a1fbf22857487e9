#include "engine/dense.hpp"

#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<float> noise(std::size_t n, std::uint64_t key) {
  Rng rng = stream({1}, Stream::Test, entity_key(key));
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(normal(rng));
  return x;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("a product has the bits of one fused chain an element whatever rows stand beside it") {
  for (const std::size_t m : {1, 2, 5, 6, 7, 12, 61})
    for (const std::size_t k : {1, 3, 64}) {
      const std::size_t n = 48;
      const auto a = noise(m * k, m), b = noise(k * n, k), start = noise(n, 7);
      std::vector<float> at(k * m), c(m * n), twin(m * n), from_zero(m * n);
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < k; ++j) at[j * m + i] = a[i * k + j];
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j) {
          float sum = start[j], zero = 0;
          for (std::size_t l = 0; l < k; ++l) {
            sum = std::fma(a[i * k + l], b[l * n + j], sum);
            zero = std::fma(a[i * k + l], b[l * n + j], zero);
          }
          twin[i * n + j] = sum;
          from_zero[i * n + j] = zero;
        }
      multiply({m, n, k}, {a.data(), k}, b.data(), start.data(), c.data());
      CHECK(c == twin);
      multiply({m, n, k}, {at.data(), 1, m}, b.data(), nullptr, c.data());
      CHECK(c == from_zero);
    }
}

TEST_CASE("a transposed matrix is padded with zeros") {
  const std::vector<float> a{1, 2, 3, 0, 4, 5, 6, 0};
  std::vector<float> c(3 * 16, 9.0f);
  transpose(2, 3, 4, a.data(), c.data());
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < 16; ++i) CHECK(c[j * 16 + i] == (i < 2 ? a[i * 4 + j] : 0.0f));
}

TEST_CASE("initial weights have the variance asked for and padding stays zero through a step") {
  const Layers layers({100, 40, 10});
  std::vector<float> w(layers.size());
  layers.initialise(stream({2}, Stream::Test, {}), 0.5, w);
  double first = 0, last = 0;
  for (std::size_t i = 0; i < 100; ++i)
    for (std::size_t j = 0; j < 48; ++j) {
      const double x = static_cast<double>(w[i * 48 + j]);
      if (j >= 40) CHECK(x == 0);
      first += x * x / 4000;
    }
  for (std::size_t i = 0; i < 40 * 16; ++i) {
    const double x = static_cast<double>(w[101 * 48 + i]);
    last += x * x / 400;
  }
  // A mean of n squares of normals has relative error sqrt(2 / n); beyond 5 of them with probability 6e-7.
  CHECK(std::fabs(first / 0.02 - 1) < 5 * std::sqrt(2.0 / 4000));
  CHECK(std::fabs(last / (0.25 / 40) - 1) < 5 * std::sqrt(2.0 / 400));

  const auto x = noise(20 * padded(100), 3);
  Layers::Tape tape;
  layers.forward(w, 20, x.data(), tape);
  std::vector<float> transposed, gradient(layers.size());
  layers.transpose_weights(w, transposed);
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = 0; j < 10; ++j) tape.output_slope()[i * 16 + j] = tape.output()[i * 16 + j];
  layers.backward(transposed, 20, x.data(), tape, gradient);
  Adam adam;
  const std::vector<float>* gradients[] = {&gradient};
  adam.step(gradients, 0.1f, w);
  for (std::size_t i = 0; i < 101; ++i)
    for (std::size_t j = 40; j < 48; ++j) CHECK(w[i * 48 + j] == 0);
}

TEST_CASE("Adam follows its algorithm") {
  std::vector<float> w(16, 1.0f);
  double twin = 1, m = 0, v = 0;
  Adam adam;
  for (int t = 1; t <= 20; ++t) {
    const std::vector<float> g1(16, static_cast<float>(std::sin(t))), g2(16, 0.5f);
    const std::vector<float>* gradients[] = {&g1, &g2};
    adam.step(gradients, 0.01f, w);
    const double g = std::sin(t) + 0.5;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    twin -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    for (const float x : w) REQUIRE(static_cast<double>(x) == Approx(twin).epsilon(1e-5));
  }
  CHECK(adam.finite());
}

TEST_CASE("standardised columns have weighted mean 0 and deviation 1 and odd values are the mean") {
  // Columns: plain, constant, with holes, all holes, huge.
  std::vector<float> rows, weight;
  const auto z = noise(1000, 5);
  for (std::size_t i = 0; i < 1000; ++i) {
    for (int twice = 0; twice < 2; ++twice)  // so that some go through whole lanes and some do not
      rows.insert(rows.end(), {3 + 2 * z[i], 0.1f, i % 3 ? z[i] * 1e-3f : kNan, kNan, z[i] * 1e37f});
    weight.push_back(static_cast<float>(i % 4));
  }
  Standardiser s;
  s.fit(rows, 10, weight);
  std::array<double, 10> mean{}, square{};
  std::vector<float> out(16, 9.0f);
  double total = 0, present = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    s.apply(&rows[i * 10], out.data());
    const double w = static_cast<double>(weight[i]);
    total += w;
    present += i % 3 ? w : 0;
    for (std::size_t j = 0; j < 10; ++j) {
      mean[j] += w * static_cast<double>(out[j]);
      square[j] += w * static_cast<double>(out[j] * out[j]);
    }
    if (i % 3 == 0) REQUIRE((out[2] == 0 && out[7] == 0));
    for (std::size_t j = 10; j < 16; ++j) REQUIRE(out[j] == 0);
  }
  for (std::size_t j = 0; j < 10; ++j) {
    CHECK(mean[j] / total == Approx(0).margin(1e-4));
    if (j % 5 == 1 || j % 5 == 3)
      CHECK(square[j] == 0);
    else
      CHECK(square[j] / (j % 5 == 2 ? present : total) == Approx(1).epsilon(1e-4));
  }
  const std::vector<float> odd{kInf, 1e30f, -kInf, 5.0f, kNan, kInf, 1e30f, -kInf, 5.0f, kNan};
  s.apply(odd.data(), out.data());
  CHECK(std::vector(out.begin(), out.begin() + 10) == std::vector<float>{5, 0, -5, 0, 0, 5, 0, -5, 0, 0});
}
