#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "data/archived_units.hpp"
#include "data/output_path.hpp"
#include "experiment/metrics/metric.hpp"
#include "report/replication.hpp"

namespace feedloop {
namespace {

struct PowerFlags {
  ScenarioFlags scenario;
  std::vector<std::string> metrics, designs;
  std::int64_t reps = 0, assignments = 0;
  double lift = 0;
  std::string vary = "world", out, json;
  bool no_truth = false, resume = false, covariate = false;
};

void show(const PowerFlags& flags, const std::string& text, const std::string& json) {
  if (!flags.json.empty() && flags.json != "-") write_file(flags.json, json);
  std::fputs((flags.json == "-" ? json : text).c_str(), stdout);
}

int draw_again(const PowerFlags& flags) {
  for (const auto& [given, name] :
       {std::pair{!flags.out.empty(), "--out"}, std::pair{flags.resume, "--resume"}, std::pair{flags.no_truth, "--no-truth"},
        std::pair{!flags.scenario.sets.empty(), "--set"}, std::pair{!flags.scenario.days.empty(), "--days"},
        std::pair{!flags.scenario.users.empty(), "--users"}, std::pair{!flags.designs.empty(), "--design"}})
    if (given) throw Error(fmt::format("{} goes with a scenario that is run; --assignments runs nothing", name));
  set_threads(flags.scenario.threads);
  ArchivedUnits units = read_archived_units(flags.scenario.file, flags.metrics, flags.covariate);
  Seed seed{units.seed};
  if (!flags.scenario.seed.empty()) {
    Settings settings(schema());
    settings.set_text("seed=" + flags.scenario.seed, {"--seed"});
    seed = {static_cast<std::uint64_t>(settings.read<ScenarioParams>("").seed)};
  }
  RerandomisedPage page;
  page.archive = flags.scenario.file;
  page.scenario = units.scenario;
  page.identical = units.identical;
  page.by_past = flags.covariate;
  page.request = {units.variants, units.shares, flags.assignments, units.alpha, flags.lift, seed};
  page.result = rerandomise(page.request, units.metrics);
  show(flags, rerandomised_text(page, {.color = isatty(STDOUT_FILENO) != 0}), rerandomised_json(page));
  return kDone;
}

int study(const PowerFlags& flags) {
  if (flags.lift != 0) throw Error("--lift plants an effect in a finished run: it goes with --assignments");
  if (flags.covariate) throw Error("--covariate goes with --assignments; a report has its adjusted effects already");
  if (flags.resume && flags.out.empty()) throw Error("--resume goes on with the table that --out names; --out is missing");
  std::vector<std::string> known;
  for (const Metric& m : metric_registry()) known.emplace_back(m.name);
  for (const std::string& name : flags.metrics)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(fmt::format("there is no metric `{}`; allowed are {}", name, join(known)), {"--metrics"});
  const PowerVary vary = flags.vary == "world" ? PowerVary::World : PowerVary::Assignment;
  std::vector<PowerPlan> plans;
  for (const std::string& design : flags.designs)
    plans.push_back({flags.scenario.load(design_sets(design)), flags.reps, vary, !flags.no_truth, design});
  if (plans.empty()) plans.push_back({flags.scenario.load(), flags.reps, vary, !flags.no_truth});
  RunsConsole console;
  std::vector<PowerResult> results;
  try {
    results =
        power_studies(plans, flags.out, flags.resume, &console, [&](std::size_t run, std::size_t of, const std::string& what) {
          console.begin(fmt::format("run {} of {}: {}", run, of, what));
        });
  } catch (const Interrupted& stop) {
    console.end();
    if (flags.out.empty()) throw Interrupted(fmt::format("{}; nothing was kept, with --out it would have been", stop.what()));
    throw Interrupted(fmt::format("{}; {} keeps the runs that were over, --resume goes on", stop.what(), flags.out));
  }
  console.end();
  show(flags, power_text(results, flags.metrics, {.color = isatty(STDOUT_FILENO) != 0}), power_json(results));
  return kDone;
}

int power_command(const PowerFlags& flags) {
  if (!flags.json.empty() && flags.json != "-") check_writable(flags.json);
  if (!flags.out.empty() && flags.out == flags.json) throw Error("is named for two outputs", {flags.out});
  const bool archive = is_archive(flags.scenario.file);
  if (archive && flags.assignments == 0)
    throw Error("is an archive: --assignments N says how often its units are to be assigned again", {flags.scenario.file});
  if (!archive && flags.assignments > 0)
    throw Error("is no archive; --assignments draws the units of a finished run again", {flags.scenario.file});
  if (archive && flags.reps > 0) throw Error("--reps runs a scenario; of an archive --assignments are drawn");
  if (!archive && flags.reps == 0) throw Error("--reps N is needed: how many runs");
  return archive ? draw_again(flags) : study(flags);
}

}  // namespace

void add_power(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<PowerFlags>();
  CLI::App* command = app.add_subcommand(
      "power",
      "What an experiment's design finds and how far it errs: over many worlds or assignments of a scenario, or over "
      "assignments of a finished run's units");
  flags->scenario.add_to(*command);
  command->get_option("scenario")->description("Scenario file (TOML), or with --assignments the archive of a run");
  command->add_option("--reps", flags->reps, "Runs of the scenario")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  command
      ->add_option(
          "--design", flags->designs,
          "A design to measure: what it says over the scenario, as --set does; may be repeated, and designs then stand "
          "side by side")
      ->type_name("KEY=VALUE,…")
      ->allow_extra_args(false);
  command->add_option("--vary", flags->vary, "What differs between runs: world (the seed; default) or assignment (the salt)")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"world", "assignment"}));
  command->add_flag("--no-truth", flags->no_truth,
                    "Without the worlds that tell the true effect: power alone, in a third of the time");
  command->add_option("--out", flags->out, "Also write a table, a row a run, metric and stopping rule")->type_name("FILE.csv");
  command->add_flag("--resume", flags->resume, "Go on with a table that was stopped");
  command->add_option("--assignments", flags->assignments, "Assign the units of a finished run again, so many times")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  command->add_option("--lift", flags->lift, "With --assignments: plant this effect, as 0.02, and see how often it is found")
      ->type_name("L")
      ->check(in_range(-1, 1000));
  command->add_flag("--covariate", flags->covariate, "With --assignments: adjust every metric by the units' past (CUPED)");
  command
      ->add_option("--metrics", flags->metrics,
                   "Metrics to show, between commas (default: of a scenario those that decide or "
                   "guard, of an archive all)")
      ->type_name("NAME,…")
      ->delimiter(',');
  command->add_option("--json", flags->json, "Write the answer as JSON; - for standard output instead of the text")
      ->type_name("FILE");
  command->callback([flags, &action] { action = [flags] { return power_command(*flags); }; });
}

}  // namespace feedloop
