#include "engine/ranking/network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "base/parallel.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kShard = 64;  // rows whose activations stay in the cache; also the grain of threads

enum Purpose : std::uint64_t { kInitial, kOrder };

double mean_weight(const LabelledBatch& data) {
  const double total = std::accumulate(data.weight.begin(), data.weight.end(), 0.0);
  return data.weight.empty() ? 0 : total / static_cast<double>(data.weight.size());
}

}  // namespace

struct Network::Shard {
  std::vector<float> x, gradient;
  Layers::Tape deep, wide;
};

Network::Network(const NetworkParams& params, int heads, bool wide)
    : params_(params), heads_(static_cast<std::size_t>(heads)), wide_(wide), biased_(heads_, 0) {
  FEEDLOOP_CHECK(heads > 0, "a network without heads");
}

void Network::build(std::size_t width) {
  deep_.emplace(
      std::vector{width, static_cast<std::size_t>(params_.hidden1), static_cast<std::size_t>(params_.hidden2), heads_});
  if (wide_) linear_.emplace(std::vector{width, heads_});
}

// Logits of the n rows in shard.x, left in shard.deep.
void Network::forward(std::size_t n, Shard& shard) const {
  deep_->forward(deep_weights(), n, shard.x.data(), shard.deep);
  if (!wide_) return;
  linear_->forward(wide_weights(), n, shard.x.data(), shard.wide);
  std::vector<float>&z = shard.deep.values.back(), &more = shard.wide.values.back();
  for (std::size_t i = 0; i < n * padded(heads_); ++i) z[i] += more[i];
}

// The loss of some rows, and its gradient into the shard's buffer; both times `scale`.
double Network::descend(const LabelledBatch& data, std::span<const std::uint32_t> rows, std::span<const float> transposed,
                        float scale, Shard& shard) const {
  const std::size_t n = rows.size(), width = inputs_.width(), stride = padded(heads_);
  shard.x.resize(n * padded(width));
  for (std::size_t i = 0; i < n; ++i) inputs_.apply(&data.rows[rows[i] * width], &shard.x[i * padded(width)]);
  forward(n, shard);
  const float* z = shard.deep.output();
  float* slope = shard.deep.output_slope();
  std::fill_n(slope, n * stride, 0.0f);
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t h = 0; h < heads_; ++h) {
      const float w = data.weight[rows[i] * heads_ + h] * scale;
      if (w == 0) continue;
      // With e = exp(-|z|) neither the sigmoid nor the loss log(1 + exp(z)) - y z can overflow.
      const float y = data.label[rows[i] * heads_ + h], logit = z[i * stride + h], e = std::exp(-std::fabs(logit));
      slope[i * stride + h] = w * ((logit >= 0 ? 1 : e) / (1 + e) - y);
      loss += static_cast<double>(w * (std::log1p(e) + std::max(logit, 0.0f) - y * logit));
    }
  shard.gradient.resize(weights_.size());
  const auto gradient = std::span(shard.gradient);
  deep_->backward(transposed, n, shard.x.data(), shard.deep, gradient.first(deep_->size()));
  if (wide_) {
    std::copy_n(slope, n * stride, shard.wide.output_slope());
    linear_->backward({}, n, shard.x.data(), shard.wide, gradient.subspan(deep_->size()));
  }
  return loss;
}

template <class Rate>
void Network::pass(const LabelledBatch& data, std::span<const std::uint32_t> order, double unit, LastBatch last, Rate rate) {
  const auto batch = static_cast<std::size_t>(params_.batch);
  std::vector<Shard> shards((std::min(batch, order.size()) + kShard - 1) / kShard);
  std::vector<float> transposed;
  for (std::size_t b = 0; b < order.size(); b += batch) {
    const auto rows = order.subspan(b, std::min(batch, order.size() - b));
    const std::size_t counted = last == LastBatch::Whole ? rows.size() : batch;
    const auto scale = static_cast<float>(1 / (unit * static_cast<double>(counted)));
    deep_->transpose_weights(deep_weights(), transposed);
    parallel_for(rows.size(), kShard, [&](std::size_t begin, std::size_t end) {
      descend(data, rows.subspan(begin, end - begin), transposed, scale, shards[begin / kShard]);
    });
    std::vector<const std::vector<float>*> gradients;
    for (std::size_t s = 0; s * kShard < rows.size(); ++s) gradients.push_back(&shards[s].gradient);
    const double step = rate();
    const auto keep = static_cast<float>(1 - step * params_.l2);
    deep_->shrink(std::span(weights_).first(deep_->size()), keep);
    if (wide_) linear_->shrink(std::span(weights_).subspan(deep_->size()), keep);
    adam_.step(gradients, static_cast<float>(step), weights_);
  }
}

// A night or an update that diverged is as if it had not been.
bool Network::keep_if_tame(Network former) {
  if (tame(weights_) && adam_.finite()) return true;
  *this = std::move(former);
  return false;
}

bool Network::train(const LabelledBatch& data, Seed seed, std::uint64_t night) {
  const auto width = static_cast<std::size_t>(data.width);
  const std::size_t n = data.weight.size() / heads_;
  FEEDLOOP_CHECK(data.rows.size() == n * width && data.label.size() == n * heads_, "labels of other rows");
  FEEDLOOP_CHECK(!ready() || width == inputs_.width(), "rows of another width than the network's");
  const double unit = mean_weight(data);
  if (!(unit > 0) || width == 0) return false;
  const Network former = *this;

  std::vector<float> row_weight(n, 0.0f);
  for (std::size_t i = 0; i < n * heads_; ++i) row_weight[i / heads_] += data.weight[i];
  inputs_.fit(data.rows, width, row_weight);
  if (!ready()) {
    build(width);
    weights_.assign(deep_->size() + (wide_ ? linear_->size() : 0), 0.0f);  // the wide part starts at zero
    deep_->initialise(stream(seed, Stream::Network, entity_key(kInitial)), 1.0, std::span(weights_).first(deep_->size()));
  }
  for (std::size_t h = 0; h < heads_; ++h) {
    double total = 0, positive = 0;
    for (std::size_t i = h; i < n * heads_; i += heads_) {
      total += static_cast<double>(data.weight[i]);
      positive += static_cast<double>(data.weight[i] * data.label[i]);
    }
    if (biased_[h] || total == 0) continue;
    const double rate = std::clamp(positive / total, 1e-4, 1 - 1e-4);
    weights_[deep_->size() - padded(heads_) + h] = static_cast<float>(logit(rate));
    biased_[h] = 1;
  }

  const auto batch = static_cast<std::size_t>(params_.batch);
  const auto epochs = static_cast<std::uint64_t>(ready() ? params_.epochs : params_.first_epochs);
  const auto steps = static_cast<double>((n + batch - 1) / batch * epochs);
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  double step = 0;
  for (std::uint64_t epoch = 0; epoch < epochs; ++epoch) {
    Rng rng = stream(seed, Stream::Network, entity_key(kOrder, night, epoch));
    shuffle(rng, order);
    pass(data, order, unit, LastBatch::Whole, [&] { return params_.learning_rate * (1 - step++ / steps); });
  }
  if (!keep_if_tame(former)) return false;
  ++nights_;
  return true;
}

bool Network::update(const LabelledBatch& data) {
  FEEDLOOP_CHECK(ready() && static_cast<std::size_t>(data.width) == inputs_.width(), "an update by rows of another width");
  const double unit = mean_weight(data);
  if (!(unit > 0)) return false;
  const Network former = *this;
  std::vector<std::uint32_t> order(data.weight.size() / heads_);
  std::iota(order.begin(), order.end(), 0u);
  pass(data, order, unit, LastBatch::Partial, [&] { return params_.learning_rate * params_.online_rate; });
  return keep_if_tame(former);
}

void Network::predict(std::span<const float> rows, int width, float* logits) const {
  const auto w = static_cast<std::size_t>(width);
  FEEDLOOP_CHECK(ready() && w == inputs_.width(), "prediction by a network that has not seen such rows");
  thread_local Shard shard;  // buffers, filled anew by every call
  for (std::size_t b = 0, n = rows.size() / w; b < n; b += kShard) {
    const std::size_t m = std::min(kShard, n - b);
    shard.x.resize(m * padded(w));
    for (std::size_t i = 0; i < m; ++i) inputs_.apply(&rows[(b + i) * w], &shard.x[i * padded(w)]);
    forward(m, shard);
    for (std::size_t i = 0; i < m; ++i)
      std::copy_n(shard.deep.output() + i * padded(heads_), heads_, logits + (b + i) * heads_);
  }
}

void Network::visit_state(State& s) {
  s(inputs_);
  s(weights_);
  s(biased_);
  s(adam_);
  s(nights_);
  if (s.loading() && ready()) build(inputs_.width());
}

double Network::loss(const LabelledBatch& data, std::vector<float>* gradient) const {
  std::vector<std::uint32_t> rows(data.weight.size() / heads_);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<float> transposed;
  deep_->transpose_weights(deep_weights(), transposed);
  Shard shard;
  const auto scale = static_cast<float>(1 / (mean_weight(data) * static_cast<double>(rows.size())));
  const double loss = descend(data, rows, transposed, scale, shard);
  if (gradient) *gradient = shard.gradient;
  return loss;
}

}  // namespace feedloop
