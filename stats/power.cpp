#include "stats/power.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/root.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

bool is_rate(double p) { return p > 0 && p < 1; }

void check_test(const PlannedTest& t) {
  FEEDLOOP_CHECK(t.alpha > 0 && t.alpha < 1 && t.comparisons >= 1, "a level is strictly between 0 and 1");
  FEEDLOOP_CHECK(t.ratio > 0 && std::isfinite(t.ratio), "groups are in a positive proportion");
  FEEDLOOP_CHECK(t.cluster_size >= 1 && design_effect(t.cluster_size, t.icc) > 0 && std::abs(t.rho) < 1,
                 "a design leaves some variance");
}

void check_power(const PlannedTest& t, double power) {
  FEEDLOOP_CHECK(power > t.alpha && power < 1, "a power lies strictly between the level and 1");
}

// The contrast of the null hypothesis at one effect, as seen by one unit of control.
struct Contrast {
  double shift = kNaN;      // > 0 on the alternative's side
  double null_sd = kNaN;    // sd of the contrast with one unit in control, as the test takes it
  double actual_sd = kNaN;  // as it is
};

PlanStatus status_of(const PlannedMetric& m) {
  if (m.rate) return is_rate(m.control) ? PlanStatus::Ok : PlanStatus::NotARate;
  const double b = std::isnan(m.treatment_variance) ? m.variance : m.treatment_variance;
  const bool usable = std::isfinite(m.control) && m.variance > 0 && std::isfinite(m.variance) && b > 0 && std::isfinite(b);
  return usable ? PlanStatus::Ok : PlanStatus::NoVariance;
}

// Requires: status_of(m) is Ok, and for a rate control + effect is one.
Contrast contrast_of(const PlannedMetric& m, const PlannedTest& t, double effect) {
  const double k = 1 + t.null_relative, r = t.ratio, a = m.control, b = m.control + effect;
  double va = m.variance, vb = std::isnan(m.treatment_variance) ? m.variance : m.treatment_variance;
  if (m.rate) va = a * (1 - a), vb = b * (1 - b);
  const double kept = design_effect(t.cluster_size, t.icc) * variance_left(t.rho);
  Contrast out;
  out.shift = effect - t.null_relative * a - t.null_absolute;
  if (t.alternative == Alternative::Less || (t.alternative == Alternative::TwoSided && out.shift < 0)) out.shift = -out.shift;
  out.actual_sd = std::sqrt(kept * (k * k * va + vb / r));
  out.null_sd = out.actual_sd;
  if (m.rate && t.null_relative == 0 && t.null_absolute == 0) {
    const double pooled = (a + r * b) / (1 + r);
    out.null_sd = std::sqrt(kept * pooled * (1 - pooled) * (1 + 1 / r));
  }
  return out;
}

double clusters_of(const PlannedTest& t, double control_units) { return control_units / t.cluster_size; }

double power_at(const Contrast& c, const PlannedTest& t, double control_units) {
  const bool two_sided = t.alternative == Alternative::TwoSided;
  const double level = t.alpha / t.comparisons / (two_sided ? 2 : 1);
  const double df = t.student ? clusters_of(t, control_units) * (1 + t.ratio) - 2 : kInfinity;
  const double critical = t_isf(level, df) * (c.null_sd / c.actual_sd);
  const double away = c.shift * std::sqrt(control_units) / c.actual_sd;
  return noncentral_t_sf(critical, df, away) + (two_sided ? noncentral_t_sf(critical, df, -away) : 0);
}

double fewest_units(const PlannedTest& t) { return t.cluster_size * std::max(2.0, 2 / t.ratio); }

std::int64_t whole_clusters(double clusters) { return static_cast<std::int64_t>(std::ceil(clusters * (1 - 1e-12))); }

}  // namespace

std::string_view to_string(PlanStatus s) {
  switch (s) {
    case PlanStatus::Ok:
      return "ok";
    case PlanStatus::InsideNull:
      return "effect within the null hypothesis";
    case PlanStatus::NotARate:
      return "not a rate between 0 and 1";
    case PlanStatus::NoVariance:
      return "no variance to plan with";
    case PlanStatus::TooFew:
      return "too few units";
    case PlanStatus::TooLarge:
      return "out of reach";
  }
  return "unknown";
}

PlannedMetric planned_mean(double control, double sd) { return {.control = control, .variance = sd * sd}; }
PlannedMetric planned_rate(double control) { return {.control = control, .variance = control * (1 - control), .rate = true}; }
PlannedMetric planned_metric(const Estimate& past) {
  return {.control = past.value, .variance = past.variance * static_cast<double>(past.n)};
}

double design_effect(double cluster_size, double icc) { return 1 + (cluster_size - 1) * icc; }
double variance_left(double rho) { return (1 - rho) * (1 + rho); }

Power power_of(const PlannedMetric& metric, const PlannedTest& test, double effect, double control_units) {
  check_test(test);
  if (const PlanStatus s = status_of(metric); s != PlanStatus::Ok) return {s, kNaN};
  if (metric.rate && !is_rate(metric.control + effect)) return {PlanStatus::NotARate, kNaN};
  if (!(control_units >= fewest_units(test))) return {PlanStatus::TooFew, kNaN};
  const Contrast c = contrast_of(metric, test, effect);
  return {c.shift > 0 ? PlanStatus::Ok : PlanStatus::InsideNull, power_at(c, test, control_units)};
}

PlannedSize size_for(const PlannedMetric& metric, const PlannedTest& test, double effect, double power) {
  check_test(test);
  check_power(test, power);
  PlannedSize out;
  out.status = status_of(metric);
  if (out.status != PlanStatus::Ok) return out;
  if (metric.rate && !is_rate(metric.control + effect)) {
    out.status = PlanStatus::NotARate;
    return out;
  }
  const Contrast c = contrast_of(metric, test, effect);
  if (!(c.shift > 0)) {
    out.status = PlanStatus::InsideNull;
    return out;
  }
  const auto lacks = [&](double log_units) { return power_at(c, test, std::exp(log_units)) - power; };
  const double fewest = std::log(fewest_units(test)), most = std::log(kLargestPlan / (1 + test.comparisons * test.ratio));
  double enough = fewest;
  while (enough < most && lacks(enough) < 0) enough = std::min(most, enough + 1);
  if (fewest > most || lacks(enough) < 0) {
    out.status = PlanStatus::TooLarge;
    return out;
  }
  out.exact = std::exp(root_between(lacks, std::max(fewest, enough - 1), enough));
  const double clusters = clusters_of(test, out.exact);
  out.control_clusters = whole_clusters(clusters);
  out.treatment_clusters = whole_clusters(clusters * test.ratio);
  const auto units = [&](std::int64_t n) { return whole_clusters(static_cast<double>(n) * test.cluster_size); };
  out.control = units(out.control_clusters);
  out.treatment = units(out.treatment_clusters);
  out.total = out.control + test.comparisons * out.treatment;
  return out;
}

DetectableEffect detectable_effect(const PlannedMetric& metric, const PlannedTest& test, double control_units, double power) {
  check_test(test);
  check_power(test, power);
  DetectableEffect out;
  out.status = status_of(metric);
  if (out.status != PlanStatus::Ok) return out;
  if (!(control_units >= fewest_units(test))) {
    out.status = PlanStatus::TooFew;
    return out;
  }
  const double side = test.alternative == Alternative::Less ? -1 : 1;
  const double null = test.null_relative * metric.control + test.null_absolute;  // the effect at which the contrast is 0
  const auto lacks = [&](double distance) {
    return power_at(contrast_of(metric, test, null + side * distance), test, control_units) - power;
  };
  double furthest;
  if (metric.rate) {
    if (!is_rate(metric.control + null)) {
      out.status = PlanStatus::NotARate;
      return out;
    }
    // Up to the last rate that is none: there the treatment varies least.
    furthest = (side > 0 ? 1 - metric.control : metric.control) - side * null;
    furthest *= 1 - 1e-12;
  } else {
    const double unit = contrast_of(metric, test, null).actual_sd / std::sqrt(control_units);
    furthest = unit;
    while (lacks(furthest) < 0 && furthest < 1e6 * unit) furthest *= 2;
  }
  if (!(furthest > 0) || lacks(furthest) < 0) {
    out.status = PlanStatus::TooLarge;
    return out;
  }
  out.effect = null + side * root_between(lacks, 0, furthest);
  if (metric.control != 0) out.lift = out.effect / std::abs(metric.control);
  return out;
}

double rule_of_sixteen(double variance, double effect) { return 16 * variance / (effect * effect); }

double arcsine_effect(double control_rate, double treatment_rate) {
  return 2 * std::asin(std::sqrt(treatment_rate)) - 2 * std::asin(std::sqrt(control_rate));
}

}  // namespace feedloop
