#include "experiment/looks.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/exposure.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

Interval look_interval(const Estimate& estimate, double alpha) {
  const double half = normal_isf(alpha / 2) * std::sqrt(estimate.variance);
  return {estimate.value - half, estimate.value + half};
}

Looks::Looks(const Study& study) : splits_(study.scenario.experiments.size()), groups_(splits_.size()) {
  std::size_t n = 0;
  for (const Experiment& e : study.scenario.experiments) {
    first_.push_back(n);
    n += e.variants.size() * metric_registry().size();
  }
  tests_.resize(n);
  points_.resize(n);
  yesterday_.resize(study.world.population().users.size() * study.summed.size());
}

std::size_t Looks::index(std::size_t experiment, std::size_t variant, std::size_t metric) const {
  return first_[experiment] + variant * metric_registry().size() + metric;
}

void Looks::look(const Study& study, const ExperimentTables& tables, SimTime now) {
  const double alpha = study.analysis.alpha;
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
    const auto moments = moments_of(study, tables, e, now);
    for (std::size_t v = 0; v < moments.size(); ++v)
      for (std::size_t m = 0; m < moments[v].size(); ++m) {
        const Estimate estimate = ratio_estimate(moments[v][m]);
        const Interval interval = look_interval(estimate, alpha);
        points_[index(e, v, m)].push_back({.day = (now - study.t0).days(),
                                           .value = estimate.value,
                                           .low = interval.low,
                                           .high = interval.high,
                                           .always_valid = {}});
        if (v == 0) continue;
        const Comparison c = compare(moments[0][m], moments[v][m], alpha);
        if (c.status != TestStatus::Ok || !study.enough_units(c.control.n, c.treatment.n)) continue;
        Test& test = tests_[index(e, v, m)];
        if (!test.begun) {
          const double tau = mixture_tau(study.analysis.sequential_rule(),
                                         {c.control.value, c.se, (now - study.t0).days(), (study.end - study.t0).days()},
                                         study.analysis.tau_lift, alpha);
          if (!(tau > 0)) continue;
          test = {true, AlwaysValid(tau)};
        }
        const bool informative = test.always_valid.look(c.effect, c.se * c.se);
        Point& point = points_[index(e, v, m)].back();
        point.effect = c.effect;
        point.se = c.se;
        point.p = c.p;
        point.always_valid_p = test.always_valid.p();
        if (informative) point.log_e = log_mixture_ratio(c.effect, c.se * c.se, test.always_valid.tau());
        point.always_valid = test.always_valid.ci(alpha);
      }
  }
  look_at_groups(study, tables, now);
  look_at_day(study, tables, now);
}

void Looks::look_at_groups(const Study& study, const ExperimentTables& tables, SimTime now) {
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
    const Experiment& experiment = study.scenario.experiments[e];
    std::vector<double> shares;
    for (const Variant& v : experiment.variants) shares.push_back(v.share);
    const std::vector<std::int64_t> entered = entered_of(study, tables, e);
    SrmResult split = sample_ratio_test(assigned_of(study, tables, e), shares);
    const SrmResult triggered = sample_ratio_test(entered, shares);
    const bool of_triggered =
        experiment.design.triggered && split.state != SrmState::Unhealthy && triggered.state == SrmState::Unhealthy;
    if (of_triggered) split = triggered;
    splits_[e].push_back(
        {(now - study.t0).days(), split.chi2, static_cast<double>(split.df), split.p, split.state, of_triggered});
    for (std::size_t v = 0; v < shares.size(); ++v)
      groups_[e].push_back({entered[v], exposure_gini(study, tables.of(e), e, v, tables.until(e, now))});
  }
}

// Of a day alone: what the sums have grown by.
void Looks::look_at_day(const Study& study, const ExperimentTables& tables, SimTime now) {
  const UnitTable& units = tables.all();
  const std::size_t k = study.summed.size();
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
    const Design& design = study.scenario.experiments[e].design;
    if (!design.of_users() || !study.counts_everybody(e)) continue;
    const std::size_t variants = study.scenario.experiments[e].variants.size();
    std::vector<RatioMoments> days(variants * k);
    for (std::size_t u = 0; u < units.units(); ++u) {
      if (!units.entered(u)) continue;
      const std::size_t v = study.assignment.variant_in(units.cell(u), e);
      for (std::size_t i = 0; i < k; ++i)
        if (const auto x = units.value(u, study.summed[i], now)) {
          const UnitValue& before = yesterday_[u * k + i];
          days[v * k + i].add(x->num - before.num, x->den - before.den);
        }
    }
    for (std::size_t v = 1; v < variants; ++v)
      for (std::size_t i = 0; i < k; ++i) {
        const Comparison c = compare(days[i], days[v * k + i], study.analysis.alpha);
        if (c.status != TestStatus::Ok || !study.enough_units(c.control.n, c.treatment.n)) continue;
        Point& point = points_[index(e, v, study.summed[i])].back();
        point.of_day = c.effect;
        point.of_day_se = c.se;
      }
  }
  for (std::size_t u = 0; u < units.units(); ++u)
    for (std::size_t i = 0; i < k; ++i)
      if (const auto x = units.value(u, study.summed[i], now)) yesterday_[u * k + i] = *x;
}

SequentialResult Looks::result(std::size_t experiment, std::size_t variant, std::size_t metric, double alpha) const {
  const Test& test = tests_[index(experiment, variant, metric)];
  if (!test.begun || test.always_valid.looks() == 0) return {};
  return {test.always_valid.p(), test.always_valid.ci(alpha)};
}

Looks::Lift Looks::last_lift(std::size_t experiment, std::size_t variant, std::size_t metric) const {
  const auto& control = points_[index(experiment, 0, metric)];
  const auto& treatment = points_[index(experiment, variant, metric)];
  if (treatment.empty() || !(control.back().value != 0)) return {};
  const double base = std::fabs(control.back().value);
  const Point& p = treatment.back();
  return {p.effect / base, {p.always_valid.low / base, p.always_valid.high / base}};
}

std::vector<Series> Looks::series(const Study& study) const {
  std::vector<Series> out;
  const auto metrics = metric_registry();
  for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e)
    for (std::size_t v = 0; v < study.scenario.experiments[e].variants.size(); ++v)
      for (std::size_t m = 0; m < metrics.size(); ++m) {
        Series s{study.scenario.experiments[e].layer,
                 study.scenario.experiments[e].variants[v].name,
                 std::string(metrics[m].name),
                 {},
                 {},
                 {},
                 {}};
        for (const Point& p : points_[index(e, v, m)]) {
          s.day.push_back(p.day);
          s.value.push_back(p.value);
          s.low.push_back(p.low);
          s.high.push_back(p.high);
        }
        out.push_back(std::move(s));
      }
  return out;
}

std::vector<EffectSeries> Looks::effect_series(const Study& study, std::size_t experiment) const {
  std::vector<EffectSeries> out;
  const auto& variants = study.scenario.experiments[experiment].variants;
  for (std::size_t v = 1; v < variants.size(); ++v)
    for (const std::size_t m : study.followed) {
      EffectSeries s;
      s.variant = variants[v].name;
      s.metric = metric_registry()[m].name;
      for (const Point& p : points_[index(experiment, v, m)]) {
        s.day.push_back(p.day);
        s.effect.push_back(p.effect);
        s.se.push_back(p.se);
        s.always_valid_low.push_back(p.always_valid.low);
        s.always_valid_high.push_back(p.always_valid.high);
        s.of_day.push_back(p.of_day);
        s.of_day_se.push_back(p.of_day_se);
        s.p.push_back(p.p);
        s.always_valid_p.push_back(p.always_valid_p);
        s.log_e.push_back(p.log_e);
      }
      out.push_back(std::move(s));
    }
  return out;
}

std::vector<DayReport> Looks::days(const Study& study, std::size_t experiment) const {
  const std::size_t variants = study.scenario.experiments[experiment].variants.size();
  std::vector<DayReport> out;
  for (std::size_t d = 0; d < splits_[experiment].size(); ++d) {
    const Split& s = splits_[experiment][d];
    DayReport day{s.day, {}, {}, {s.of_triggered ? "triggered" : "all", s.chi2, s.df, s.p, std::string(to_string(s.state))}};
    for (std::size_t v = 0; v < variants; ++v) {
      const Group& group = groups_[experiment][d * variants + v];
      day.units.push_back(static_cast<double>(group.units));
      day.gini.push_back(group.gini);
    }
    out.push_back(std::move(day));
  }
  return out;
}

void Looks::visit_state(State& s) {
  s(yesterday_);
  for (Test& t : tests_) {
    s(t.begun);
    s(t.always_valid);
  }
  for (auto& p : points_) s(p);
  for (auto& split : splits_) s(split);
  for (auto& group : groups_) s(group);
}

}  // namespace feedloop
