#include "experiment/report_snapshot.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/analysis/sample_ratio.hpp"
#include "experiment/analysis/verdict.hpp"
#include "stats/fieller.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

std::vector<float> floats(const std::vector<double>& values) { return {values.begin(), values.end()}; }

const Series* series_of(const Report& report, const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  for (const Series& s : report.series)
    if (s.layer == e.layer && s.variant == variant && s.metric == metric) return &s;
  return nullptr;
}

double at(const std::vector<double>& values, std::size_t k) { return k < values.size() ? values[k] : kNoValue; }

// A variant's metric at the end of day k. Its interval is the normal one, as looks draw it.
Estimate estimate_of(const Report& report, const ExperimentReport& e, std::size_t variant, std::string_view metric,
                     std::size_t k) {
  Estimate out;
  if (k < e.days.size()) out.n = static_cast<std::int64_t>(at(e.days[k].units, variant));
  const Series* s = series_of(report, e, e.variants[variant].name, metric);
  if (s == nullptr) return out;
  const double se = (at(s->high, k) - at(s->low, k)) / 2 / normal_isf((1 - report.confidence) / 2);
  out.value = at(s->value, k);
  out.variance = se * se;
  if (std::isfinite(out.value) && std::isfinite(se)) out.status = TestStatus::Ok;
  return out;
}

std::size_t index_of(const ExperimentReport& e, std::string_view variant) {
  return static_cast<std::size_t>(std::ranges::find(e.variants, variant, &VariantReport::name) - e.variants.begin());
}

// Of a followed effect at the end of day k, as that day's report would have said it.
EffectReport effect_at(const Report& report, const ExperimentReport& e, const EffectSeries& s, std::size_t k, bool broken) {
  EffectReport out;
  out.variant = s.variant;
  out.metric = s.metric;
  const auto info = std::ranges::find(report.metrics, s.metric, &MetricInfo::name);
  const Direction better = info == report.metrics.end() ? Direction::Neither : info->better;
  const double alpha = 1 - report.confidence;
  if (std::isfinite(at(s.effect, k))) {
    const Comparison c =
        compare(estimate_of(report, e, 0, s.metric, k), estimate_of(report, e, index_of(e, s.variant), s.metric, k), alpha);
    out.effect = s.effect[k];
    out.se = at(s.se, k);
    out.ci = c.ci;
    out.p = at(s.p, k);
    out.lift = c.lift;
    out.lift_ci = lift_interval(c);
    out.sequential = {at(s.always_valid_p, k), {at(s.always_valid_low, k), at(s.always_valid_high, k)}};
  }
  out.verdict = effect_verdict(out.effect, out.sequential.p, alpha, better, broken, std::isfinite(out.sequential.p));
  return out;
}

EffectSeries first_looks(EffectSeries s, std::size_t n) {
  for (auto* values : {&s.day, &s.effect, &s.se, &s.always_valid_low, &s.always_valid_high, &s.of_day, &s.of_day_se, &s.p,
                       &s.always_valid_p, &s.log_e})
    values->resize(std::min(values->size(), n));
  return s;
}

// What the rules had made of the looks by `day`: they never take back what they said.
StoppingReport race_at(StoppingReport r, const EffectSeries& s, double day) {
  if (r.state == "stopped" && r.day <= day) return r;
  r.state = "not enough data";
  r.day = r.effect = kNoValue;
  r.verdict = "";
  for (std::size_t k = 0; k < s.day.size() && s.day[k] <= day; ++k)
    if (std::isfinite(at(s.effect, k))) r.state = "not yet", r.day = s.day[k], r.effect = s.effect[k];
  return r;
}

ExperimentReport experiment_at(const Report& report, const ExperimentReport& e, std::size_t k) {
  const DayReport& day = e.days[k];
  ExperimentReport out;
  out.layer = e.layer;
  out.design = e.design;
  out.days.assign(e.days.begin(), e.days.begin() + static_cast<std::ptrdiff_t>(k) + 1);
  out.srm = {day.srm};
  for (std::size_t v = 0; v < e.variants.size(); ++v) {
    const double units = at(day.units, v);
    VariantReport& variant = out.variants.emplace_back();
    variant.name = e.variants[v].name;
    variant.share = e.variants[v].share;
    variant.units = std::isfinite(units) ? static_cast<std::int64_t>(units) : 0;
    for (const MetricInfo& m : report.metrics) {
      const Estimate estimate = estimate_of(report, e, v, m.name, k);
      if (m.name == "exposure_gini")
        variant.metrics.push_back({m.name, at(day.gini, v), kNoValue, variant.units});
      else if (series_of(report, e, variant.name, m.name) != nullptr)
        variant.metrics.push_back({m.name, estimate.value, std::sqrt(estimate.variance), variant.units});
    }
  }
  const bool broken = split_broken(out);
  for (const EffectSeries& s : e.effect_series) {
    out.effects.push_back(effect_at(report, e, s, k, broken));
    out.effect_series.push_back(first_looks(s, k + 1));
    for (const StoppingReport& r : e.stopping)
      if (r.variant == s.variant && r.metric == s.metric) out.stopping.push_back(race_at(r, s, day.day));
  }
  return out;
}

void add_lift(const Report& report, const ExperimentReport& e, const EffectSeries& s, std::vector<LiveSeries>& out) {
  LiveSeries lift{s.variant, "ctr_lift", floats(s.day), {}, {}, {}, e.layer};
  LiveSeries sequence{s.variant, "ctr_lift_sequence", floats(s.day), {}, {}, {}, e.layer};
  for (std::size_t k = 0; k < s.day.size(); ++k) {
    const EffectReport effect = effect_at(report, e, s, k, false);
    const double base = std::fabs(estimate_of(report, e, 0, s.metric, k).value);
    lift.value.push_back(static_cast<float>(effect.lift));
    lift.low.push_back(static_cast<float>(effect.lift_ci.low));
    lift.high.push_back(static_cast<float>(effect.lift_ci.high));
    sequence.low.push_back(static_cast<float>(effect.sequential.ci.low / base));
    sequence.high.push_back(static_cast<float>(effect.sequential.ci.high / base));
  }
  sequence.value = lift.value;
  out.push_back(std::move(lift));
  out.push_back(std::move(sequence));
}

std::shared_ptr<Snapshot> head_of(const Report& report) {
  auto s = std::make_shared<Snapshot>();
  s->scenario = report.scenario;
  s->seed = report.seed;
  const double days = report.warmup_days + report.days;
  s->progress = {RunStage::Finished, "finished", days, days, 1, report.requests};
  s->warmup_days = report.warmup_days;
  s->days = report.days;
  s->alpha = 1 - report.confidence;
  s->metrics = report.metrics;
  return s;
}

}  // namespace

std::vector<LiveSeries> daily_curves(const Report& report) {
  std::vector<LiveSeries> out;
  for (const ExperimentReport& e : report.experiments) {
    for (std::size_t v = 0; v < e.variants.size(); ++v) {
      const std::string& variant = e.variants[v].name;
      if (const Series* s = series_of(report, e, variant, "ctr"))
        out.push_back({variant, "ctr", floats(s->day), floats(s->value), floats(s->low), floats(s->high), e.layer});
      LiveSeries gini{variant, "exposure_gini", {}, {}, {}, {}, e.layer};
      for (const DayReport& day : e.days) {
        gini.day.push_back(static_cast<float>(day.day));
        gini.value.push_back(static_cast<float>(at(day.gini, v)));
      }
      if (!gini.day.empty()) out.push_back(std::move(gini));
    }
    for (const EffectSeries& s : e.effect_series)
      if (s.metric == "ctr" && index_of(e, s.variant) < e.variants.size()) add_lift(report, e, s, out);
  }
  return out;
}

std::shared_ptr<const Snapshot> snapshot_of(const Report& report) {
  auto s = head_of(report);
  s->sequence = static_cast<std::uint64_t>(report.days) + 1;
  s->experiment_day = report.days;
  s->experiments = report.experiments;
  s->warnings = report.warnings;
  s->events = report.events;
  s->live = daily_curves(report);
  if (!report.run.latency.empty() || !report.run.flows.empty())
    s->funnel = std::make_shared<FunnelFacts>(FunnelFacts{report.run.latency, report.run.serving, report.run.flows, {}});
  return s;
}

std::vector<std::shared_ptr<const Snapshot>> daily_snapshots(const Report& report) {
  std::vector<std::shared_ptr<const Snapshot>> out;
  std::size_t kept = report.experiments.empty() ? 0 : SIZE_MAX;
  for (const ExperimentReport& e : report.experiments) {
    kept = std::min(kept, e.days.size());
    for (const EffectSeries& s : e.effect_series)
      if (index_of(e, s.variant) >= e.variants.size()) kept = 0;
  }
  for (std::size_t k = 0; k < kept && report.experiments[0].days[k].day < report.days; ++k) {
    auto s = head_of(report);
    s->sequence = k + 1;
    s->experiment_day = report.experiments[0].days[k].day;
    for (const ExperimentReport& e : report.experiments) s->experiments.push_back(experiment_at(report, e, k));
    out.push_back(std::move(s));
  }
  out.push_back(snapshot_of(report));
  return out;
}

}  // namespace feedloop
