#include "stats/survival.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/linear_solve.hpp"
#include "stats/tails.hpp"

namespace feedloop {

void LifeTable::add(double time, bool event) {
  FEEDLOOP_CHECK(std::isfinite(time), "a unit leaves at a time");
  Exits& at = exits_[time];
  ++(event ? at.events : at.censored);
  ++units_;
}

void LifeTable::merge(const LifeTable& other) {
  for (const auto& [time, exits] : other.exits_) {
    exits_[time].events += exits.events;
    exits_[time].censored += exits.censored;
  }
  units_ += other.units_;
}

SurvivalCurve kaplan_meier(const LifeTable& table) {
  SurvivalCurve out;
  out.units = table.units();
  std::int64_t at_risk = table.units();
  double survival = 1, greenwood = 0;
  for (const auto& [time, exits] : table.exits()) {
    if (exits.events > 0) {
      const double n = static_cast<double>(at_risk), d = static_cast<double>(exits.events);
      survival *= (n - d) / n;
      greenwood += d / (n * (n - d));
      out.steps.push_back({time, at_risk, exits.events, survival, survival > 0 ? survival * std::sqrt(greenwood) : kNaN});
    }
    at_risk -= exits.events + exits.censored;
    out.followed = time;
  }
  return out;
}

SurvivalStep survival_at(const SurvivalCurve& curve, double time) {
  const auto after = std::upper_bound(curve.steps.begin(), curve.steps.end(), time,
                                      [](double t, const SurvivalStep& s) { return t < s.time; });
  if (after != curve.steps.begin() && after[-1].survival == 0) return after[-1];
  if (!(time <= curve.followed)) return {};
  if (after != curve.steps.begin()) return after[-1];
  return {.time = time, .at_risk = curve.units, .events = 0, .survival = 1, .se = 0};
}

Interval survival_interval(const SurvivalStep& step, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  if (!(step.survival > 0 && step.survival < 1)) return {};
  const double log_s = std::log(step.survival);
  const double half = normal_isf(alpha / 2) * step.se / (step.survival * -log_s);
  return {std::exp(log_s * std::exp(half)), std::exp(log_s * std::exp(-half))};
}

double survival_quantile(const SurvivalCurve& curve, double q) {
  for (const SurvivalStep& s : curve.steps)
    if (s.survival <= 1 - q) return s.time;
  return kInfinity;
}

LogRank log_rank(std::span<const LifeTable> groups, LogRankWeight weight) {
  const std::size_t k = groups.size();
  LifeTable all;
  for (const LifeTable& g : groups) all.merge(g);
  std::vector<double> at_risk;
  for (const LifeTable& g : groups) at_risk.push_back(static_cast<double>(g.units()));
  double total = static_cast<double>(all.units());

  const Eigen::Index size = static_cast<Eigen::Index>(k);
  Eigen::VectorXd excess = Eigen::VectorXd::Zero(size);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
  for (const auto& [time, exits] : all.exits()) {
    const double d = static_cast<double>(exits.events);
    double w = 1;
    if (weight == LogRankWeight::AtRisk) w = total;
    if (weight == LogRankWeight::RootAtRisk) w = std::sqrt(total);
    // Given the events, each group's share of them is hypergeometric; a last unit alone has nobody to compare with.
    const double spread = total > 1 ? w * w * d * (total - d) / (total - 1) : 0;
    for (std::size_t g = 0; g < k; ++g) {
      const auto here = groups[g].exits().find(time);
      const LifeTable::Exits own = here == groups[g].exits().end() ? LifeTable::Exits{} : here->second;
      const double share = at_risk[g] / total;
      const auto row = static_cast<Eigen::Index>(g);
      excess[row] += w * (static_cast<double>(own.events) - d * share);
      for (std::size_t h = 0; h < k; ++h)
        covariance(row, static_cast<Eigen::Index>(h)) += spread * share * ((g == h) - at_risk[h] / total);
    }
    for (std::size_t g = 0; g < k; ++g) {
      const auto here = groups[g].exits().find(time);
      if (here != groups[g].exits().end()) at_risk[g] -= static_cast<double>(here->second.events + here->second.censored);
    }
    total -= d + static_cast<double>(exits.censored);
  }

  std::vector<Eigen::Index> counted;
  for (Eigen::Index g = 0; g < size; ++g)
    if (covariance(g, g) > 0) counted.push_back(g);
  if (counted.size() < 2) return {};
  // The excesses of the groups add up to 0: the last follows from the others.
  counted.pop_back();
  const Eigen::VectorXd e = excess(counted);
  LogRank out;
  out.chi2 = e.dot(solve_positive_definite(Eigen::MatrixXd(covariance(counted, counted)), e));
  out.df = static_cast<int>(counted.size());
  out.p = chi2_sf(out.chi2, out.df);
  out.status = TestStatus::Ok;
  return out;
}

}  // namespace feedloop
