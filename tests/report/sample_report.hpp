// A small report with everything a report can hold: two treatments, missing values, truth, warnings, awkward names.
#pragma once

#include <algorithm>
#include <limits>

#include "experiment/report.hpp"

namespace feedloop {

inline MetricValue metric(const char* name, double value, double se, std::int64_t n) { return {name, value, se, n}; }

inline EffectReport effect(const char* variant, const char* metric, double absolute, double se, double lift, double p,
                           const char* verdict) {
  EffectReport e;
  e.variant = variant;
  e.metric = metric;
  e.effect = absolute;
  e.se = se;
  e.ci = {absolute - 1.96 * se, absolute + 1.96 * se};
  e.lift = lift;
  e.lift_ci = {lift - 0.021, lift + 0.021};
  e.p = p;
  e.sequential = {std::min(1.0, p * 3), {absolute - 3 * se, absolute + 3 * se}};
  e.adjusted_p = std::min(1.0, p * 2);
  e.verdict = verdict;
  return e;
}

inline Report sample_report() {
  Report r;
  r.scenario = "quickstart";
  r.question = "Does ranking by predicted completion keep people watching longer than ranking by predicted clicks?";
  r.seed = 18446744073709551615ull;  // the largest seed there is
  r.signature = "89ab01cd23ef4567";
  r.provenance = {"0123456789abcdef", "747b9b9", "GCC 12.2.0"};
  r.users = 10000;
  r.items = 3000;
  r.warmup_days = 7;
  r.days = 14;
  r.requests = 1234567;
  r.impressions = 12345678;
  r.metrics = {
      {"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, "Clicks per impression."},
      {"watch_time", "Watch time per user-day", "min", 1.0 / 60, 2, Direction::HigherIsBetter, "Time watched."},
      {"skip_rate", "Skip rate", "%", 100, 2, Direction::LowerIsBetter, "Skips per view."},
      {"d1_retention", "D1 retention", "%", 100, 1, Direction::HigherIsBetter, "Came back a day later."},
      {"d7_retention", "D7 retention", "%", 100, 1, Direction::HigherIsBetter, "Came back a week later."},
      {"gini", "Gini of exposure", "", 1, 3, Direction::Neither, "0: all items shown alike."},
      {"coverage", "Catalogue coverage", "%", 100, 1, Direction::HigherIsBetter, "Items shown at all."},
  };
  r.metrics[5].of_variant = r.metrics[6].of_variant = true;
  r.metrics[5].unit_of_analysis = "catalogue";
  ExperimentReport e;
  e.layer = "main";
  e.design = "hash bucket by user";
  e.variants = {
      {"control",
       0.5,
       5021,
       617283,
       6172839,
       {metric("ctr", 0.0512345678901234, 0.0004, 5021), metric("watch_time", 2047.1, 11.3, 5021),
        metric("skip_rate", 0.31, 0.002, 5021), metric("d1_retention", 0.415, 0.007, 4900),
        metric("d7_retention", kNoValue, kNoValue, 0), metric("gini", 0.551234, kNoValue, 3000),
        metric("coverage", 0.348, kNoValue, 3000)}},
      {"treatment",
       0.5,
       4979,
       617284,
       6172839,
       {metric("ctr", 0.0471, 0.0004, 4979), metric("watch_time", 2298.9, 12.1, 4979), metric("skip_rate", 0.29, 0.002, 4979),
        metric("d1_retention", 0.4149999, 0.007, 4899), metric("d7_retention", kNoValue, kNoValue, 0),
        metric("gini", 0.6, kNoValue, 3000), metric("coverage", kNoValue, kNoValue, 0)}}};
  e.effects = {effect("treatment", "ctr", -0.0041, 0.0006, -0.0805, 3e-12, "worse"),
               effect("treatment", "watch_time", 251.8, 16.5, 0.123, 2e-7, "better"),
               effect("treatment", "skip_rate", -0.02, 0.003, -0.0645, 0.00012, "better"),
               effect("treatment", "d1_retention", -1e-7, 0.0099, -2.4e-7, 0.99, "no clear difference")};
  e.effects.push_back({});
  e.effects.back().variant = "treatment";
  e.effects.back().metric = "d7_retention";
  e.effects.back().verdict = "not enough data";
  e.srm = {{"all", 0.176, 1, 0.675, "healthy"}, {"day 3", kNoValue, kNoValue, kNoValue, "not enough traffic"}};
  e.truth = {{"treatment", "ctr", -0.0043, 0.0001, 0.0002, true, 0.0001, -0.00005, 0.00005},
             {"treatment", "watch_time", 180.0, 3.1, 71.8, false, -40.5, -100.25, 12.05},
             {"treatment", "d7_retention", kNoValue, kNoValue, kNoValue, false, kNoValue, kNoValue, kNoValue}};
  e.effect_series = {{"treatment",
                      "watch_time",
                      {1, 2, 3},
                      {kNoValue, 300, 251.8},
                      {kNoValue, 20, 16.5},
                      {kNoValue, -std::numeric_limits<double>::infinity(), 190},
                      {kNoValue, 400, 320},
                      {kNoValue, 280, 150},
                      {kNoValue, 25, 25}}};
  e.adjusted = {{"treatment",
                 "watch_time",
                 "watch_time",
                 "cuped",
                 "ok",
                 240.5,
                 11.2,
                 {218.5, 262.4},
                 0.1175,
                 {0.106, 0.128},
                 1e-9,
                 0.73,
                 0.533,
                 0.41},
                {"treatment",
                 "d7_retention",
                 "ctr",
                 "cuped",
                 "not enough data",
                 kNoValue,
                 kNoValue,
                 {},
                 kNoValue,
                 {},
                 kNoValue,
                 kNoValue,
                 kNoValue,
                 kNoValue}};
  e.tiers = {{"treatment", "watch_time", "new", 20, 21, kNoValue, kNoValue, kNoValue, {}},
             {"treatment", "watch_time", "heavy", 1500, 1490, 400.25, 31, 0.2, {0.17, 0.23}}};
  e.tier_summaries = {{"treatment", "watch_time", 12.5, 1, 0.0004, 0.92, 248.5, 15.9, 0.1214, {0.106, 0.137}}};
  e.novelty = {{"treatment", "watch_time", 7, 320.5, 160.25, -160.25, 40, 0.00006, "fades"},
               {"treatment", "skip_rate", 7, -0.02, -0.019, 0.001, 0.002, 0.6, "steady"}};
  e.surrogates = {{"treatment", 3, 0.31, 0.0123, 0.004, 0.0021, 0.02, 0.009, 0.015}};
  e.effects[1].bootstrap = {0.102, 0.147};
  e.variants[0].metrics[0].design_effect = 4.25;
  e.posteriors = {{"treatment", "watch_time", 0.05, 0.112, {0.099, 0.125}, 0.99999, 1e-8, 0.112}};
  e.quantiles = {{"treatment", "watch_time", 0.5, 1500, 1600, 100, 20, {60.8, 139.2}, 5e-7},
                 {"treatment", "watch_time", 0.9, 5000, 5100, 100, 200, {-292, 492}, 0.617}};
  e.group_sequential = {{"treatment",
                         "watch_time",
                         {1, 2, 3},
                         {1.5, 4.25, 15.25},
                         {std::numeric_limits<double>::infinity(), 3.1, 2.01},
                         {2.4, 2.38, 2.36},
                         2,
                         2,
                         0.107,
                         "asymptotic",
                         {5.5, 3.9, 3.03},
                         2}};
  e.power = {{"treatment", "watch_time", 0.02, 0.43, 0.029, 12.4}, {"treatment", "ctr", 0.02, 0.9, 0.017, 0}};
  e.retention = {{"control",
                  {0, 1, 2, 3},
                  {1, 0.415, 0.4, 0.39},
                  {0.999, 0.4, 0.386, 0.37},
                  {1, 0.43, 0.414, 0.41},
                  {5021, 5000, 4990, 4000}},
                 {"treatment",
                  {0, 1, 2, 3},
                  {1, 0.425, 0.41, 0.4},
                  {0.999, 0.41, 0.396, 0.38},
                  {1, 0.44, 0.424, 0.42},
                  {4979, 4960, 4950, 3990}}};
  e.survival = {{"control", 7, {1, 2, 3}, {0.9, 0.85, 0.8}, {0.89, 0.84, 0.78}, {0.91, 0.86, 0.82}, 0.02},
                {"treatment", 7, {1, 2, 3}, {0.92, 0.87, 0.83}, {0.91, 0.86, 0.81}, {0.93, 0.88, 0.85}, 0.02}};
  e.lorenz = {{"control", {0, 0.5, 1}, {0, 0.1, 1}}, {"treatment", {0, 0.5, 1}, {0, 0.08, 1}}};
  e.days = {{1, {2000, 1990}, {0.41, 0.43}, {"all", 0.03, 1, 0.87, "healthy"}},
            {2, {3500, 3480}, {0.42, kNoValue}, {"triggered", 19.5, 1, 1e-5, "unhealthy"}}};
  EffectReport spread, covered;
  spread.variant = covered.variant = "treatment";
  spread.metric = "gini";
  spread.effect = 0.0475;
  spread.se = 0.01;
  spread.ci = {0.0279, 0.0671};
  covered.metric = "coverage";
  e.group_effects = {spread, covered};
  r.experiments.push_back(e);

  ExperimentReport notify;
  notify.layer = "benachrichtigung/größe";
  notify.design = "hash bucket by user";
  notify.variants = {{"keine", 1.0 / 3, 3333, 1, 10, {metric("ctr", 0.05, 0.001, 3333)}},
                     {"日本語", 1.0 / 3, 3334, 1, 10, {metric("ctr", 0.06, 0.001, 3334)}},
                     {"sehr \x1b[31mlang\n", 1.0 / 3, 3333, 1, 10, {metric("ctr", 0.05, 0.001, 3333)}}};
  notify.effects = {effect("日本語", "ctr", 0.01, 0.001, 0.2, 0.0, "do not trust"),
                    effect("sehr \x1b[31mlang\n", "ctr", 0.0, 0.001, -0.0, 1.0, "changed")};
  notify.effects[1].lift_ci = {-0.02, std::numeric_limits<double>::infinity()};
  notify.srm = {{"all", 99.3, 2, 8e-23, "unhealthy"}};
  r.experiments.push_back(notify);

  r.series = {
      {"main", "control", "ctr", {1, 2, 3}, {0.05, 0.051, 0.1 + 0.2}, {kNoValue, 0.050, 0.0505}, {kNoValue, 0.052, 0.0515}},
      {"main", "treatment", "ctr", {1, 2, 3}, {0.04, 0.0449, 0.0471}, {kNoValue, 0.044, 0.0465}, {kNoValue, 0.046, 0.0475}},
      {"main", "control", "gini", {1}, {0.5}, {kNoValue}, {kNoValue}},
      {"a/b", "c", "d", {1}, {5e-324}, {-0.0}, {1.7976931348623157e308}},
      {"a", "b/c", "d", {}, {}, {}, {}}};
  r.warnings = {{"sample_ratio_mismatch", "Layer benachrichtigung/größe: the units did not split as planned (p = 8e-23)."},
                {"peeking",
                 "Daily looks were asked of a fixed-horizon test; read the always-valid p-values when you stop early, because "
                 "the others assume that the end was fixed in advance."}};
  r.events = {{"main", "sample ratio mismatch", 2, kNoValue, "Sample ratio mismatch first seen"},
              {"", "outage", 1.5, 1.55, "Outage: the store of all variants is down"}};
  ModelVersion first, second;
  first.version = first.ranker = first.features = 1;
  first.trained = -6.875;
  first.rows = 12345;
  first.first_row = -7;
  first.last_row = -0.1 - 6.8;
  first.stages = {{-6.875, "live", 0, 0, ""}};
  first.validations = {{-5.875, 4321, {{"click", 0.7 + 1e-16, 0.93, 1.02}, {"like", kNoValue, kNoValue, kNoValue}}}};
  second = first;
  second.version = second.features = 2;
  second.parent = 1;
  second.updates = 95;
  second.last_update = 97;
  second.updated = -1e-9;
  second.stages = {
      {0.125, "shadow", 0, 0, ""}, {0.2, "canary", 0, 0, ""}, {0.4, "rolled back", -4.25, 2000, "its clicks fell"}};
  second.validations.clear();
  r.models = {{{"control", "sehr \x1b[31mlang\n"}, "logistic", {"click", "like"}, {first, second}}, {{"keine"}, "mlp", {}, {}}};
  r.run = {2, 1, 43.21, 28571.4, 512.7, 0.21, 1.75, {{"retrieval", 12.5, 80.25, 0.34}, {"ranking", 20, 95, 0.6600000001}}};
  r.run.serving = {{"control", 12000, 31, 61, 118, 214, 300}};
  r.run.flows = {{"control", 40, 1, 812.5, 640, 100, 10, {{"two_tower", 200, 199.5, 150, 22, 4}}},
                 {"treatment", 0, 0, 0, 0, 0, 0, {}}};
  return r;
}

}  // namespace feedloop
