#include "stats/alpha_spending.hpp"

#include <cmath>
#include <numbers>

#include "base/check.hpp"
#include "stats/interval.hpp"
#include "stats/tails.hpp"

namespace feedloop {

std::string_view to_string(SpendingFamily f) {
  switch (f) {
    case SpendingFamily::ObrienFleming:
      return "O'Brien-Fleming";
    case SpendingFamily::Pocock:
      return "Pocock";
    case SpendingFamily::Power:
      return "power";
    case SpendingFamily::HwangShihDeCani:
      return "Hwang-Shih-DeCani";
  }
  return "unknown";
}

double alpha_spent(const SpendingFunction& spending, double alpha, double information) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  if (!(information > 0)) return 0;
  if (information >= 1) return alpha;
  const double gamma = spending.gamma;
  switch (spending.family) {
    case SpendingFamily::ObrienFleming:
      return 2 * normal_sf(normal_isf(alpha / 2) / std::sqrt(information));
    case SpendingFamily::Pocock:
      return alpha * std::log1p((std::numbers::e - 1) * information);
    case SpendingFamily::Power:
      FEEDLOOP_CHECK(gamma > 0 && std::isfinite(gamma), "the power of a spending function is positive");
      return alpha * std::pow(information, gamma);
    case SpendingFamily::HwangShihDeCani:
      FEEDLOOP_CHECK(std::isfinite(gamma), "the shape of a spending function is finite");
      return gamma == 0 ? alpha * information : alpha * (std::expm1(-gamma * information) / std::expm1(-gamma));
  }
  return kNaN;
}

}  // namespace feedloop
