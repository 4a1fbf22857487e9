#include "engine/dense.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/distributions.hpp"

namespace feedloop {
namespace {

// Eight floats. The fused multiply-add is asked for by name: contraction is off, so that no compiler chooses for us.
using Lanes = __m256;
constexpr std::size_t kLanes = 8, kBlock = 16;

// R rows by one block of columns, held in registers while k runs: hence every loop over them is unrolled by order.
template <std::size_t R>
inline void tile(ProductSize size, Strided a, const float* b, const float* start, float* c) {
  Lanes sum[R][2];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < R; ++r) {
    sum[r][0] = start ? _mm256_loadu_ps(start) : _mm256_setzero_ps();
    sum[r][1] = start ? _mm256_loadu_ps(start + kLanes) : _mm256_setzero_ps();
  }
  for (std::size_t k = 0; k < size.k; ++k) {
    const Lanes b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < R; ++r) {
      const Lanes x = _mm256_broadcast_ss(a.data + r * a.row);
      sum[r][0] = _mm256_fmadd_ps(x, b0, sum[r][0]);
      sum[r][1] = _mm256_fmadd_ps(x, b1, sum[r][1]);
    }
    a.data += a.column;
    b += size.n;
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < R; ++r) {
    _mm256_storeu_ps(c + r * size.n, sum[r][0]);
    _mm256_storeu_ps(c + r * size.n + kLanes, sum[r][1]);
  }
}

}  // namespace

void multiply(ProductSize size, Strided a, const float* b, const float* start, float* c) {
  constexpr std::size_t kRows = 6;  // 12 sums, 2 of b and 1 of a: 15 of the 16 registers
  for (std::size_t j = 0; j < size.n; j += kBlock) {
    const float* first = start ? start + j : nullptr;
    std::size_t i = 0;
    const auto at = [&] { return Strided{a.data + i * a.row, a.row, a.column}; };
    for (; i + kRows <= size.m; i += kRows) tile<kRows>(size, at(), b + j, first, c + i * size.n + j);
    for (; i + 2 <= size.m; i += 2) tile<2>(size, at(), b + j, first, c + i * size.n + j);
    for (; i < size.m; ++i) tile<1>(size, at(), b + j, first, c + i * size.n + j);
  }
}

void transpose(std::size_t rows, std::size_t columns, std::size_t stride, const float* a, float* c) {
  const std::size_t n = padded(rows);
  for (std::size_t j = 0; j < columns; ++j) {
    for (std::size_t i = 0; i < rows; ++i) c[j * n + i] = a[i * stride + j];
    for (std::size_t i = rows; i < n; ++i) c[j * n + i] = 0;
  }
}

Layers::Layers(std::vector<std::size_t> widths) : widths_(std::move(widths)) {
  FEEDLOOP_CHECK(widths_.size() >= 2 && *std::min_element(widths_.begin(), widths_.end()) > 0, "a layer without units");
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) size_ += (widths_[l] + 1) * padded(widths_[l + 1]);
}

void Layers::initialise(Rng rng, double output_scale, std::span<float> weights) const {
  float* w = weights.data();
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) {
    const std::size_t in = widths_[l], out = widths_[l + 1], stride = padded(out);
    const double gain = l + 2 < widths_.size() ? std::sqrt(2.0) : output_scale;
    const double deviation = gain / std::sqrt(static_cast<double>(in));
    std::fill_n(w, (in + 1) * stride, 0.0f);
    for (std::size_t i = 0; i < in; ++i)
      for (std::size_t j = 0; j < out; ++j) w[i * stride + j] = static_cast<float>(deviation * normal(rng));
    w += (in + 1) * stride;
  }
}

void Layers::forward(std::span<const float> weights, std::size_t n, const float* x, Tape& tape) const {
  const float* w = weights.data();
  tape.values.resize(widths_.size() - 1);
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) {
    const std::size_t in = widths_[l], out = padded(widths_[l + 1]);
    std::vector<float>& y = tape.values[l];
    y.resize(n * out);
    multiply({n, out, in}, {x, padded(in)}, w, w + in * out, y.data());
    if (l + 2 < widths_.size())
      for (std::size_t i = 0; i < n * out; i += kLanes)
        _mm256_storeu_ps(&y[i], _mm256_max_ps(_mm256_loadu_ps(&y[i]), _mm256_setzero_ps()));
    w += (in + 1) * out;
    x = y.data();
  }
  tape.slopes.resize(tape.values.size());
  tape.slopes.back().resize(tape.values.back().size());
}

void Layers::transpose_weights(std::span<const float> weights, std::vector<float>& out) const {
  std::size_t total = 0;
  for (std::size_t l = 1; l + 1 < widths_.size(); ++l) total += widths_[l + 1] * padded(widths_[l]);
  out.resize(total);
  const float* w = weights.data();
  float* t = out.data();
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) {
    const std::size_t in = widths_[l], to = widths_[l + 1];
    if (l > 0) {
      transpose(in, to, padded(to), w, t);
      t += to * padded(in);
    }
    w += (in + 1) * padded(to);
  }
}

void Layers::backward(std::span<const float> transposed, std::size_t n, const float* x, Tape& tape,
                      std::span<float> gradient) const {
  float* g = gradient.data() + size_;
  const float* t = transposed.data() + transposed.size();
  for (std::size_t l = widths_.size() - 1; l-- > 0;) {
    const std::size_t in = widths_[l], to = widths_[l + 1], out = padded(to);
    const float* slope = tape.slopes[l].data();
    g -= (in + 1) * out;
    multiply({in, out, n}, {l == 0 ? x : tape.values[l - 1].data(), 1, padded(in)}, slope, nullptr, g);
    constexpr float kOne = 1;
    multiply({1, out, n}, {&kOne, 0, 0}, slope, nullptr, g + in * out);
    if (l == 0) break;
    t -= to * padded(in);
    const std::vector<float>& y = tape.values[l - 1];
    std::vector<float>& below = tape.slopes[l - 1];
    below.resize(y.size());
    multiply({n, padded(in), to}, {slope, out}, t, nullptr, below.data());
    for (std::size_t i = 0; i < y.size(); i += kLanes) {
      const Lanes on = _mm256_cmp_ps(_mm256_loadu_ps(&y[i]), _mm256_setzero_ps(), _CMP_GT_OQ);
      _mm256_storeu_ps(&below[i], _mm256_and_ps(_mm256_loadu_ps(&below[i]), on));
    }
  }
}

void Layers::shrink(std::span<float> weights, float factor) const {
  float* w = weights.data();
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) {
    const std::size_t in = widths_[l], out = padded(widths_[l + 1]);
    for (std::size_t i = 0; i < in * out; ++i) w[i] *= factor;
    w += (in + 1) * out;
  }
}

void Adam::step(std::span<const std::vector<float>*> gradients, float rate, std::span<float> weights) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
  mean_.resize(weights.size());
  square_.resize(weights.size());
  ++steps_;
  const auto t = static_cast<double>(steps_);
  // The corrections for the zero start (the algorithm's m-hat and v-hat), moved out of the loop.
  const double c1 = 1 - std::pow(kBeta1, t), c2 = std::sqrt(1 - std::pow(kBeta2, t));
  const Lanes b1 = _mm256_set1_ps(static_cast<float>(kBeta1)), a1 = _mm256_set1_ps(static_cast<float>(1 - kBeta1));
  const Lanes b2 = _mm256_set1_ps(static_cast<float>(kBeta2)), a2 = _mm256_set1_ps(static_cast<float>(1 - kBeta2));
  const Lanes scale = _mm256_set1_ps(static_cast<float>(static_cast<double>(rate) * c2 / c1));
  const Lanes tiny = _mm256_set1_ps(static_cast<float>(1e-8 * c2));
  for (std::size_t i = 0; i < weights.size(); i += kLanes) {
    Lanes g = _mm256_loadu_ps(gradients[0]->data() + i);
    for (std::size_t s = 1; s < gradients.size(); ++s) g += _mm256_loadu_ps(gradients[s]->data() + i);
    const Lanes m = b1 * _mm256_loadu_ps(&mean_[i]) + a1 * g, v = b2 * _mm256_loadu_ps(&square_[i]) + a2 * (g * g);
    _mm256_storeu_ps(&mean_[i], m);
    _mm256_storeu_ps(&square_[i], v);
    _mm256_storeu_ps(&weights[i], _mm256_loadu_ps(&weights[i]) - scale * m / (_mm256_sqrt_ps(v) + tiny));
  }
}

bool Adam::finite() const {
  const auto all = [](const std::vector<float>& x) {
    return std::all_of(x.begin(), x.end(), [](float v) { return std::isfinite(v); });
  };
  return all(mean_) && all(square_);
}

bool tame(std::span<const float> weights) {
  return std::all_of(weights.begin(), weights.end(), [](float w) { return std::fabs(w) <= 1e6f; });
}

void Standardiser::fit(std::span<const float> rows, std::size_t width, std::span<const float> weight) {
  const std::size_t n = rows.size() / width;
  std::vector<double> total(width, 0.0), mean(width, 0.0), square(width, 0.0);
  const auto each = [&](auto&& take) {
    for (std::size_t i = 0; i < n; ++i) {
      const double w = weight.empty() ? 1.0 : static_cast<double>(weight[i]);
      for (std::size_t j = 0; j < width; ++j)
        if (const float x = rows[i * width + j]; std::isfinite(x)) take(j, w, static_cast<double>(x));
    }
  };
  each([&](std::size_t j, double w, double x) {
    total[j] += w;
    mean[j] += w * x;
  });
  for (std::size_t j = 0; j < width; ++j) mean[j] = total[j] > 0 ? mean[j] / total[j] : 0.0;
  each([&](std::size_t j, double w, double x) { square[j] += w * (x - mean[j]) * (x - mean[j]); });
  mean_.resize(width);
  scale_.resize(width);
  for (std::size_t j = 0; j < width; ++j) {
    const double deviation = total[j] > 0 ? std::sqrt(square[j] / total[j]) : 0.0;
    mean_[j] = static_cast<float>(mean[j]);
    // Deviations below a float's digits are rounding, not information.
    scale_[j] = deviation > 1e-7 * std::fabs(mean[j]) ? static_cast<float>(1 / deviation) : 0.0f;
    if (!std::isfinite(scale_[j])) scale_[j] = 0;
  }
}

void Standardiser::apply(const float* row, float* out) const {
  const Lanes limit = _mm256_set1_ps(5), minus = _mm256_set1_ps(-5);
  std::size_t j = 0;
  for (; j + kLanes <= width(); j += kLanes) {
    const Lanes z = (_mm256_loadu_ps(row + j) - _mm256_loadu_ps(&mean_[j])) * _mm256_loadu_ps(&scale_[j]);
    const Lanes number = _mm256_cmp_ps(z, z, _CMP_ORD_Q);
    _mm256_storeu_ps(out + j, _mm256_and_ps(number, _mm256_max_ps(minus, _mm256_min_ps(z, limit))));
  }
  for (; j < width(); ++j) {
    const float z = (row[j] - mean_[j]) * scale_[j];
    out[j] = z == z ? std::clamp(z, -5.0f, 5.0f) : 0.0f;
  }
  for (; j < padded(width()); ++j) out[j] = 0;
}

void DescentParams::describe(Describe& d, std::string_view examples, double most) {
  d.integer("first_epochs", first_epochs, {1, 100}, "",
            fmt::format("Passes over the {} on the first night, which starts from noise.", examples));
  d.integer("epochs", epochs, {1, 100}, "", fmt::format("Passes over the {} a night.", examples));
  d.integer("batch", batch, {1, most}, examples, fmt::format("How many {} a step learns from.", examples));
  d.number("learning_rate", learning_rate, {1e-6, 1}, "", "Adam's step size at the start of a night.");
  d.number("l2", l2, {0, 10}, "", "Decay of the weights per unit of step size.");
}

}  // namespace feedloop
