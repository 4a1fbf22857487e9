#include "experiment/sequential_rule.hpp"

#include <cmath>

#include "stats/confidence_sequence.hpp"

namespace feedloop {

double mixture_tau(SequentialRule rule, const FirstLook& look, double tau_lift, double alpha) {
  if (rule == SequentialRule::Msprt) return tau_lift * std::fabs(look.control);
  return exact_rho(look.planned / look.day, alpha) * look.se;
}

std::vector<std::size_t> informative_looks(std::span<const double> se) {
  std::vector<std::size_t> looks;
  double before = 0;
  for (std::size_t k = 0; k < se.size(); ++k) {
    const double information = 1 / (se[k] * se[k]);
    if (!(information > 0) || !std::isfinite(information) || information < before * (1 + 1e-3)) continue;
    before = information;
    looks.push_back(k);
  }
  return looks;
}

}  // namespace feedloop
