#include "gui/opened_run.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "experiment/daily_looks.hpp"
#include "experiment/monitor.hpp"
#include "report/json.hpp"

namespace feedloop {

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
  s->alpha = 1 - report.confidence;
  s->metrics = report.metrics;
  s->experiments = report.experiments;
  s->warnings = report.warnings;
  if (!report.run.latency.empty()) {
    auto funnel = std::make_shared<FunnelFacts>();
    funnel->latency = report.run.latency;
    s->funnel = std::move(funnel);
  }
  if (!report.experiments.empty()) s->looks = daily_looks(report.experiments.front(), "ctr", s->alpha);
  s->live = daily_curves(report);
  return s;
}

}  // namespace feedloop
