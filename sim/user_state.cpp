#include "sim/user_state.hpp"

#include <cmath>
#include <numbers>

namespace feedloop {

void pass_time(UserState& u, SimTime now, const DynamicsParams& p) {
  const double dt_h = (now - u.as_of).hours();
  if (dt_h <= 0) return;
  const auto keep = static_cast<float>(std::exp(-dt_h / p.fatigue_hours));
  const auto averse = static_cast<float>(std::exp(-std::numbers::ln2 * dt_h / (24.0 * p.aversion_half_life_days)));
  if (p.satisfaction_half_life_days > 0) u.satisfaction *= std::exp2(-dt_h / (24.0 * p.satisfaction_half_life_days));
  if (p.trust_half_life_days > 0) u.trust *= std::exp2(-dt_h / (24.0 * p.trust_half_life_days));
  for (float& f : u.fatigue) f *= keep;
  for (float& a : u.aversion) a *= averse;
  u.as_of = now;
}

void consume(UserState& u, const Latent& item, int category, double relevance, bool dismissed, const DynamicsParams& p) {
  const double felt = std::tanh(0.5 * relevance);
  u.satisfaction = (1 - p.satisfaction_rate) * u.satisfaction + p.satisfaction_rate * felt;
  u.trust = (1 - p.trust_rate) * u.trust + p.trust_rate * felt;
  u.fatigue[static_cast<std::size_t>(category)] += 1.0f;
  if (dismissed) {
    u.aversion.resize(kMaxCategories);
    u.aversion[static_cast<std::size_t>(category)] += static_cast<float>(p.aversion);
  }
  if (felt > 0) {
    for (std::size_t k = 0; k < kLatentDims; ++k) {
      const double pull = p.drift_rate * felt * (item[k] - u.taste[k]) + p.drift_return * (u.anchor[k] - u.taste[k]);
      u.taste[k] += static_cast<float>(pull);
    }
    normalise(u.taste);
  }
}

}  // namespace feedloop
