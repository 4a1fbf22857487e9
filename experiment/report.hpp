// What a run found, as plain data: computed by `experiment`, shown by `report` and `gui`, stored by `data`.
// NaN means "not enough data" and is written as null. Everything but `run` is under the identity contract: the same
// build, scenario and seed give the same bytes (docs/DETERMINISM.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

constexpr double kNoValue = kNaN;

enum class Direction { HigherIsBetter, LowerIsBetter, Neither };

// What a metric is asked for: to decide by, to show that nothing is harmed, or to understand. Each role is corrected for
// multiple testing on its own, so that curiosity costs a decision no power.
enum class MetricRole { Decision, Guardrail, Diagnostic };

// One metric of one variant. `se` is NaN for values without an error model.
struct MetricValue {
  std::string name;
  double value = kNoValue, se = kNoValue;
  std::int64_t n = 0;  // units that entered
  // The variance over what it would be with smaller units: of a share of events (clicks of impressions), if all events were
  // independent; of any metric where clusters are the units, if users were.
  double design_effect = kNoValue;
};

struct VariantReport {
  std::string name;
  double share = 0;  // planned
  std::int64_t units = 0, requests = 0, impressions = 0;
  std::vector<MetricValue> metrics;  // in the order of the metric registry, then exposure
};

struct SequentialResult {
  double p = kNoValue;  // always-valid, non-increasing over daily looks
  Interval ci;          // always-valid at the last look
};

// Treatment against the experiment's first variant (control).
struct EffectReport {
  std::string variant, metric;
  double effect = kNoValue, se = kNoValue;  // absolute
  Interval ci;
  double lift = kNoValue;  // relative to control
  Interval lift_ci;        // the lifts that the data do not reject (lift_interval, stats/fieller.hpp)
  double p = kNoValue;     // fixed horizon, two-sided
  SequentialResult sequential;
  double adjusted_p = kNoValue;  // over metrics x variants of the same role: Holm; of diagnostics, Benjamini-Hochberg
  // Of the lift, by resampling units, where analysis.bootstrap asks for it and the metric decides (stats/ratio_bootstrap.hpp).
  Interval bootstrap = {};
  std::string verdict;  // "better", "worse", "changed", "no clear difference", "not enough data", "do not trust"
};

// A guardrail's test of non-inferiority: is the treatment worse than control by more than the margin?
struct GuardrailReport {
  std::string variant, metric;
  double margin = kNoValue;                          // relative to control's value, in the direction of harm
  double p_holds = kNoValue, p_breached = kNoValue;  // one-sided: against harm beyond the margin, and against harm within it
  std::string state;                                 // "holds", "breached", "undecided", "not enough data"
};

// What to do about a treatment.
struct DecisionReport {
  std::string variant;
  std::string decision;  // "ship", "do not ship", "keep running", "do not trust"
  std::string reason;    // one sentence
};

// What an interleaved experiment measured: whose items users clicked when a page held those of both.
struct PreferenceReport {
  std::string variant;
  std::int64_t pages = 0, users = 0;            // drafted; with a click
  double preference = kNoValue, se = kNoValue;  // the treatment's share of all clicks; 0.5: neither
  Interval ci;
  double p = kNoValue;  // two-sided, of 0.5
  std::string verdict;  // "preferred", "not preferred", "no clear preference", "not enough data"
};

struct SrmReport {
  std::string scope;  // "all", or what part of the units
  double chi2 = kNoValue, df = kNoValue, p = kNoValue;
  std::string state;  // "healthy", "unhealthy", "not enough traffic"
};

// What a full launch would have done, from worlds forked at t0 on the same random numbers.
struct TruthReport {
  std::string variant, metric;
  double effect = kNoValue;  // all-treatment world minus all-control world
  double se = kNoValue;      // paired over users; understates what a new seed would add
  double bias = kNoValue;    // the experiment's estimate minus the true effect
  bool covered = false;      // the estimate's interval holds the true effect
  // bias = spill_on_treated - spill_on_control + sampling. Spillover compares the same users in two worlds, so that without
  // interference it is exactly 0.
  double spill_on_treated = kNoValue;  // the treatment's users: the experiment minus the all-treatment world
  double spill_on_control = kNoValue;  // control's users: the experiment minus the all-control world
  double sampling = kNoValue;          // what remains: which users fell into which variant, and how the estimate is adjusted
};

// How alike the two worlds of a true effect are: the correlation over users of what each did on a day (experiment/pairing.hpp).
struct PairedWorlds {
  std::string variant;
  std::vector<double> day = {};                   // since t0, at its end
  std::vector<double> clicks = {}, minutes = {};  // in [-1, 1]; NaN where nobody's use varies
};

// A treatment's effect over the days, of the metrics that decide or are guarded and of the headline: as each daily look saw it,
// cumulative since t0, and of each day alone. NaN where there is not enough data; `of_day` also for metrics that are not sums.
struct EffectSeries {
  std::string variant, metric;
  std::vector<double> day;  // since t0, at its end
  std::vector<double> effect, se;
  std::vector<double> always_valid_low, always_valid_high;
  std::vector<double> of_day, of_day_se;
  // What a daily look reads: the p of a single planned look, the always-valid p, which never grows, and the log of the e-value
  // behind it (the mixture ratio of stats/sequential.hpp).
  std::vector<double> p = {}, always_valid_p = {}, log_e = {};
};

// The effect less what the weeks before the experiment already explained: by CUPED (stats/cuped.hpp) or by a regression with a
// slope for each variant (stats/regression_adjustment.hpp).
struct AdjustedEffect {
  std::string variant, metric, covariate;  // covariate: a metric of the days before t0
  std::string method;                      // "cuped", "regression"
  std::string state;                       // "ok", "not enough data", "zero variance"
  double effect = kNoValue, se = kNoValue;
  Interval ci;
  double lift = kNoValue;
  Interval lift_ci;
  double p = kNoValue;
  double correlation = kNoValue;       // of metric and covariate
  double variance_removed = kNoValue;  // of the effect, share
  double balance_p = kNoValue;         // small: the variants differed before the experiment
};

// The effect on the units of one tier of activity before the experiment.
struct TierEffect {
  std::string variant, metric, tier;  // tier: "new", "light", "medium", "heavy"
  std::int64_t control_units = 0, treatment_units = 0;
  double effect = kNoValue, se = kNoValue, lift = kNoValue;
  Interval lift_ci;
};
// Do the tiers differ, and the effect with every tier at its share of all units (stats/post_stratification.hpp).
struct TierSummary {
  std::string variant, metric;
  double q = kNoValue, df = kNoValue, p = kNoValue, i2 = kNoValue;  // Cochran's, of the tiers' effects
  double effect = kNoValue, se = kNoValue, lift = kNoValue;
  Interval lift_ci;
};

// What to believe of the lift under a sceptical prior, and what a wrong choice would cost (stats/posterior.hpp).
struct PosteriorReport {
  std::string variant, metric;
  double prior_sd = kNoValue;                         // of the lift, around 0
  double lift = kNoValue;                             // mean
  Interval lift_ci;                                   // credible
  double chance_to_win = kNoValue;                    // that treatment is better than control
  double loss_ship = kNoValue, loss_keep = kNoValue;  // expected, in lift
};

// A quantile over units, each with its own ratio (stats/quantile_metric.hpp).
struct QuantileEffect {
  std::string variant, metric;
  double level = kNoValue;
  double control = kNoValue, treatment = kNoValue;
  double effect = kNoValue, se = kNoValue;
  Interval ci;
  double p = kNoValue;
};

// The same looks under alpha spending (stats/group_sequential.hpp) and under always-valid inference, and what reading a
// fixed-horizon p at each of them would risk.
struct GroupSequentialReport {
  std::string variant, metric;
  std::vector<double> day, z, obrien_fleming, pocock;           // boundaries for |z|; infinite: this look cannot stop
  double obrien_fleming_day = kNoValue, pocock_day = kNoValue;  // of the first crossing; NaN: none
  double peeking_error = kNoValue;                              // P(some look has p < alpha) without an effect
  std::string sequential = {};                                  // what always-valid inference is tuned by: analysis.sequential
  std::vector<double> always_valid = {};                        // its boundary; NaN: no test
  double always_valid_day = kNoValue;
};

// What a stopping rule (experiment/replication/stopping.hpp) made of the daily looks so far.
struct StoppingReport {
  std::string variant, metric, rule;  // rule: "fixed_horizon", "daily_peeking", "always_valid", "obrien_fleming", "pocock"
  // "stopped" (it found a difference), "no difference" (the planned end came first), "not yet", "not enough data".
  std::string state;
  double day = kNoValue;  // of the stop or, without one, of the last look
  double effect = kNoValue;
  std::string verdict;  // "better", "worse" or "changed" where it stopped; empty otherwise
};

// Does the effect change while the experiment runs: the second half of it against the first, over units that were there in both
// (difference in differences).
struct NoveltyReport {
  std::string variant, metric;
  double split_day = kNoValue;
  double early = kNoValue, late = kNoValue;  // effects
  double change = kNoValue, se = kNoValue, p = kNoValue;
  std::string state;  // "fades", "grows", "steady", "not enough data"
};

// What the first days say of who comes back later: the surrogate index (stats/surrogate_index.hpp), fitted on the days before
// the experiment. A unit comes back if it has a page in [days, 2 days) after t0; of units with one before.
struct SurrogateReport {
  std::string variant;
  double days = kNoValue;                                    // from which the index predicts, and for as many after them
  double r2 = kNoValue;                                      // of the fit, before the experiment
  double predicted = kNoValue, se = kNoValue, p = kNoValue;  // effect on the share that comes back, by the index
  double observed = kNoValue, observed_se = kNoValue;        // by waiting
  double truth = kNoValue;                                   // of a launch to everybody, with --truth
};

// What this run could have found.
struct PowerReached {
  std::string variant, metric;
  double lift = kNoValue;       // to be found: analysis.tau_lift
  double power = kNoValue;      // to find it, now
  double smallest = kNoValue;   // lift that is found with power 0.8, now
  double more_days = kNoValue;  // until `lift` is found with power 0.8, as units came so far; infinite: never
};

// Share of a variant's units that were active on each day after they entered (24-hour blocks), over units followed that long.
struct RetentionCurve {
  std::string variant;
  std::vector<double> day, value, low, high, units;
};
// The same by the day on which units entered: of those who entered on day `entered` since t0, the share that was active `since`
// days later. A row for each pair of days that is over; value, low and high are NaN where there are too few units.
struct CohortReport {
  std::string variant;
  std::vector<double> entered, since, value, low, high, units;
};
// How a metric's value per unit is spread over a variant's units: its quantiles.
struct DistributionReport {
  std::string variant, metric;
  std::int64_t units = 0;
  std::vector<double> level, value;
};
// Share that has not lapsed yet: no visit for `lapse_days` (Kaplan & Meier; stats/survival.hpp).
struct SurvivalReport {
  std::string variant;
  double lapse_days = kNoValue;
  std::vector<double> day, value, low, high;
  double p = kNoValue;  // log-rank, of all variants lapsing alike
};
// What an experiment was like at the end of a day besides its series: for looking back.
struct DayReport {
  double day = kNoValue;      // since t0
  std::vector<double> units;  // by variant: that had entered
  std::vector<double> gini;   // by variant: of what had been shown
  SrmReport srm;              // of all units or, where theirs alone is broken, of those that triggered
};
// How impressions fall over the catalogue: the least shown share of items takes this share of impressions.
struct LorenzCurve {
  std::string variant;
  std::vector<double> items, impressions;
};

struct ExperimentReport {
  std::string layer, design;
  std::vector<VariantReport> variants;
  std::vector<EffectReport> effects;
  std::vector<SrmReport> srm;
  std::vector<TruthReport> truth;  // empty unless asked
  std::vector<GuardrailReport> guardrails;
  std::vector<DecisionReport> decisions;  // by treatment
  std::vector<EffectSeries> effect_series = {};
  // Of the metrics that decide or are guarded.
  std::vector<AdjustedEffect> adjusted = {};
  std::vector<TierEffect> tiers = {};
  std::vector<TierSummary> tier_summaries = {};
  std::vector<NoveltyReport> novelty = {};
  std::vector<SurrogateReport> surrogates = {};  // by treatment
  // Of those that decide.
  std::vector<PosteriorReport> posteriors = {};
  std::vector<QuantileEffect> quantiles = {};
  std::vector<GroupSequentialReport> group_sequential = {};
  std::vector<PowerReached> power = {};
  // By variant.
  std::vector<RetentionCurve> retention = {};
  std::vector<SurvivalReport> survival = {};
  std::vector<LorenzCurve> lorenz = {};
  // Of metrics of a variant as a whole, at equal impressions: effect, se and ci only.
  std::vector<EffectReport> group_effects = {};
  std::vector<PreferenceReport> preferences = {};  // of interleaving alone
  std::vector<StoppingReport> stopping = {};       // of the metrics of effect_series, by treatment, metric and rule
  std::vector<CohortReport> cohorts = {};          // by variant
  std::vector<DistributionReport> distributions = {};
  std::vector<DayReport> days = {};       // that are over
  std::vector<PairedWorlds> paired = {};  // by treatment; empty unless the truth was asked for
};

// A metric of a variant, cumulative since t0, at the end of each day.
struct Series {
  std::string layer, variant, metric;
  std::vector<double> day, value, low, high;  // `low`, `high`: 1 - alpha interval; NaN where there is none
};

struct Warning {
  std::string code, text;
};

// What was done to a run or found out while it went on, as an experimenter came to know of it (experiment/run_events.hpp).
struct RunEvent {
  std::string layer;  // of the experiment that it is about; empty: of them all
  std::string kind;   // "guardrail stop", "sample ratio mismatch", "outage", "ramp", "exposure alarm", "rollback"
  double day = kNoValue, until = kNoValue;  // since t0; until: NaN where it takes no time, or for good
  std::string text;
};

// A stage that a version's release entered; z is the gate's statistic and `impressions` what the version had served by then.
struct ModelStage {
  double day = kNoValue;
  std::string stage;  // "shadow", "canary", "ramp", "live", "rolled back", "replaced"
  double z = kNoValue;
  std::int64_t impressions = 0;
  std::string reason;  // of a rollback
};

// How well a head predicted the rows of a day, each before it was learned from.
struct HeadQuality {
  std::string head;
  double auc = kNoValue, normalised_entropy = kNoValue, slope = kNoValue;
};
struct ModelValidation {
  double day = kNoValue;
  std::int64_t rows = 0;
  std::vector<HeadQuality> heads;
};

// The models of one night. Days count from the experiment's start, and the warm-up's are negative.
struct ModelVersion {
  std::int64_t version = 0;
  std::int64_t parent = 0;    // version that the training began with; 0: none
  std::int64_t ranker = 0;    // version whose training the ranker comes from; 0: none yet
  std::int64_t features = 0;  // version of the feature snapshot
  double trained = kNoValue;
  std::int64_t rows = 0;  // that the ranker learned from, when this night trained it, and the days of the first and the last
  double first_row = kNoValue, last_row = kNoValue;
  std::int64_t updates = 0, last_update = 0;  // near-real-time updates since: how many, and the version of the last
  double updated = kNoValue;
  std::vector<ModelStage> stages;
  std::vector<ModelValidation> validations;  // a night each while its models were live
};

// Variants that share a pipeline share its models.
struct PipelineReport {
  std::vector<std::string> variants;
  std::string scorer;
  std::vector<std::string> heads;  // that it trains
  std::vector<ModelVersion> versions;
};

struct MetricInfo {
  std::string name, title, unit;  // unit: "%" for shares printed as per cent, "min", …
  double scale = 1;               // value * scale is what is printed in `unit`
  int decimals = 2;
  Direction better = Direction::Neither;
  std::string doc;
  MetricRole role = MetricRole::Diagnostic;
  // What is averaged: "user", or what is pooled over users ("impression", "click"), or "catalogue". Whatever it is, errors
  // take the unit of randomisation, the user, as independent.
  std::string unit_of_analysis = "user";
  bool needs_truth = false;  // no platform could measure it
  bool of_variant = false;   // of a variant as a whole: compared in group_effects, if at all
};

struct StageLatency {
  std::string stage;
  double p50_us = 0, p99_us = 0, share = 0;  // share of all measured stage time
  double p95_us = 0;
};

// Means per sampled page of one cell (a variant, or a combination of several layers').
struct SourceFlow {
  std::string source;
  double asked = 0, nominated = 0, admitted = 0, kept = 0, shown = 0;
};
struct CellFlow {
  std::string cell;
  std::int64_t pages = 0, fallbacks = 0;
  double nominated = 0, candidates = 0, kept = 0, shown = 0;  // distinct items a page
  std::vector<SourceFlow> sources;
};

struct PageLatency {  // simulated (engine.budget), of all pages of a cell
  std::string cell;
  std::int64_t pages = 0, late = 0;
  double p50_ms = kNoValue, p95_ms = kNoValue, p99_ms = kNoValue;
  double budget_ms = kNoValue;
};

struct RunFacts {  // outside the identity contract
  int threads = 0, ranks = 1;
  double wall_s = 0, requests_per_s = 0, peak_mib = 0;
  double serial_share = 0;     // of the worlds' wall time that was spent between epochs, where learning is serial
  double longest_pause_s = 0;  // of these: a night's training
  std::vector<StageLatency> latency;
  // Of the pages that were traced while the mixed world ran, where somebody watched (Observer::watches_funnel): a run that was
  // taken up again lacks those before.
  std::vector<PageLatency> serving = {};
  std::vector<CellFlow> flows = {};
};

struct Provenance {
  std::string scenario_hash, commit, compiler;
};

struct Report {
  std::string scenario, question;
  std::uint64_t seed = 0;
  std::string signature;
  Provenance provenance;
  std::int64_t users = 0, items = 0;  // at time 0
  int warmup_days = 0, days = 0;
  std::int64_t requests = 0, impressions = 0;  // of the experiment's days in the mixed world
  double confidence = 0.95;
  std::vector<MetricInfo> metrics;
  std::vector<ExperimentReport> experiments;
  std::vector<Series> series;
  std::vector<Warning> warnings;
  std::vector<RunEvent> events;        // by day
  std::vector<PipelineReport> models;  // of the mixed world, its warm-up included
  RunFacts run;
};

}  // namespace feedloop
