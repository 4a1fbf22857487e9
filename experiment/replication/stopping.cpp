#include "experiment/replication/stopping.hpp"

#include <cmath>
#include <vector>

#include "experiment/sequential_rule.hpp"
#include "stats/group_sequential.hpp"
#include "stats/sequential.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

Stop at(const EffectLook& look, double z, bool rejected) {
  return {rejected, look.day, look.effect, {look.effect - z * look.se, look.effect + z * look.se}};
}

Stop with_spending(std::span<const EffectLook> looks, double alpha, SpendingFamily family) {
  GroupSequentialTest test({family}, alpha, Sides::Two);
  std::vector<double> se;
  for (const EffectLook& l : looks) se.push_back(l.se);
  double z = kInfinity;
  for (const std::size_t k : informative_looks(se)) {
    z = test.look(1 / (se[k] * se[k]), looks[k].day / looks.back().day);
    if (std::fabs(looks[k].effect) >= z * se[k]) return at(looks[k], z, true);
  }
  return at(looks.back(), z, false);
}

std::optional<Stop> with_mixture(std::span<const EffectLook> looks, double alpha, double tau) {
  if (!(tau > 0)) return std::nullopt;
  AlwaysValid test(tau);
  for (const EffectLook& l : looks) {
    test.look(l.effect, l.se * l.se);
    if (test.p() < alpha) return Stop{true, l.day, l.effect, test.ci(alpha)};
  }
  return Stop{false, looks.back().day, looks.back().effect, test.ci(alpha)};
}

}  // namespace

std::string_view to_string(StoppingRule rule) {
  constexpr std::array<std::string_view, kStoppingRules.size()> names{
      "fixed horizon", "daily peeking", "always valid (msprt)", "always valid (asymptotic)", "O'Brien-Fleming", "Pocock"};
  return names[static_cast<std::size_t>(rule)];
}

std::string_view key_of(StoppingRule rule) {
  constexpr std::array<std::string_view, kStoppingRules.size()> keys{"fixed_horizon", "daily_peeking",  "always_valid",
                                                                     "asymptotic",    "obrien_fleming", "pocock"};
  return keys[static_cast<std::size_t>(rule)];
}

std::optional<Stop> stop_of(StoppingRule rule, std::span<const EffectLook> all, double alpha, double tau) {
  std::vector<EffectLook> looks;
  for (const EffectLook& l : all)
    if (std::isfinite(l.effect) && std::isfinite(l.se) && l.se > 0) looks.push_back(l);
  if (looks.empty()) return std::nullopt;
  const double z = normal_isf(alpha / 2);
  const auto rejects = [&](const EffectLook& l) { return std::fabs(l.effect) >= z * l.se; };
  switch (rule) {
    case StoppingRule::FixedHorizon:
      return at(looks.back(), z, rejects(looks.back()));
    case StoppingRule::DailyPeeking:
      for (const EffectLook& l : looks)
        if (rejects(l)) return at(l, z, true);
      return at(looks.back(), z, false);
    case StoppingRule::AlwaysValid:
      return with_mixture(looks, alpha, tau);
    case StoppingRule::Asymptotic: {
      const FirstLook first{kNaN, looks[0].se, looks[0].day, looks.back().day};
      return with_mixture(looks, alpha, mixture_tau(SequentialRule::Asymptotic, first, kNaN, alpha));
    }
    case StoppingRule::ObrienFleming:
      return with_spending(looks, alpha, SpendingFamily::ObrienFleming);
    case StoppingRule::Pocock:
      return with_spending(looks, alpha, SpendingFamily::Pocock);
  }
  return std::nullopt;
}

}  // namespace feedloop
