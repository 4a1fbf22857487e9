#include "experiment/sequential_rule.hpp"

#include <cmath>

#include "stats/confidence_sequence.hpp"

namespace feedloop {

double mixture_tau(SequentialRule rule, const FirstLook& look, double tau_lift, double alpha) {
  if (rule == SequentialRule::Msprt) return tau_lift * std::fabs(look.control);
  return exact_rho(look.planned / look.day, alpha) * look.se;
}

}  // namespace feedloop
