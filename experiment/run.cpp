#include "experiment/run.hpp"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/surrogates.hpp"
#include "experiment/build_info.hpp"
#include "experiment/guardrail_stop.hpp"
#include "experiment/model_registry.hpp"
#include "experiment/monitor.hpp"
#include "experiment/oracle.hpp"
#include "experiment/pairing.hpp"
#include "experiment/platform_of.hpp"
#include "experiment/run_events.hpp"
#include "experiment/run_facts.hpp"
#include "experiment/run_warnings.hpp"
#include "experiment/simulation.hpp"
#include "experiment/unit_rows.hpp"

namespace feedloop {
namespace {

struct WorldPlan {
  RunStage stage;
  std::string label;
  Assignment::Rule rule;
  SimTime from, until;
};

// A world in motion and what is kept of it: all that a checkpoint must hold.
struct WorldRun {
  // Without a platform: the warm-up, of which only what users did is kept.
  WorldRun(const Study& study, Simulation from, std::shared_ptr<const Platform> platform,
           std::shared_ptr<const HiddenMetrics::Tastes> tastes)
      : simulation(std::move(from)), tables(study, std::move(platform)), looks(study), guardrails(study) {
    if (tastes) hidden.emplace(study, std::move(tastes));
  }
  void visit_state(State& s) {
    s(simulation);
    s(tables);
    s(looks);
    s(guardrails);
    if (hidden) s(*hidden);
    s(use);
  }

  Simulation simulation;
  ExperimentTables tables;
  Looks looks;
  GuardrailStop guardrails;
  std::optional<HiddenMetrics> hidden;  // where the truth was asked for
  DailyUse use;                         // of the truth's worlds
};

// What is left of a world that has ended.
struct WorldResult {
  ExperimentTables tables;
  std::optional<HiddenMetrics> hidden;
  DailyUse use;
  Looks looks;
  std::vector<GuardrailStop::Stop> stops;
  std::uint64_t signature;
  std::vector<SkewAlert> skew;
  std::vector<Warning> collapses;
  std::vector<PipelineReport> models;
};

std::vector<WorldPlan> plan_worlds(const Study& study, bool truth) {
  std::vector<WorldPlan> plans{{RunStage::WarmUp, "warm-up", {.all_control = true}, SimTime{0}, study.t0},
                               {RunStage::Running, "experiment", {}, study.t0, study.end}};
  const auto& experiments = study.scenario.experiments;
  for (std::size_t e = 0; truth && e < experiments.size(); ++e)
    for (std::size_t v = 0; v < experiments[e].variants.size(); ++v)
      plans.push_back({RunStage::Truth,
                       fmt::format("truth: all {}", experiments[e].variants[v].name),
                       {.experiment = e, .variant = v},
                       study.t0,
                       study.end});
  return plans;
}

void run_world(const Study& study, const WorldPlan& plan, const std::string& name, WorldRun& world, const RunOptions& options,
               Monitor& monitor) {
  const bool mixed = plan.stage == RunStage::Running, truth = plan.stage == RunStage::Truth;
  if (!truth) monitor.watch(world.simulation);
  monitor.begin_world(plan.stage, plan.label, plan.from, plan.until);
  const auto checkpoint = [&] {
    if (options.checkpoints) options.checkpoints->put(name, [&](State& s) { s(world); });
  };
  while (world.simulation.now() < plan.until) {
    const std::int64_t before = world.simulation.requests();
    Assignment::Rule rule = plan.rule;
    if (mixed) rule.stopped = world.tables.stopped();
    world.simulation.run_epoch(rule, [&](std::span<const Interaction> pages) {
      if (world.simulation.now() >= study.before) world.tables.add(pages, rule);
      if (world.hidden) world.hidden->add(world.simulation, pages);
      world.use.add(pages);
      if (mixed) monitor.pages(pages);
      if (mixed)
        for (WorldWatcher* watcher : options.watchers) watcher->pages(world.simulation, pages);
      if (truth)
        for (WorldWatcher* watcher : options.watchers) watcher->truth_pages(world.simulation, pages);
    });
    const SimTime now = world.simulation.now();
    if (now.us % kDay.us == 0) {
      set_check_context(
          fmt::format("scenario {}, seed {}, {}, day {}", study.scenario.name, study.seed.value, plan.label, now.days()));
      if (study.keeps(now)) world.tables.keep(study.kept, now);
      if (mixed) {
        world.looks.look(study, world.tables, now);
        world.guardrails.look(study, world.tables, now);
      }
      if (truth)
        for (WorldWatcher* watcher : options.watchers) watcher->truth_day(world.simulation);
      if (options.checkpoints && options.checkpoints->due()) checkpoint();
    }
    const MixedWorld so_far{world.tables, world.looks, world.guardrails.stops()};
    monitor.after_epoch(now, world.simulation, world.simulation.requests() - before, mixed ? &so_far : nullptr);
    if (monitor.stop_requested()) {
      checkpoint();
      throw Interrupted(fmt::format("stopped in {} on day {:.1f} of {:.0f}", plan.label, now.days(), plan.until.days()));
    }
  }
}

Platform platform_at_t0(const Study& study, const Simulation& world) {
  std::vector<std::vector<ItemId>> clicked;
  for (const OnlineFeatures& user : world.features()) clicked.push_back(user.consumed);
  return platform_of(study, study.t0, clicked);
}

HiddenMetrics::Tastes tastes_of(const Simulation& world) {
  HiddenMetrics::Tastes tastes;
  for (const UserState& user : world.users()) tastes.push_back(user.taste);
  return tastes;
}

// A resumed run goes on to what the first one was asked for.
bool wants_truth(const RunOptions& options) {
  if (!options.checkpoints) return options.truth;
  constexpr std::string_view kTruth = "truth";
  const bool before = options.resume && options.checkpoints->get(kTruth).has_value();
  if (options.truth && !before) options.checkpoints->put(kTruth, "asked");
  return options.truth || before;
}

Report describe(const Study& study) {
  Report r;
  r.scenario = study.scenario.name;
  r.question = study.scenario.question;
  r.seed = study.seed.value;
  r.provenance = {hex(study.scenario.hash()), build_commit(), build_compiler()};
  r.users = static_cast<std::int64_t>(study.world.population().initial);
  r.items = static_cast<std::int64_t>(study.world.catalog(SimTime{0}).size());
  r.warmup_days = static_cast<int>(study.params.warmup_days);
  r.days = static_cast<int>(study.params.days);
  r.confidence = 1 - study.analysis.alpha;
  r.metrics = metric_infos(study);
  return r;
}

}  // namespace

Report run(const Scenario& scenario, const RunOptions& options, Observer* observer) {
  RunClock clock;
  const Study study(scenario);
  const bool truth = wants_truth(options);
  for (WorldWatcher* watcher : options.watchers) watcher->begin(study);
  const std::vector<WorldPlan> plans = plan_worlds(study, truth);
  double total_days = 0;
  for (const WorldPlan& plan : plans) total_days += (plan.until - plan.from).days();
  Monitor monitor(study, observer, total_days);

  // Warm up once; fork every other world from t0 on the same random numbers. Without the truth there is one, and it goes on.
  std::string t0;
  std::optional<Simulation> warm;
  std::shared_ptr<const UnitTable> before;
  std::shared_ptr<const Platform> platform;
  std::shared_ptr<const HiddenMetrics::Tastes> tastes;
  std::vector<WorldResult> results;
  Report report = describe(study);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    // A run without the truth kept less of the mixed world: it begins again where the truth is asked for later.
    const std::string name = fmt::format("world-{}{}", i, tastes ? "-truth" : "");
    const auto saved = options.resume && options.checkpoints ? options.checkpoints->get(name) : std::nullopt;
    WorldRun world(study, warm && !saved ? std::move(*warm) : Simulation(study), platform, tastes);
    world.simulation.restart_times();
    if (i == 0) world.tables.enter_all(study.before);
    world.tables.set_before(before);
    if (plans[i].stage == RunStage::Truth)
      world.use = DailyUse(study.t0, study.world.population().users.size(), static_cast<std::size_t>(study.params.days));
    // What stopped the experiment stopped its truth too: both are as of then.
    if (i > 1)
      for (const GuardrailStop::Stop& stop : results.front().stops) world.tables.stop(stop.experiment, stop.time);
    if (saved)
      load_state(world, *saved);
    else if (i > 0 && truth)
      load_state(world.simulation, t0);
    const bool of_truth = plans[i].stage == RunStage::Truth;
    if (of_truth)
      for (WorldWatcher* watcher : options.watchers)
        watcher->begin_truth(world.simulation, plans[i].rule.experiment, plans[i].rule.variant);
    const std::int64_t requests_before = world.simulation.requests();
    run_world(study, plans[i], name, world, options, monitor);
    if (world.hidden) world.hidden->finish(world.simulation, world.tables.all());
    if (plans[i].stage == RunStage::Running)
      for (WorldWatcher* watcher : options.watchers) watcher->end(world.simulation);
    if (of_truth)
      for (WorldWatcher* watcher : options.watchers) watcher->end_truth(world.simulation);
    clock.add(world.simulation.times(), world.simulation.requests() - requests_before);
    if (i == 0) {
      if (truth) t0 = save_state(world.simulation);
      platform = std::make_shared<const Platform>(platform_at_t0(study, world.simulation));
      if (study.before < study.t0) before = std::make_shared<UnitTable>(world.tables.release());
      if (truth) tastes = std::make_shared<const HiddenMetrics::Tastes>(tastes_of(world.simulation));
      if (!truth) warm.emplace(std::move(world.simulation));
    } else {
      if (plans[i].stage == RunStage::Running)
        report.events = run_events(study, world.simulation, world.looks, world.guardrails.stops());
      results.push_back({std::move(world.tables), std::move(world.hidden), std::move(world.use), std::move(world.looks),
                         world.guardrails.stops(), world.simulation.signature(), world.simulation.engine().skew_alerts(),
                         collapse_warnings(study, world.simulation), model_registry(study, world.simulation.engine())});
    }
  }

  // The mixed world is the experiment; the others, when there are any, its truth, in the order of plan_worlds().
  const WorldResult& mixed = results.front();
  if (truth)
    for (MetricInfo& m : hidden_infos()) report.metrics.push_back(std::move(m));
  std::size_t control_world = 1;
  for (std::size_t e = 0; e < scenario.experiments.size(); ++e) {
    report.experiments.push_back(analyse(study, mixed.tables, e, study.end, &mixed.looks));
    const std::size_t variants = scenario.experiments[e].variants.size();
    const auto known = [e](const WorldResult& w) {
      return KnownWorld{w.tables.of(e), w.hidden ? &*w.hidden : nullptr, w.tables.stopped(e)};
    };
    if (truth && scenario.experiments[e].design.of_users()) add_hidden(study, e, known(mixed), report.experiments.back());
    for (std::size_t v = 1; truth && v < variants; ++v) {
      const WorldResult &w0 = results[control_world], &w1 = results[control_world + v];
      add_truth(study, e, known(mixed), known(w0), known(w1), v, report.experiments.back());
      report.experiments.back().paired.push_back(pair_worlds(scenario.experiments[e].variants[v].name, w1.use, w0.use));
      add_surrogate_truth(study, w0.tables.of(e), w1.tables.of(e), v, report.experiments.back());
    }
    control_world += variants;
  }
  for (std::size_t c = 0; c < study.assignment.cells(); ++c) {
    report.requests += mixed.tables.all().requests(c);
    report.impressions += mixed.tables.all().impressions(c);
  }
  report.series = mixed.looks.series(study);
  report.signature = hex(mixed.signature);
  report.models = mixed.models;
  for (auto& found : {sample_ratio_warnings(report), event_warnings(study), skew_warnings(study, mixed.skew),
                      short_page_warnings(study, mixed.tables.all(), report.requests), stop_warnings(study, mixed.stops),
                      mixed.collapses, rollback_warnings(report.models)})
    report.warnings.insert(report.warnings.end(), found.begin(), found.end());
  if (options.units) emit_units(study, mixed.tables, *options.units);
  monitor.finish({mixed.tables, mixed.looks, mixed.stops}, report.events);
  report.run = clock.finish();
  if (const FunnelFacts* funnel = monitor.funnel()) {
    report.run.serving = funnel->serving;
    report.run.flows = funnel->flows;
  }
  return report;
}

}  // namespace feedloop
