// How a test that is looked at several times spends its error (Lan & DeMets 1983, "Discrete sequential boundaries for clinical
// trials"): a function of the share of the planned information that has arrived, from 0 at none to alpha at all of it. It
// alone is fixed beforehand; the number and the times of the looks are not.
#pragma once

#include <cstdint>
#include <string_view>

namespace feedloop {

enum class SpendingFamily : std::uint8_t {
  ObrienFleming,    // 2 (1 - Phi(z_{alpha/2} / sqrt(t))): little at first, so the last boundary is nearly the fixed test's
  Pocock,           // alpha ln(1 + (e - 1) t): nearly the same boundary at all looks
  Power,            // alpha t^gamma (Kim & DeMets 1987), gamma > 0
  HwangShihDeCani,  // alpha (1 - e^(-gamma t)) / (1 - e^(-gamma)) (1990); gamma = 0 is alpha t
};
std::string_view to_string(SpendingFamily f);  // "O'Brien-Fleming", "Pocock", "power", "Hwang-Shih-DeCani"

struct SpendingFunction {
  SpendingFamily family = SpendingFamily::ObrienFleming;
  double gamma = 1;  // of the last two families
};

// Error spent on one side when a share `information` of the planned information has arrived: 0 up to a share of 0, alpha from a
// share of 1. Requires: 0 < alpha < 1, gamma finite and positive for Power.
double alpha_spent(const SpendingFunction& spending, double alpha, double information);

}  // namespace feedloop
