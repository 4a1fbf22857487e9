#include "experiment/replication/power_study.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "experiment/analysis/roles.hpp"
#include "experiment/build_info.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/metrics/metric.hpp"
#include "experiment/replication/null_treatment.hpp"
#include "experiment/replication/run_table.hpp"
#include "experiment/replication/shared_worlds.hpp"

namespace feedloop {
namespace {

constexpr std::string_view kHeader =
    "design,run,seed,salt,scenario_hash,build,layer,variant,metric,rule,rejected,day,effect,ci_low,ci_high,p,true_effect,true_"
    "se";

Scenario nth_run(const PowerPlan& plan, std::size_t run) {
  if (plan.vary == PowerVary::World) return nth_world(plan.scenario, static_cast<int>(run));
  Scenario s = plan.scenario;
  if (run > 0)
    for (Experiment& e : s.experiments) e.salt += fmt::format("#{}", run);
  return s;
}

// The daily looks; nullptr for a metric that a report does not follow.
const EffectSeries* series_of(const ExperimentReport& report, const EffectReport& effect) {
  for (const EffectSeries& s : report.effect_series)
    if (s.variant == effect.variant && s.metric == effect.metric) return &s;
  return nullptr;
}

// What tau follows in a report (experiment/looks.hpp): control's value at the first look at which the effect can be tested.
double control_value_at(const Report& report, const ExperimentReport& e, const std::string& metric, double day) {
  for (const Series& s : report.series)
    if (s.layer == e.layer && s.variant == e.variants[0].name && s.metric == metric)
      for (std::size_t k = 0; k < s.day.size(); ++k)
        if (s.day[k] == day) return s.value[k];
  return kNaN;
}

// What a run says of one rule on one metric.
struct StudyRow {
  std::string design, layer, variant, metric, rule;
  std::optional<Stop> stop;  // absent: not enough data
  double p = kNaN;           // of the fixed horizon
  double truth = kNaN, truth_se = kNaN;
};

std::string csv_of(const StudyRow& r) {
  const Stop s = r.stop.value_or(Stop{});
  std::string row = fmt::format("{},{},{},{},{}", csv_field(r.layer), csv_field(r.variant), r.metric, r.rule,
                                r.stop ? (s.rejected ? "1" : "0") : "");
  for (const double x : {s.day, s.effect, s.ci.low, s.ci.high, r.p, r.truth, r.truth_se}) row += "," + csv_number(x);
  return row;
}

std::vector<StudyRow> read_rows(const std::filesystem::path& file) {
  std::vector<StudyRow> rows;
  for (CsvReader csv(file); csv.next();) {
    const auto text = [&](const char* name) { return std::string(csv.field(csv.column(name))); };
    const auto number = [&](const char* name) {
      const std::string field = text(name);
      return field.empty() ? kNaN : field == "Inf" ? kInfinity : field == "-Inf" ? -kInfinity : csv.number(csv.column(name));
    };
    StudyRow r{text("design"), text("layer"), text("variant"),       text("metric"),   text("rule"),
               std::nullopt,   number("p"),   number("true_effect"), number("true_se")};
    if (const std::string rejected = text("rejected"); !rejected.empty())
      r.stop = {rejected == "1", number("day"), number("effect"), {number("ci_low"), number("ci_high")}};
    rows.push_back(std::move(r));
  }
  return rows;
}

std::vector<StudyRow> rows_of(const PowerPlan& plan, const Report& report) {
  const auto analysis = plan.scenario.settings.read<AnalysisParams>("analysis");
  std::vector<StudyRow> rows;
  for (std::size_t i = 0; i < report.experiments.size(); ++i) {
    const ExperimentReport& e = report.experiments[i];
    for (const EffectReport& effect : e.effects) {
      std::size_t v = 0;
      while (e.variants[v].name != effect.variant) ++v;
      TruthReport truth;
      if (null_treatment(plan.scenario, i, v)) truth.effect = truth.se = 0;
      for (const TruthReport& t : e.truth)
        if (t.variant == effect.variant && t.metric == effect.metric) truth = t;
      std::vector<EffectLook> looks;
      const EffectSeries* series = series_of(e, effect);
      for (std::size_t k = 0; series && k < series->day.size(); ++k)
        if (series->se[k] > 0) looks.push_back({series->day[k], series->effect[k], series->se[k]});
      const FirstLook first{looks.empty() ? kNaN : control_value_at(report, e, effect.metric, looks[0].day)};
      const double tau = mixture_tau(SequentialRule::Msprt, first, analysis.tau_lift, analysis.alpha);
      for (const StoppingRule rule : kStoppingRules) {
        std::optional<Stop> stop;
        if (rule == StoppingRule::FixedHorizon) {  // the report's own test, with its degrees of freedom
          if (!std::isnan(effect.p))
            stop = {effect.p < analysis.alpha, static_cast<double>(report.days), effect.effect, effect.ci};
        } else if (series) {
          stop = stop_of(rule, looks, analysis.alpha, tau);
        } else {
          continue;
        }
        rows.push_back({plan.design, e.layer, effect.variant, effect.metric, std::string(key_of(rule)), stop,
                        rule == StoppingRule::FixedHorizon ? effect.p : kNaN, truth.effect, truth.se});
      }
    }
  }
  return rows;
}

// What was measured of one case over the runs.
struct Sums {
  std::vector<double> p, truth, bias, day, found;
  double within_se = 0;
  std::int64_t tested = 0, rejected = 0, judged = 0, covered = 0;
};

void add(const StudyRow& r, Sums& s) {
  if (!std::isnan(r.truth)) {
    s.truth.push_back(r.truth);
    s.within_se += r.truth_se;
  }
  if (!r.stop) return;
  ++s.tested;
  s.day.push_back(r.stop->day);
  if (!std::isnan(r.p)) s.p.push_back(r.p);
  if (r.stop->rejected) {
    ++s.rejected;
    s.found.push_back(r.stop->effect);
  }
  if (std::isnan(r.truth)) return;
  ++s.judged;
  s.covered += r.stop->ci.contains(r.truth);
  s.bias.push_back(r.stop->effect - r.truth);
}

DesignQuality quality_of(const Sums& s) {
  DesignQuality q;
  q.rejected = measured_share(s.rejected, s.tested);
  q.coverage = measured_share(s.covered, s.judged);
  q.truth = measured_mean(s.truth);
  if (!s.truth.empty()) q.within_se = s.within_se / static_cast<double>(s.truth.size());
  q.bias = measured_mean(s.bias);
  q.day = measured_mean(s.day);
  q.flatness = ks_uniform(s.p);
  if (const double truth = q.truth.mean; truth != 0 && !std::isnan(truth)) {
    std::vector<double> sizes;
    std::int64_t wrong = 0;
    for (const double effect : s.found) {
      wrong += (effect > 0) != (truth > 0);
      sizes.push_back(std::fabs(effect / truth));
    }
    q.type_s = measured_share(wrong, static_cast<std::int64_t>(s.found.size()));
    const MeasuredMean size = measured_mean(sizes);
    q.type_m = size.mean;
    q.type_m_se = size.se;
  }
  return q;
}

PowerResult result_of(const PowerPlan& plan, const std::vector<StudyRow>& rows) {
  const Scenario& scenario = plan.scenario;
  PowerResult result;
  result.design = plan.design;
  result.scenario = scenario.name;
  result.vary = plan.vary;
  result.runs = plan.reps;
  const auto params = scenario.settings.read<ScenarioParams>("");
  const auto analysis = scenario.settings.read<AnalysisParams>("analysis");
  result.days = static_cast<int>(params.days);
  result.alpha = analysis.alpha;
  const std::vector<MetricRole> roles = metric_roles(analysis);
  for (std::size_t m = 0; m < metric_registry().size(); ++m) {
    result.metrics.push_back(info_of(metric_registry()[m]));
    result.metrics.back().role = roles[m];
  }
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Sums> sums;
  for (const StudyRow& r : rows)
    if (r.design == plan.design) add(r, sums[{r.layer, r.variant, r.metric, r.rule}]);
  for (std::size_t e = 0; e < scenario.experiments.size(); ++e)
    for (std::size_t v = 1; v < scenario.experiments[e].variants.size(); ++v)
      for (const MetricInfo& m : result.metrics)
        for (const StoppingRule rule : kStoppingRules) {
          const std::string &layer = scenario.experiments[e].layer, &variant = scenario.experiments[e].variants[v].name;
          const auto measured = sums.find({layer, variant, m.name, std::string(key_of(rule))});
          if (measured == sums.end()) continue;
          DesignQuality q = quality_of(measured->second);
          q.layer = layer;
          q.variant = variant;
          q.metric = m.name;
          q.rule = rule;
          q.null = null_treatment(scenario, e, v);
          result.qualities.push_back(std::move(q));
        }
  return result;
}

// Runs of one design that the table does not hold yet; `first` is the place of its first run there.
void run_design(const PowerPlan& plan, std::size_t first, RunTable& table, std::vector<StudyRow>& rows, Observer* observer,
                const RunLabel& label) {
  const Scenario& scenario = plan.scenario;
  bool all_null = true;
  for (std::size_t e = 0; e < scenario.experiments.size(); ++e)
    for (std::size_t v = 1; v < scenario.experiments[e].variants.size(); ++v)
      all_null = all_null && null_treatment(scenario, e, v);
  // A stop by a guardrail, which depends on the assignment, stops the truth's worlds too.
  SharedWorlds shared(scenario.experiments.size() == 1 && !scenario.experiments[0].design.stop_on_guardrail);
  RunOptions options{.truth = plan.truth && !all_null};
  if (plan.vary == PowerVary::Assignment) options.checkpoints = &shared, options.resume = true;
  while (table.done() < first + static_cast<std::size_t>(plan.reps)) {
    const Scenario s = nth_run(plan, table.done() - first);
    if (label)
      label(table.done() + 1, table.planned(),
            fmt::format("{}{}{}, seed {}", s.name, plan.design.empty() ? "" : ", ", plan.design, s.seed()));
    std::vector<std::string> lines;
    for (StudyRow& r : rows_of(plan, run(s, options, observer))) {
      lines.push_back(csv_of(r));
      rows.push_back(std::move(r));
    }
    table.add(lines);
    shared.end_of_first_run();
  }
}

}  // namespace

PowerResult power_study(const PowerPlan& plan, const std::filesystem::path& out, bool resume, Observer* observer,
                        const RunLabel& label) {
  return power_studies({plan}, out, resume, observer, label).front();
}

std::vector<PowerResult> power_studies(const std::vector<PowerPlan>& plans, const std::filesystem::path& out, bool resume,
                                       Observer* observer, const RunLabel& label) {
  std::vector<std::string> keys;
  std::set<std::string> designs;
  for (const PowerPlan& plan : plans) {
    const std::uint64_t seed = plan.scenario.seed();
    if (seed + static_cast<std::uint64_t>(plan.reps) - 1 > kMaxSeed)
      throw Error(fmt::format("seeds from {} on leave no room for {} runs", seed, plan.reps), {"--reps"});
    if (!designs.insert(plan.design).second) throw Error(fmt::format("`{}` is given twice", plan.design), {"--design"});
    for (std::size_t r = 0; r < static_cast<std::size_t>(plan.reps); ++r) {
      const Scenario s = nth_run(plan, r);
      std::vector<std::string> salts;
      for (const Experiment& e : s.experiments) salts.push_back(e.salt);
      keys.push_back(fmt::format("{},{},{},{},{},{},", csv_field(plan.design), r + 1, s.seed(), csv_field(join(salts, " ")),
                                 hex(s.hash()), csv_field(build_fingerprint())));
    }
  }
  RunTable table(out, std::string(kHeader), std::move(keys), resume);
  std::vector<StudyRow> rows;
  if (table.done() > 0) rows = read_rows(out);
  std::size_t first = 0;
  for (const PowerPlan& plan : plans) {
    run_design(plan, first, table, rows, observer, label);
    first += static_cast<std::size_t>(plan.reps);
  }
  std::vector<PowerResult> results;
  for (const PowerPlan& plan : plans) results.push_back(result_of(plan, rows));
  return results;
}

std::vector<std::string> design_sets(std::string_view text) {
  std::vector<std::string> sets;
  if (text.find_first_of("\r\n") != std::string_view::npos) throw Error("a design is one line", {"--design"});
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, comma - at);
    if (part.find('=') != std::string_view::npos)
      sets.emplace_back(part);
    else if (!sets.empty())
      sets.back().append(",").append(part);
    else
      throw Error(fmt::format("`{}` is no KEY=VALUE[,KEY=VALUE…]", text), {"--design"});
    at = comma + 1;
  }
  return sets;
}

}  // namespace feedloop
