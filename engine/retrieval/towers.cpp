#include "engine/retrieval/towers.hpp"

#include <immintrin.h>

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

constexpr float kOut = -1e30f;  // the score of a candidate that is never chosen

enum Purpose : std::uint64_t { kUser, kItem, kOrder, kNegatives };

using Lanes = __m256;

// e^x for x <= 0, by the reduction and polynomial of Cephes' expf: 2 units in the last place, and 0 below -87.
Lanes exponential_of(Lanes x) {
  const auto all = [](float v) { return _mm256_set1_ps(v); };
  const Lanes small = _mm256_cmp_ps(x, all(-87.0f), _CMP_LT_OQ);
  x = _mm256_max_ps(x, all(-87.0f));
  const Lanes n = _mm256_round_ps(x * all(1.44269504088896341f), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  x = _mm256_fnmadd_ps(n, all(0.693359375f), x);
  x = _mm256_fnmadd_ps(n, all(-2.12194440e-4f), x);
  Lanes y = all(1.9875691500e-4f);
  for (const float c : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
    y = _mm256_fmadd_ps(y, x, all(c));
  y = _mm256_fmadd_ps(y, x * x, x + all(1.0f));
  const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return _mm256_andnot_ps(small, y * _mm256_castsi256_ps(power));
}

// Turns n scores into `weight` times the derivative of -log softmax at `positive`, which it returns (times weight).
double softmax_loss(float* z, std::size_t n, std::size_t positive, float weight) {
  const float score = z[positive];
  alignas(32) float part[8];
  Lanes top = _mm256_loadu_ps(z);
  for (std::size_t j = 8; j < n; j += 8) top = _mm256_max_ps(top, _mm256_loadu_ps(z + j));
  _mm256_store_ps(part, top);
  const float largest = *std::max_element(part, part + 8);
  Lanes total = _mm256_setzero_ps();
  for (std::size_t j = 0; j < n; j += 8) {
    const Lanes e = exponential_of(_mm256_loadu_ps(z + j) - _mm256_set1_ps(largest));
    _mm256_storeu_ps(z + j, e);
    total += e;
  }
  _mm256_store_ps(part, total);
  const float sum = std::accumulate(part, part + 8, 0.0f);
  const Lanes scale = _mm256_set1_ps(weight / sum);
  for (std::size_t j = 0; j < n; j += 8) _mm256_storeu_ps(z + j, scale * _mm256_loadu_ps(z + j));
  z[positive] -= weight;
  return static_cast<double>(weight) * static_cast<double>(largest - score + std::log(sum));
}

}  // namespace

struct Towers::Shard {
  std::vector<float> x, gradient;
  std::vector<std::pair<std::size_t, float>> kept;  // an example's own candidates and their scores
  Layers::Tape tape;

  // Vectors of n items or users, in tape.output(); input(i) is the i-th row of features.
  template <class Input>
  void forward(const Tower& tower, std::size_t n, Input input) {
    const std::size_t stride = padded(tower.layers.input());
    x.resize(n * stride);
    for (std::size_t i = 0; i < n; ++i) tower.inputs.apply(input(i), &x[i * stride]);
    tower.layers.forward(tower.weights, n, x.data(), tape);
  }
  void backward(const Tower& tower, std::span<const float> transposed, std::size_t n) {
    gradient.resize(tower.layers.size());
    tower.layers.backward(transposed, n, x.data(), tape, gradient);
  }
};

// The working memory of a step, and what all steps of a night share.
struct Towers::Step {
  std::vector<float> share;  // of the examples, by item
  double mean_weight = 0;
  std::vector<std::uint32_t> items;         // the candidates, each once, ascending
  std::vector<float> log_count, offset;     // by candidate: log of how often it was drawn; what training adds to its scores
  std::vector<float> u, v, columns, score;  // vectors of users and candidates, the latter transposed too; users x candidates
  std::vector<float> user_transposed, item_transposed;
  std::vector<Shard> user, item;
  std::vector<const std::vector<float>*> user_gradients, item_gradients;

  Step(const Plays& plays, std::size_t catalogue) : share(catalogue, 0.0f) {
    const auto n = static_cast<float>(plays.positives.size());
    for (const std::uint32_t j : plays.positives) share[j] += 1;  // exact to 2^24
    for (float& x : share) x /= n;
    mean_weight = std::accumulate(plays.weights.begin(), plays.weights.end(), 0.0) / static_cast<double>(n);
  }
};

Towers::Towers(const TowersParams& params, int user_width, int item_width)
    : params_(params),
      user_{Layers({static_cast<std::size_t>(user_width), static_cast<std::size_t>(params.hidden),
                    static_cast<std::size_t>(params.dims)}),
            {},
            {},
            {}},
      item_{Layers({static_cast<std::size_t>(item_width), static_cast<std::size_t>(params.hidden),
                    static_cast<std::size_t>(params.dims)}),
            {},
            {},
            {}} {}

double Towers::descend(const Plays& plays, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> negatives,
                       Step& s) const {
  const std::size_t n = rows.size(), dims = user_.layers.output(), stride = padded(dims);
  const std::size_t user_width = user_.layers.input(), item_width = item_.layers.input();

  std::vector<std::uint32_t> drawn(negatives.begin(), negatives.end());
  for (const std::uint32_t i : rows) {
    drawn.push_back(plays.positives[i]);
    if (!params_.from_page()) continue;
    const auto beside = plays.beside_of(i);
    drawn.insert(drawn.end(), beside.begin(), beside.end());
  }
  std::sort(drawn.begin(), drawn.end());
  s.items.clear();
  s.log_count.clear();
  s.offset.clear();
  const float uniform = static_cast<float>(negatives.size()) / static_cast<float>(s.share.size());
  for (std::size_t b = 0, e = 0; b < drawn.size(); b = e) {
    while (e < drawn.size() && drawn[e] == drawn[b]) ++e;
    s.items.push_back(drawn[b]);
    if (params_.from_page()) {  // each example meets its own candidates once
      s.log_count.push_back(0);
      s.offset.push_back(0);
      continue;
    }
    s.log_count.push_back(std::log(static_cast<float>(e - b)));
    const float expected = static_cast<float>(n) * s.share[drawn[b]] + uniform;
    s.offset.push_back(s.log_count.back() - (params_.correction ? std::log(expected) : 0.0f));
  }
  const std::size_t candidates = s.items.size(), width = padded(candidates);
  s.offset.resize(width, kOut);  // the padding

  s.u.resize(n * stride);
  s.v.resize(candidates * stride);
  s.columns.resize(dims * width);
  s.score.resize(n * width);
  s.user.resize(std::max(s.user.size(), (n + kShard - 1) / kShard));
  s.item.resize(std::max(s.item.size(), (candidates + kShard - 1) / kShard));
  user_.layers.transpose_weights(user_.weights, s.user_transposed);
  item_.layers.transpose_weights(item_.weights, s.item_transposed);

  parallel_for(candidates, kShard, [&](std::size_t b, std::size_t e) {
    Shard& shard = s.item[b / kShard];
    shard.forward(item_, e - b, [&](std::size_t i) { return &plays.item_inputs[s.items[b + i] * item_width]; });
    std::copy_n(shard.tape.output(), (e - b) * stride, &s.v[b * stride]);
  });
  transpose(candidates, dims, stride, s.v.data(), s.columns.data());

  const auto scale = static_cast<float>(1 / (s.mean_weight * static_cast<double>(n)));
  const double loss = parallel_reduce(
      n, kShard, 0.0,
      [&](std::size_t b, std::size_t e) {
        Shard& shard = s.user[b / kShard];
        shard.forward(user_, e - b, [&](std::size_t i) { return &plays.user_inputs[rows[b + i] * user_width]; });
        std::copy_n(shard.tape.output(), (e - b) * stride, &s.u[b * stride]);
        float* score = &s.score[b * width];
        multiply({e - b, width, dims}, {&s.u[b * stride], stride}, s.columns.data(), s.offset.data(), score);
        double sum = 0;
        for (std::size_t i = b; i < e; ++i) {
          const auto at = std::lower_bound(s.items.begin(), s.items.end(), plays.positives[rows[i]]) - s.items.begin();
          const auto positive = static_cast<std::size_t>(at);
          float* z = &s.score[i * width];
          z[positive] -= s.log_count[positive];  // only one of its copies counts
          if (params_.from_page()) {
            shard.kept.assign(1, {positive, z[positive]});
            for (const std::uint32_t j : plays.beside_of(rows[i])) {
              const auto k = static_cast<std::size_t>(std::lower_bound(s.items.begin(), s.items.end(), j) - s.items.begin());
              shard.kept.emplace_back(k, z[k]);
            }
            std::fill_n(z, width, kOut);
            for (const auto& [k, x] : shard.kept) z[k] = x;
          }
          sum += softmax_loss(z, width, positive, plays.weights[rows[i]] * scale);
        }
        multiply({e - b, stride, candidates}, {score, width}, s.v.data(), nullptr, shard.tape.output_slope());
        shard.backward(user_, s.user_transposed, e - b);
        return sum;
      },
      [](double a, double b) { return a + b; });

  parallel_for(candidates, kShard, [&](std::size_t b, std::size_t e) {
    Shard& shard = s.item[b / kShard];
    multiply({e - b, stride, n}, {&s.score[b], 1, width}, s.u.data(), nullptr, shard.tape.output_slope());
    shard.backward(item_, s.item_transposed, e - b);
  });
  s.user_gradients.clear();
  s.item_gradients.clear();
  for (std::size_t i = 0; i * kShard < n; ++i) s.user_gradients.push_back(&s.user[i].gradient);
  for (std::size_t i = 0; i * kShard < candidates; ++i) s.item_gradients.push_back(&s.item[i].gradient);
  return loss;
}

bool Towers::train(const Plays& plays, Seed seed, std::uint64_t night) {
  const std::size_t n = plays.positives.size(), items = plays.item_inputs.size() / item_.layers.input();
  FEEDLOOP_CHECK(plays.weights.size() == n && plays.user_inputs.size() == n * user_.layers.input(), "inputs of other examples");
  FEEDLOOP_CHECK(n == 0 || *std::max_element(plays.positives.begin(), plays.positives.end()) < items, "a play of no item");
  FEEDLOOP_CHECK(!params_.from_page() || plays.ends.size() == n, "pages of other examples");
  if (n == 0) return false;
  const Towers former = *this;

  user_.inputs.fit(plays.user_inputs, user_.layers.input(), plays.weights);
  item_.inputs.fit(plays.item_inputs, item_.layers.input(), {});
  if (!ready())
    for (const auto& [tower, purpose] : {std::pair(&user_, kUser), std::pair(&item_, kItem)}) {
      tower->weights.resize(tower->layers.size());
      // So that first scores, sums of `dims` products, have a deviation of about 1.
      const double scale = std::pow(static_cast<double>(params_.dims), -0.25);
      tower->layers.initialise(stream(seed, Stream::Towers, entity_key(purpose)), scale, tower->weights);
    }

  const auto batch = static_cast<std::size_t>(params_.batch);
  const auto epochs = static_cast<std::uint64_t>(ready() ? params_.epochs : params_.first_epochs);
  const std::size_t steps = (n + batch - 1) / batch * epochs;
  std::vector<std::uint32_t> order(n), negatives(static_cast<std::size_t>(params_.from_page() ? 0 : params_.negatives));
  std::iota(order.begin(), order.end(), 0u);
  Step s(plays, items);
  std::size_t step = 0;
  for (std::uint64_t epoch = 0; epoch < epochs; ++epoch) {
    Rng order_rng = stream(seed, Stream::Towers, entity_key(kOrder, night, epoch));
    Rng negative_rng = stream(seed, Stream::Towers, entity_key(kNegatives, night, epoch));
    shuffle(order_rng, order);
    for (std::size_t b = 0; b < n; b += batch, ++step) {
      for (std::uint32_t& j : negatives) j = uniform_below(negative_rng, static_cast<std::uint32_t>(items));
      descend(plays, std::span(order).subspan(b, std::min(batch, n - b)), negatives, s);
      const double rate = params_.learning_rate * (1 - static_cast<double>(step) / static_cast<double>(steps));
      const auto keep = static_cast<float>(1 - rate * params_.l2);
      user_.layers.shrink(user_.weights, keep);
      item_.layers.shrink(item_.weights, keep);
      user_.adam.step(s.user_gradients, static_cast<float>(rate), user_.weights);
      item_.adam.step(s.item_gradients, static_cast<float>(rate), item_.weights);
    }
  }
  for (const Tower* tower : {&user_, &item_})
    if (!tame(tower->weights) || !tower->adam.finite()) {
      *this = former;
      return false;
    }
  ++nights_;
  return true;
}

void Towers::embed(const Tower& tower, const float* inputs, std::size_t n, float* out) const {
  FEEDLOOP_CHECK(ready(), "vectors of towers that have learned nothing");
  const std::size_t width = tower.layers.input(), dims = tower.layers.output();
  thread_local Shard shard;  // buffers, filled anew by every call
  for (std::size_t b = 0; b < n; b += kShard) {
    const std::size_t m = std::min(kShard, n - b);
    shard.forward(tower, m, [&](std::size_t i) { return inputs + (b + i) * width; });
    for (std::size_t i = 0; i < m; ++i) std::copy_n(shard.tape.output() + i * padded(dims), dims, out + (b + i) * dims);
  }
}

double Towers::loss(const Plays& plays, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> negatives,
                    Gradients* gradients) const {
  Step s(plays, plays.item_inputs.size() / item_.layers.input());
  const double loss = descend(plays, rows, negatives, s);
  if (gradients) {
    const auto sum = [](const auto& parts, std::size_t size) {
      std::vector<float> total(size, 0.0f);
      for (const auto* part : parts) std::transform(total.begin(), total.end(), part->begin(), total.begin(), std::plus<>());
      return total;
    };
    *gradients = {sum(s.user_gradients, user_.weights.size()), sum(s.item_gradients, item_.weights.size())};
  }
  return loss;
}

}  // namespace feedloop
