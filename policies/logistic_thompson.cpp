#include "policies/logistic_thompson.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "policies/predicted_click.hpp"
#include "policies/sampled_law.hpp"

namespace feedloop {
namespace {

double offset_of(const std::array<float, kHeads>& heads) { return logit(std::min(predicted_click(heads, 0.5), 1 - 1e-6)); }

}  // namespace

void LogisticThompson::learn(std::span<const Interaction> pages) {
  const std::size_t d = context_.size();
  std::vector<float> x;
  std::vector<double> offsets, clicks;
  for (const Interaction& page : pages) {
    const auto width = static_cast<std::size_t>(page.width);
    each_counted(page, feedback_named(params_.feedback), [&](std::size_t k) {
      const std::span<const float> row{page.features.data() + k * width, width};
      context_.observe(row);
      x.resize(x.size() + d);
      context_.map(row, x.data() + x.size() - d);
      offsets.push_back(offset_of(page.slate.slots[k].heads));
      clicks.push_back(page.outcome.slots[k].clicked ? 1 : 0);
    });
  }
  if (clicks.empty()) return;
  const std::vector<double> prior(model_.precision().begin(), model_.precision().end());
  const std::vector<double> start(model_.theta().begin(), model_.theta().end());
  std::vector<double> w = start, gradient(d), hessian, half(d), step(d);
  const auto objective = [&](const std::vector<double>& at) {
    double value = 0;
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) value += 0.5 * (at[i] - start[i]) * prior[i * d + j] * (at[j] - start[j]);
    for (std::size_t r = 0; r < clicks.size(); ++r) {
      double z = offsets[r];
      for (std::size_t i = 0; i < d; ++i) z += at[i] * static_cast<double>(x[r * d + i]);
      value += std::log1p(std::exp(-std::fabs(z))) + std::max(z, 0.0) - clicks[r] * z;
    }
    return value;
  };
  for (int iteration = 0; iteration < 20; ++iteration) {
    hessian = prior;
    for (std::size_t i = 0; i < d; ++i) {
      gradient[i] = 0;
      for (std::size_t j = 0; j < d; ++j) gradient[i] += prior[i * d + j] * (w[j] - start[j]);
    }
    for (std::size_t r = 0; r < clicks.size(); ++r) {
      const float* row = x.data() + r * d;
      double z = offsets[r];
      for (std::size_t i = 0; i < d; ++i) z += w[i] * static_cast<double>(row[i]);
      const double p = logistic(z);
      for (std::size_t i = 0; i < d; ++i) {
        gradient[i] += (p - clicks[r]) * static_cast<double>(row[i]);
        const double weighed = p * (1 - p) * static_cast<double>(row[i]);
        if (weighed == 0) continue;
        for (std::size_t j = 0; j < d; ++j) hessian[i * d + j] += weighed * static_cast<double>(row[j]);
      }
    }
    const std::vector<double> inverse = inverse_cholesky(hessian, d);
    std::fill(step.begin(), step.end(), 0.0);
    double decrement = 0;
    for (std::size_t i = 0; i < d; ++i) {
      half[i] = 0;
      for (std::size_t j = 0; j <= i; ++j) half[i] += inverse[i * d + j] * gradient[j];
      decrement += half[i] * half[i];
      for (std::size_t j = 0; j <= i; ++j) step[j] += inverse[i * d + j] * half[i];
    }
    if (decrement < 1e-12) break;
    // Halve until the objective falls: far from the mode a full step may overshoot.
    const double before = objective(w);
    for (double length = 1; length > 1e-6; length /= 2) {
      std::vector<double> next = w;
      for (std::size_t i = 0; i < d; ++i) next[i] -= length * step[i];
      if (objective(next) < before) {
        w = std::move(next);
        break;
      }
    }
  }
  for (std::size_t i = 0; i < hessian.size(); ++i) hessian[i] -= prior[i];
  model_.add_precision(hessian);
  model_.refresh();
  model_.set_mean(w);
}

std::unique_ptr<SlotLaw> LogisticThompson::law(const Ranking& ranking, const Request&, Rng& rng) const {
  std::vector<double> offsets;
  for (const Candidate& c : ranking.candidates) offsets.push_back(offset_of(c.heads));
  return std::make_unique<SampledLaw>(model_, params_.scale, contexts_of(ranking, context_), std::move(offsets),
                                      static_cast<int>(params_.propensity_draws), rng);
}

}  // namespace feedloop
