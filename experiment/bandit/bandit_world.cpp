#include "experiment/bandit/bandit_world.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/distributions.hpp"

namespace feedloop {
namespace {

enum Purpose : std::uint32_t { kAction, kContext, kClick, kBestAction };

void unit_vector(Rng& rng, std::span<float> out) {
  double norm = 0;
  for (float& v : out) {
    v = static_cast<float>(normal(rng));
    norm += static_cast<double>(v) * static_cast<double>(v);
  }
  for (float& v : out) v /= static_cast<float>(std::sqrt(norm));
}

}  // namespace

void BanditWorldParams::describe(Describe& d) {
  d.text("kind", kind, {"stationary", "drifting", "contextual", "features"}, "How click probabilities come about.");
  d.text("profile", profile, {"gap", "uniform", "beta"},
         "Without contexts: one best action above equals, or uniform or Beta draws.");
  d.number("best", best, {0, 1}, "probability", "The best click probability there can be.");
  d.number("worst", worst, {0, 1}, "probability", "The worst, for uniform draws and contexts.");
  d.number("gap", gap, {0, 1}, "probability", "By how much the others fall short of the one best.");
  d.number("mean", mean, {0, 1}, "probability", "Mean of the Beta distribution that click probabilities are drawn from.");
  d.number("cv", cv, {0.001, 100}, "", "Its standard deviation over its mean.");
  d.integer("drift_rounds", drift_rounds, {1, 1e12}, "rounds", "Rounds after which a drifting world is drawn again.");
  d.integer("dims", dims, {1, 256}, "", "Dimensions of a contextual world.");
}

BanditWorld::BanditWorld(const BanditWorldParams& params, std::size_t actions, Seed seed)
    : params_(params), actions_(actions), seed_(seed) {
  if (params_.profile == "beta" && !(params_.mean > 0 && params_.cv * params_.cv < (1 - params_.mean) / params_.mean))
    throw Error(
        fmt::format("`bandit.world.cv` = {} of a mean of {} is no Beta distribution; the mean must be above 0 and cv "
                    "below sqrt((1 - mean) / mean)",
                    params_.cv, params_.mean));
  const auto d = static_cast<std::size_t>(params_.dims);
  const bool featured = params_.kind == "features";
  if (featured || params_.kind == "contextual") {
    user_.resize(d);
    probability_.resize(actions);
    width_ = featured ? 2 * d : d;
    std::vector<float>& own = featured ? features_ : theta_;
    own.resize(actions * d);
    for (std::size_t a = 0; a < actions; ++a) {
      Rng rng = stream(seed, Stream::Bandit, {kAction, 0, static_cast<std::uint32_t>(a)});
      unit_vector(rng, {own.data() + a * d, d});
    }
    if (featured) {
      theta_.resize(2 * d);
      Rng rng = stream(seed, Stream::Bandit, {kBestAction, 0, 0});
      unit_vector(rng, {theta_.data(), d});
      unit_vector(rng, {theta_.data() + d, d});
      rows_.resize(actions * width_);
    }
  } else {
    draw_probabilities(0);
  }
}

void BanditWorld::draw_probabilities(std::int64_t period) {
  const auto p = static_cast<std::uint32_t>(period);
  probability_.resize(actions_);
  if (params_.profile == "gap") {
    std::fill(probability_.begin(), probability_.end(), std::max(0.0, params_.best - params_.gap));
    Rng rng = stream(seed_, Stream::Bandit, {kBestAction, p, 0});
    probability_[uniform_below(rng, static_cast<std::uint32_t>(actions_))] = params_.best;
  } else if (params_.profile == "beta") {
    const double weight = (1 - params_.mean) / (params_.mean * params_.cv * params_.cv) - 1;
    for (std::size_t a = 0; a < actions_; ++a) {
      Rng rng = stream(seed_, Stream::Bandit, {kAction, p, static_cast<std::uint32_t>(a)});
      probability_[a] = beta(rng, params_.mean * weight, (1 - params_.mean) * weight);
    }
  } else {
    for (std::size_t a = 0; a < actions_; ++a)
      probability_[a] =
          params_.worst +
          (params_.best - params_.worst) * stream(seed_, Stream::Bandit, {kAction, p, static_cast<std::uint32_t>(a)}).uniform();
  }
  best_ = *std::max_element(probability_.begin(), probability_.end());
}

void BanditWorld::begin(std::int64_t round) {
  round_ = round;
  if (params_.kind == "drifting" && round > 0 && round % params_.drift_rounds == 0)
    draw_probabilities(round / params_.drift_rounds);
  if (user_.empty()) return;
  Rng rng = stream(seed_, Stream::Bandit, {kContext, static_cast<std::uint32_t>(round), 0});
  unit_vector(rng, user_);
  const std::size_t d = user_.size();
  const double base = (params_.best + params_.worst) / 2, spread = (params_.best - params_.worst) / 2;
  if (features_.empty()) rows_ = user_;
  best_ = 0;
  for (std::size_t a = 0; a < actions_; ++a) {
    double product = 0;
    if (features_.empty()) {
      for (std::size_t c = 0; c < d; ++c) product += static_cast<double>(user_[c]) * static_cast<double>(theta_[a * d + c]);
    } else {
      const float* f = features_.data() + a * d;
      float* row = rows_.data() + a * width_;
      for (std::size_t c = 0; c < d; ++c) {
        row[c] = f[c];
        row[d + c] = f[c] * user_[c] * std::sqrt(static_cast<float>(d));
      }
      for (std::size_t c = 0; c < width_; ++c) product += static_cast<double>(row[c]) * static_cast<double>(theta_[c]) / 2;
    }
    probability_[a] = std::clamp(base + spread * product, params_.worst, params_.best);
    best_ = std::max(best_, probability_[a]);
  }
}

double BanditWorld::probability(std::size_t action) const { return probability_[action]; }

bool BanditWorld::clicked(std::size_t action) const {
  Rng rng = stream(seed_, Stream::Bandit, {kClick, static_cast<std::uint32_t>(round_), static_cast<std::uint32_t>(action)});
  return bernoulli(rng, probability(action));
}

}  // namespace feedloop
