#include "experiment/replication/sweep.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "experiment/analysis/roles.hpp"
#include "experiment/build_info.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/replication/run_table.hpp"

namespace feedloop {
namespace {

template <class Row>
const Row* find_row(const std::vector<Row>& rows, const std::string& variant, const std::string& metric) {
  for (const Row& r : rows)
    if (r.variant == variant && r.metric == metric) return &r;
  return nullptr;
}

std::vector<std::string> rows_of(const Report& report, bool truth) {
  std::vector<std::string> rows;
  for (const ExperimentReport& e : report.experiments)
    for (const VariantReport& v : e.variants)
      for (const MetricValue& m : v.metrics) {
        std::string row = fmt::format("{},{},{},{},{},{}", csv_field(e.layer), csv_field(v.name), csv_field(m.name), m.n,
                                      csv_number(m.value), csv_number(m.se));
        const auto add = [&](double x) { row += "," + csv_number(x); };
        const EffectReport* known = find_row(e.effects, v.name, m.name);
        const EffectReport effect = known ? *known : EffectReport{};
        for (const double x : {effect.effect, effect.se, effect.ci.low, effect.ci.high, effect.lift, effect.lift_ci.low,
                               effect.lift_ci.high, effect.p, effect.adjusted_p, effect.sequential.p})
          add(x);
        row += "," + csv_field(effect.verdict);
        if (truth) {
          const TruthReport* true_one = find_row(e.truth, v.name, m.name);
          const TruthReport t = true_one ? *true_one : TruthReport{};
          for (const double x : {t.effect, t.se, t.bias}) add(x);
          row += true_one ? (t.covered ? ",1" : ",0") : ",";
        }
        rows.push_back(row + "," + report.signature);
      }
  return rows;
}

}  // namespace

Variation parse_variation(std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return Error(fmt::format("`{}` {}; allowed is KEY=VALUE,VALUE,…", text, why), {"--vary"});
  };
  const auto eq = text.find('=');
  if (eq == std::string_view::npos || eq == 0) throw refuse("names no key");
  Variation v{std::string(text.substr(0, eq)), {}};
  if (v.key == "seed") throw refuse("varies the seed, which --reps does");
  for (std::string_view rest = text.substr(eq + 1);;) {
    const auto comma = rest.find(',');
    const std::string value(rest.substr(0, comma));
    if (value.empty()) throw refuse("has an empty value");
    if (std::find(v.values.begin(), v.values.end(), value) != v.values.end())
      throw refuse(fmt::format("has the value {} twice", value));
    v.values.push_back(value);
    if (comma == std::string_view::npos) return v;
    rest.remove_prefix(comma + 1);
  }
}

SweepPlan plan_sweep(const std::vector<Variation>& variations, std::int64_t reps, bool truth,
                     const std::function<Scenario(const std::vector<std::string>& sets)>& load) {
  SweepPlan plan{{}, {}, reps, truth};
  std::size_t points = 1;
  for (const Variation& v : variations) {
    if (std::find(plan.keys.begin(), plan.keys.end(), v.key) != plan.keys.end())
      throw Error(fmt::format("`{}` is varied twice; give all its values at once", v.key), {"--vary"});
    plan.keys.push_back(v.key);
    points *= v.values.size();
    if (points * static_cast<std::size_t>(reps) > kMaxSweepRuns)
      throw Error(fmt::format("the grid has more than {} runs", kMaxSweepRuns), {"--vary"});
  }
  for (std::size_t p = 0; p < points; ++p) {
    std::vector<std::string> values(variations.size()), sets;
    for (std::size_t rest = p, k = variations.size(); k-- > 0; rest /= variations[k].values.size())
      values[k] = variations[k].values[rest % variations[k].values.size()];
    for (std::size_t k = 0; k < values.size(); ++k) sets.push_back(variations[k].key + "=" + values[k]);
    Scenario scenario = load(sets);
    metric_roles(scenario.settings.read<AnalysisParams>("analysis"));
    if (scenario.seed() + static_cast<std::uint64_t>(reps) - 1 > kMaxSeed)
      throw Error(fmt::format("seeds from {} on leave no room for {} runs", scenario.seed(), reps), {"--reps"});
    plan.points.push_back({std::move(values), std::move(scenario)});
  }
  return plan;
}

std::size_t sweep(const SweepPlan& plan, const std::filesystem::path& out, bool resume, Observer* observer,
                  const RunLabel& label) {
  std::string header = "run";
  for (const std::string& key : plan.keys) header += "," + csv_field(key);
  header +=
      ",seed,scenario_hash,build,layer,variant,metric,units,value,value_se,effect,se,ci_low,ci_high,lift,lift_low,"
      "lift_high,p,adjusted_p,always_valid_p,verdict";
  if (plan.truth) header += ",true_effect,true_se,bias,covered";
  const auto reps = static_cast<std::size_t>(plan.reps);
  std::vector<std::string> keys;
  for (const SweepPoint& point : plan.points)
    for (std::size_t r = 0; r < reps; ++r) {
      std::string key = fmt::format("{}", keys.size() + 1);
      for (const std::string& value : point.values) key += "," + csv_field(value);
      keys.push_back(fmt::format("{},{},{},{},", key, point.scenario.seed() + r, hex(point.scenario.hash()),
                                 csv_field(build_fingerprint())));
    }
  RunTable table(out, header + ",signature", std::move(keys), resume);
  const std::size_t before = table.done();
  while (table.done() < table.planned()) {
    const SweepPoint& point = plan.points[table.done() / reps];
    const auto scenario = nth_world(point.scenario, static_cast<int>(table.done() % reps));
    if (label) label(table.done() + 1, table.planned(), fmt::format("{}, seed {}", scenario.name, scenario.seed()));
    table.add(rows_of(run(scenario, {.truth = plan.truth}, observer), plan.truth));
  }
  return table.done() - before;
}

}  // namespace feedloop
