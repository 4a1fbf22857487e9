// Hand-made looks of an experiment for the screens that look into one.
#pragma once

#include <cmath>

#include "tests/gui/screen.hpp"

namespace feedloop::testing {

// p of a single look by day: crosses 0.05 on day 6 and comes back, while the always-valid p stays above.
inline const std::vector<double> kWanderingP{kNoValue, 0.61, 0.34, 0.22, 0.09, 0.031, 0.058, 0.12};

inline EffectSeries sample_looks(const std::string& variant, const std::string& metric, const std::vector<double>& p) {
  EffectSeries s;
  s.variant = variant;
  s.metric = metric;
  double least = 1;
  for (std::size_t k = 0; k < p.size(); ++k) {
    const bool known = std::isfinite(p[k]);
    const double se = 0.004 / std::sqrt(static_cast<double>(k + 1)), effect = known ? se * (2.4 - 2 * p[k]) : kNoValue;
    s.day.push_back(static_cast<double>(k + 1));
    s.effect.push_back(effect);
    s.se.push_back(known ? se : kNoValue);
    s.always_valid_low.push_back(known ? effect - 3.2 * se : kNoValue);
    s.always_valid_high.push_back(known ? effect + 3.2 * se : kNoValue);
    s.of_day.push_back(effect);
    s.of_day_se.push_back(known ? 2 * se : kNoValue);
    s.p.push_back(p[k]);
    if (known) least = std::min(least, std::min(1.0, 6 * p[k]));
    s.always_valid_p.push_back(known ? least : kNoValue);
    s.log_e.push_back(known ? -std::log(6 * p[k]) : kNoValue);
  }
  return s;
}

// Sampled pages of ten slots, served by the sample's variants in turn.
inline std::shared_ptr<const FunnelFacts> sample_funnel(const std::vector<VariantReport>& variants, bool simulated = false) {
  auto f = std::make_shared<FunnelFacts>();
  for (const char* stage : {"retrieve", "features", "rank", "rerank", "policy", "world"})
    f->latency.push_back({stage, 40, 900, 0.16, 300});
  f->latency[0].share = 0.4;
  const char* sources[] = {"popularity", "trending", "covisitation", "two_tower", "fresh", "content", "editorial"};
  for (const VariantReport& v : variants) {
    if (simulated) f->serving.push_back({v.name, 12'000, 240, 61, 118, 214, 200});
    CellFlow flow{v.name, 96, 4, 812.4, 640.2, 100, 10, {}};
    for (const char* s : sources) flow.sources.push_back({s, 200, 180.5, 140, 21.5, 1.4});
    f->flows.push_back(flow);
    f->fleet.push_back({v.name, 4'120, 0.1, 60, 0.412, 21.4, 10, 0.8, 4.21, 0.013, 120});
  }
  for (int n = 0; n < 12; ++n) {
    auto page = std::make_shared<TracedPage>();
    page->request = 1000 + static_cast<std::uint64_t>(n);
    page->user = 40 + static_cast<std::uint32_t>(n);
    page->day = 0.25 * n;
    page->page = 1;
    page->cell = variants[static_cast<std::size_t>(n) % variants.size()].name;
    page->cohort = "warm";
    page->policy = n % 2 == 0 ? "greedy" : "softmax";
    page->rerank = "mmr";
    page->fallback = n == 3;
    page->model = 7;
    page->candidates = 640;
    page->kept = 100;
    page->nominated = 812;
    page->heads = {"click", "watch"};
    for (int k = 0; k < 10; ++k) {
      TracedSlot s;
      s.item = 100 + static_cast<std::uint32_t>(k);
      s.category = static_cast<std::uint32_t>(k % 4);
      s.age_days = 3.5;
      if (k != 4) s.sources = {{"two_tower", k + 3, 0.81}, {"trending", 12, 40}};
      s.heads = {0.051, 1.25};
      s.value = s.boosted = 2.4 - 0.1 * k;
      s.place_ranked = k + 5;
      s.place_reranked = k == 9 ? 0 : k + 1;
      s.propensity = n % 2 == 0 ? 1 : 0.83;
      s.action_set = n % 2 == 0 ? 1 : 40;
      s.clicked = k == 0;
      s.seen = k < 5;
      s.watched_min = k == 0 ? 3.24 : 0;
      page->slots.push_back(s);
    }
    f->pages.push_back(page);
  }
  return f;
}

// sample_snapshot() with looks at every treatment's CTR and watch time, cohorts and distributions.
inline std::shared_ptr<Snapshot> lab_snapshot(const SampleOptions& options = {}, const std::vector<double>& p = kWanderingP) {
  std::shared_ptr<Snapshot> s = sample_snapshot(options);
  if (s->experiments.empty()) return s;
  ExperimentReport& e = s->experiments.front();
  e.effect_series.clear();
  e.retention.clear();
  for (std::size_t v = 1; v < e.variants.size(); ++v)
    for (const char* metric : {"ctr", "watch_per_user_day"}) {
      e.effect_series.push_back(sample_looks(e.variants[v].name, metric, p));
      const EffectSeries& looks = e.effect_series.back();
      for (const char* rule : {"fixed_horizon", "daily_peeking", "always_valid", "obrien_fleming", "pocock"}) {
        StoppingReport r{e.variants[v].name, metric, rule, "not enough data", kNoValue, kNoValue, ""};
        for (std::size_t k = 0; k < p.size(); ++k) {
          if (!std::isfinite(p[k]) || r.state == "stopped") continue;
          const bool stops = std::string(rule) == "daily_peeking" && p[k] < 0.05;
          r = {e.variants[v].name,   metric, rule, stops ? "stopped" : "not yet", looks.day[k], looks.effect[k],
               stops ? "better" : ""};
        }
        e.stopping.push_back(r);
      }
    }
  for (std::size_t v = 0; v < e.variants.size(); ++v) {
    RetentionCurve curve{e.variants[v].name, {}, {}, {}, {}, {}};
    SurvivalReport survival{e.variants[v].name, 7, {}, {}, {}, {}, 0.21};
    CohortReport cohorts{e.variants[v].name, {}, {}, {}, {}, {}, {}};
    DistributionReport watch{e.variants[v].name, "watch_per_user_day", 5000, {}, {}};
    const int days = static_cast<int>(options.day);
    for (int d = 0; d < days; ++d) {
      const double value = d == 0 ? 1.0 : 0.62 / std::pow(d, 0.35) + 0.01 * static_cast<double>(v);
      curve.day.push_back(d);
      curve.value.push_back(value);
      curve.low.push_back(std::max(0.0, value - 0.01 * (1 + d)));
      curve.high.push_back(std::min(1.0, value + 0.01 * (1 + d)));
      curve.units.push_back(5000 - 500 * d);
      survival.day.push_back(d + 1);
      survival.value.push_back(1 - 0.03 * (d + 1));
      survival.low.push_back(1 - 0.035 * (d + 1));
      survival.high.push_back(1 - 0.025 * (d + 1));
      for (int since = 0; d + since < days; ++since) {
        const bool enough = d < 6;
        const double share = since == 0 ? 1 : 0.5 / since;
        cohorts.entered.push_back(d);
        cohorts.since.push_back(since);
        cohorts.value.push_back(enough ? share : kNoValue);
        cohorts.low.push_back(enough ? share * 0.9 : kNoValue);
        cohorts.high.push_back(enough ? std::min(1.0, share * 1.1) : kNoValue);
        cohorts.units.push_back(enough ? 2000 / (1 + d) : 7);
      }
    }
    for (int k = 0; k <= 100; ++k) {
      watch.level.push_back(k / 100.0);
      watch.value.push_back(-30 * std::log(1 - 0.0099 * k) * (1 + 0.05 * static_cast<double>(v)));
    }
    e.retention.push_back(curve);
    e.survival.push_back(survival);
    e.cohorts.push_back(cohorts);
    e.distributions.push_back(watch);
  }
  s->funnel = sample_funnel(e.variants);
  return s;
}

// Shows the truth of a run that was asked for it: the effects of the snapshot's first treatment.
inline void show_truth(Screen& screen, double ctr_effect, const std::vector<MetricValue>& hidden = {}) {
  auto report = std::make_shared<Report>();
  report->experiments = screen.snapshot->experiments;
  ExperimentReport& e = report->experiments.front();
  TruthReport truth;
  truth.variant = e.variants[1].name;
  truth.metric = "ctr";
  truth.effect = ctr_effect;
  e.truth.push_back(truth);
  for (const MetricValue& m : hidden) e.variants[1].metrics.push_back(m);
  screen.app.state.run.report = std::move(report);
  screen.app.state.truth.shown = true;
  screen.frames(2);
}

// An interleaved experiment: pages held items of both, and nobody has a variant.
inline std::shared_ptr<Snapshot> interleaved_snapshot() {
  std::shared_ptr<Snapshot> s = sample_snapshot();
  ExperimentReport& e = s->experiments.front();
  e.effects.clear();
  e.srm.clear();
  e.preferences.push_back({"two-tower", 900, 400, 0.53, 0.01, {0.51, 0.55}, 0.003, "preferred"});
  return s;
}

}  // namespace feedloop::testing
