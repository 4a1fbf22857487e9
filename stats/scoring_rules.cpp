#include "stats/scoring_rules.hpp"

#include <cmath>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {

void ForecastScores::add(double p, bool happened) {
  FEEDLOOP_CHECK(p >= 0 && p <= 1, "a prediction is a probability");
  const double miss = happened ? 1 - p : p;
  ++n;
  events += happened;
  losses -= happened ? std::log(p) : std::log1p(-p);
  squares += miss * miss;
  predicted += p;
}

ForecastScores ForecastScores::merged(const ForecastScores& other) const {
  return {n + other.n, events + other.events, losses + other.losses, squares + other.squares, predicted + other.predicted};
}

double ForecastScores::log_loss() const { return n == 0 ? kNaN : losses / static_cast<double>(n); }

double ForecastScores::brier() const { return n == 0 ? kNaN : squares / static_cast<double>(n); }

double ForecastScores::normalised_entropy() const {
  if (events == 0 || events == n) return kNaN;
  const double base = static_cast<double>(events) / static_cast<double>(n);
  return log_loss() / -(base * std::log(base) + (1 - base) * std::log1p(-base));
}

double ForecastScores::calibration_ratio() const { return events == 0 ? kNaN : predicted / static_cast<double>(events); }

}  // namespace feedloop
