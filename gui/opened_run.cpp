#include "gui/opened_run.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "report/json.hpp"

namespace feedloop {
namespace {

std::vector<float> floats(const std::vector<double>& values) {
  std::vector<float> out;
  out.reserve(values.size());
  for (const double v : values) out.push_back(static_cast<float>(v));
  return out;
}

// Effects by day over control's value of that day, as the run's own monitor shows them. The interval for one look is known of
// the last day alone.
void add_lifts(const Report& report, const ExperimentReport& e, const EffectSeries& effects, Snapshot& out) {
  const auto control = std::ranges::find_if(report.series, [&](const Series& s) {
    return s.layer == e.layer && s.variant == e.variants.front().name && s.metric == "ctr";
  });
  if (control == report.series.end()) return;
  LiveSeries lift{effects.variant, "ctr_lift", {}, {}, {}, {}, e.layer}, sequence = lift;
  sequence.metric = "ctr_lift_sequence";
  for (std::size_t i = 0; i < effects.day.size(); ++i) {
    const auto day = std::ranges::find(control->day, effects.day[i]);
    if (day == control->day.end()) continue;
    const double base = std::fabs(control->value[static_cast<std::size_t>(day - control->day.begin())]);
    const auto add = [&](LiveSeries& s, double low, double high) {
      s.day.push_back(static_cast<float>(effects.day[i]));
      s.value.push_back(static_cast<float>(effects.effect[i] / base));
      s.low.push_back(static_cast<float>(low));
      s.high.push_back(static_cast<float>(high));
    };
    add(lift, kNoValue, kNoValue);
    add(sequence, effects.always_valid_low[i] / base, effects.always_valid_high[i] / base);
  }
  for (const EffectReport& last : e.effects) {
    if (last.variant != effects.variant || last.metric != "ctr" || lift.day.empty()) continue;
    lift.low.back() = static_cast<float>(last.lift_ci.low);
    lift.high.back() = static_cast<float>(last.lift_ci.high);
  }
  out.live.push_back(std::move(lift));
  out.live.push_back(std::move(sequence));
}

}  // namespace

OpenedRun open_run(const std::filesystem::path& path) {
  Archive archive = Archive::open(path, ArchiveMode::Read);
  OpenedRun run;
  run.path = path;
  run.head = archive.head();
  run.status = archive.status();
  if (run.status == ArchiveStatus::Complete) run.report = std::make_shared<const Report>(parse_report(archive.report_json()));
  try {
    auto scenario = std::make_shared<Scenario>(parse_scenario(run.head.toml, path, run.head.sets, TableFiles::Leave));
    run.same_scenario = hex(scenario->hash()) == run.head.scenario_hash;
    run.scenario = std::move(scenario);
  } catch (const Error&) {
    // Of a build with other keys: its results are shown all the same.
  }
  return run;
}

std::shared_ptr<const Snapshot> snapshot_of(const Report& report) {
  auto s = std::make_shared<Snapshot>();
  s->sequence = 1;
  s->scenario = report.scenario;
  s->seed = report.seed;
  const double days = report.warmup_days + report.days;
  s->progress = {RunStage::Finished, "finished", days, days, 1, report.requests};
  s->experiment_day = report.days;
  s->warmup_days = report.warmup_days;
  s->days = report.days;
  s->metrics = report.metrics;
  s->experiments = report.experiments;
  s->warnings = report.warnings;
  s->alpha = 1 - report.confidence;
  for (const Series& series : report.series) {
    if (series.metric == "ctr" || series.metric == "exposure_gini")
      s->live.push_back({series.variant, series.metric, floats(series.day), floats(series.value), floats(series.low),
                         floats(series.high), series.layer});
  }
  for (const ExperimentReport& e : report.experiments) {
    for (const EffectSeries& effects : e.effect_series) {
      if (effects.metric == "ctr") add_lifts(report, e, effects, *s);
    }
  }
  return s;
}

}  // namespace feedloop
