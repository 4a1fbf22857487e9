#include "experiment/run.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/past.hpp"
#include "experiment/analysis/surrogates.hpp"
#include "experiment/build_info.hpp"
#include "experiment/guardrail_stop.hpp"
#include "experiment/model_registry.hpp"
#include "experiment/monitor.hpp"
#include "experiment/oracle.hpp"
#include "experiment/run_facts.hpp"
#include "experiment/simulation.hpp"

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
  WorldRun(const Study& study, std::shared_ptr<const Platform> platform, std::shared_ptr<const HiddenMetrics::Tastes> tastes)
      : simulation(study), tables(study, std::move(platform)), looks(study), guardrails(study) {
    if (tastes) hidden.emplace(study, std::move(tastes));
  }
  void visit_state(State& s) {
    s(simulation);
    s(tables);
    s(looks);
    s(guardrails);
    if (hidden) s(*hidden);
  }

  Simulation simulation;
  ExperimentTables tables;
  Looks looks;
  GuardrailStop guardrails;
  std::optional<HiddenMetrics> hidden;  // where the truth was asked for
};

// What is left of a world that has ended.
struct WorldResult {
  ExperimentTables tables;
  std::optional<HiddenMetrics> hidden;
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
  const bool mixed = plan.stage == RunStage::Running;
  monitor.begin_world(plan.stage, plan.label, plan.from, plan.until);
  const auto checkpoint = [&] {
    if (options.checkpoints) options.checkpoints->put(name, save_state(world));
  };
  while (world.simulation.now() < plan.until) {
    const std::int64_t before = world.simulation.requests();
    Assignment::Rule rule = plan.rule;
    if (mixed) rule.stopped = world.tables.stopped();
    world.simulation.run_epoch(rule, [&](std::span<const Interaction> pages) {
      if (world.simulation.now() >= study.before) world.tables.add(pages, rule);
      if (world.hidden) world.hidden->add(world.simulation, pages);
      if (mixed)
        for (WorldWatcher* watcher : options.watchers) watcher->pages(world.simulation, pages);
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
      if (options.checkpoints && options.checkpoints->due()) checkpoint();
    }
    monitor.after_epoch(now, world.simulation.requests() - before, mixed ? &world.tables : nullptr,
                        mixed ? &world.looks : nullptr);
    if (monitor.stop_requested()) {
      checkpoint();
      throw Interrupted(fmt::format("stopped in {} on day {:.1f} of {:.0f}", plan.label, now.days(), plan.until.days()));
    }
  }
}

Platform platform_at_t0(const Study& study, const Simulation& world) {
  Platform p;
  p.t0 = study.t0;
  for (const UserTraits& user : study.world.population().users) p.joined.push_back(user.joined);
  p.items.assign(study.world.all_items().begin(), study.world.all_items().end());
  for (const ItemFacts& item : p.items) p.categories = std::max(p.categories, item.category.index() + 1);
  std::vector<std::vector<ItemId>> clicked;
  for (const OnlineFeatures& user : world.features()) clicked.push_back(user.consumed);
  p.set_popularity(clicked);
  p.click_price = click_prices(p.items, study.analysis.click_price, study.analysis.click_price_sigma, study.seed);
  return p;
}

HiddenMetrics::Tastes tastes_of(const Simulation& world) {
  HiddenMetrics::Tastes tastes;
  for (const UserState& user : world.users()) tastes.push_back(user.taste);
  return tastes;
}

// As the experiment counts them; of several experiments, all that a unit did since t0, and of those that it is not in no
// variant.
void emit_units(const Study& study, const ExperimentTables& tables, UnitSink& sink) {
  const bool alone = study.scenario.experiments.size() == 1;
  const UnitTable& units = alone ? tables.of(0) : tables.all();
  const SimTime now = alone ? tables.until(0, study.end) : study.end;
  std::vector<MetricInfo> infos;
  for (const Metric& m : metric_registry()) infos.push_back(info_of(m));
  // Beside them the past of what decides or is guarded, for whoever adjusts by it.
  std::vector<std::size_t> covariates;
  for (std::size_t m = 0; units.before() && m < metric_registry().size(); ++m)
    if (const std::size_t c = study.covariates[m];
        study.roles[m] != MetricRole::Diagnostic && std::find(covariates.begin(), covariates.end(), c) == covariates.end()) {
      covariates.push_back(c);
      infos.push_back(info_of(metric_registry()[c]));
      infos.back().name += kPastSuffix;
    }
  const std::vector<double> caps = caps_of({&units}, now);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    std::vector<std::string> variants;
    for (std::size_t e = 0; e < study.scenario.experiments.size(); ++e) {
      const UnitTable& own = tables.of(e);
      if (tables.blocks(e) || tables.interleaving(e)) {  // everybody lives through all of its variants
        variants.emplace_back();
        continue;
      }
      variants.push_back(
          own.entered(u) ? study.scenario.experiments[e].variants[study.assignment.variant_in(own.cell(u), e)].name : "");
    }
    std::vector<double> num, den;
    for (std::size_t m = 0; m < metric_registry().size(); ++m) {
      const auto v = units.value(u, m, now);
      const UnitValue x = v ? capped(*v, caps[m]) : UnitValue{kNoValue, kNoValue};
      num.push_back(x.num);
      den.push_back(x.den);
    }
    for (const std::size_t c : covariates) {
      const UnitValue x = Past(*units.before(), study.t0).value(u, c);
      num.push_back(x.num);
      den.push_back(x.den);
    }
    sink.unit(static_cast<std::uint32_t>(u), (units.entry(u) - study.t0).days(), variants, infos, num, den);
  }
}

void warn(Report& report) {
  for (const ExperimentReport& e : report.experiments)
    for (const SrmReport& srm : e.srm) {
      if (srm.state == "unhealthy")
        report.warnings.push_back(
            {"sample_ratio_mismatch",
             srm.scope == "all"
                 ? fmt::format(
                       "Layer {}: units do not split as planned (chi2 = {:.1f}, p = {:.2g}); its effects cannot be trusted.",
                       e.layer, srm.chi2, srm.p)
                 : fmt::format("Layer {}: units do not split as planned among those of: {} (chi2 = {:.1f}, p = {:.2g}); look "
                               "there for a cause before trusting its effects.",
                               e.layer, srm.scope, srm.chi2, srm.p)});
      if (srm.scope == "all" && srm.state == "not enough traffic")
        report.warnings.push_back({"few_units", fmt::format("Layer {}: too few units to check the split.", e.layer)});
    }
}

void warn_of_short_pages(const Study& study, const UnitTable& units, Report& report) {
  for (const auto& [why, text] : {std::pair{Shortage::Seen, "the users had seen everything else that may be shown to them"},
                                  std::pair{Shortage::NotAllowed, "nothing may be shown to the user"}}) {
    std::int64_t pages = 0;
    for (std::size_t c = 0; c < study.assignment.cells(); ++c) pages += units.short_pages(c, why);
    if (pages > 0)
      report.warnings.push_back({"short_pages", fmt::format("{} of {} pages had fewer items than slots, or none: {}.", pages,
                                                            report.requests, text)});
  }
}

// One warning for the models of a set of cells, naming every feature that training and serving disagree on.
void warn_of_skew(const Study& study, std::span<const SkewAlert> alerts, Report& report) {
  for (std::size_t i = 0; i < alerts.size();) {
    const auto& cells = alerts[i].cells;
    std::string features;
    for (; i < alerts.size() && alerts[i].cells == cells; ++i)
      features += fmt::format("{}{} (PSI {:.2f}, day {:.1f})", features.empty() ? "" : ", ", alerts[i].skew.feature,
                              alerts[i].skew.alerted_psi, (alerts[i].skew.alerted - study.t0).days());
    std::vector<std::string> variants;
    for (const std::uint32_t cell : cells) variants.push_back(study.cell_name(cell));
    report.warnings.push_back(
        {"feature_skew", fmt::format("{}: serving and training disagree on {}.", join(variants), features)});
  }
}

// The log of the feedback-loop alarms.
std::vector<Warning> collapse_warnings(const Study& study, const Simulation& world) {
  std::vector<Warning> out;
  for (std::size_t c = 0; c < study.cells.size(); ++c) {
    if (!world.alarm(c)) continue;
    for (const CollapseEvent& e : world.alarm(c)->events()) {
      std::string text =
          fmt::format("{}: on day {:.0f} the entropy of exposure is {:.3f} nats, below the alarm's line of {:.3f}",
                      study.cell_name(c), e.day, e.entropy, e.line);
      if (e.raised_to > e.share)
        text += fmt::format("; exploration is raised from {:g} % to {:g} %", 100 * e.share, 100 * e.raised_to);
      out.push_back({"exposure_collapse", text + "."});
    }
  }
  return out;
}

std::vector<Warning> stop_warnings(const Study& study, std::span<const GuardrailStop::Stop> stops) {
  std::vector<Warning> out;
  for (const GuardrailStop::Stop& stop : stops) {
    const Experiment& e = study.scenario.experiments[stop.experiment];
    out.push_back({"guardrail_stop",
                   fmt::format("Layer {}: stopped after day {:g}, because {} of {} is worse than control by more than {:g} %; "
                               "results are as of then, and everybody was served control from then on.",
                               e.layer, (stop.time - study.t0).days(), metric_registry()[stop.metric].name,
                               e.variants[stop.variant].name, 100 * study.analysis.guardrail_margin)});
  }
  return out;
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

  // Warm up once; fork every other world from t0 on the same random numbers.
  std::string t0;
  std::shared_ptr<const UnitTable> before;
  std::shared_ptr<const Platform> platform;
  std::shared_ptr<const HiddenMetrics::Tastes> tastes;
  std::vector<WorldResult> results;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    WorldRun world(study, platform, tastes);
    if (i == 0) world.tables.enter_all(study.before);
    world.tables.set_before(before);
    // A run without the truth kept less of the mixed world: it begins again where the truth is asked for later.
    const std::string name = fmt::format("world-{}{}", i, world.hidden ? "-truth" : "");
    const auto saved = options.resume && options.checkpoints ? options.checkpoints->get(name) : std::nullopt;
    // What stopped the experiment stopped its truth too: both are as of then.
    if (i > 1)
      for (const GuardrailStop::Stop& stop : results.front().stops) world.tables.stop(stop.experiment, stop.time);
    if (saved)
      load_state(world, *saved);
    else if (i > 0)
      load_state(world.simulation, t0);
    const std::int64_t requests_before = world.simulation.requests();
    run_world(study, plans[i], name, world, options, monitor);
    if (world.hidden) world.hidden->finish(world.simulation, world.tables.all());
    if (plans[i].stage == RunStage::Running)
      for (WorldWatcher* watcher : options.watchers) watcher->end(world.simulation);
    clock.add(world.simulation.times(), world.simulation.requests() - requests_before);
    if (i == 0) {
      t0 = save_state(world.simulation);
      platform = std::make_shared<const Platform>(platform_at_t0(study, world.simulation));
      if (study.before < study.t0) before = std::make_shared<UnitTable>(world.tables.release());
      if (truth) tastes = std::make_shared<const HiddenMetrics::Tastes>(tastes_of(world.simulation));
    } else {
      results.push_back({std::move(world.tables), std::move(world.hidden), std::move(world.looks), world.guardrails.stops(),
                         world.simulation.signature(), world.simulation.engine().skew_alerts(),
                         collapse_warnings(study, world.simulation), model_registry(study, world.simulation.engine())});
    }
  }

  // The mixed world is the experiment; the others, when there are any, its truth, in the order of plan_worlds().
  const WorldResult& mixed = results.front();
  Report report = describe(study);
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
  warn(report);
  warn_of_skew(study, mixed.skew, report);
  warn_of_short_pages(study, mixed.tables.all(), report);
  for (Warning& w : stop_warnings(study, mixed.stops)) report.warnings.push_back(std::move(w));
  for (const Warning& w : mixed.collapses) report.warnings.push_back(w);
  report.models = mixed.models;
  for (Warning& w : rollback_warnings(report.models)) report.warnings.push_back(std::move(w));
  if (options.units) emit_units(study, mixed.tables, *options.units);
  monitor.finish(mixed.tables, mixed.looks);
  report.run = clock.finish();
  return report;
}

}  // namespace feedloop
