#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "experiment/replication/sweep.hpp"

namespace feedloop {
namespace {

struct SweepFlags {
  ScenarioFlags scenario;
  std::vector<std::string> vary;
  std::int64_t reps = 1;
  bool truth = false, resume = false;
  std::string out;
};

int sweep_command(const SweepFlags& flags) {
  std::vector<Variation> variations;
  for (const std::string& text : flags.vary) variations.push_back(parse_variation(text));
  const SweepPlan plan = plan_sweep(variations, flags.reps, flags.truth,
                                    [&](const std::vector<std::string>& sets) { return flags.scenario.load(sets); });
  RunsConsole console;
  std::size_t runs = 0;
  try {
    runs = sweep(plan, flags.out, flags.resume, &console, [&](std::size_t run, std::size_t of, const std::string& what) {
      console.begin(fmt::format("run {} of {}: {}", run, of, what));
    });
  } catch (const Interrupted& stop) {
    console.end();
    throw Interrupted(fmt::format("{}; {} keeps the runs that were over, --resume goes on", stop.what(), flags.out));
  }
  console.end();
  fmt::print(stderr, "Table: {} ({} runs, {} of them now)\n", flags.out,
             plan.points.size() * static_cast<std::size_t>(plan.reps), runs);
  return kDone;
}

}  // namespace

void add_sweep(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<SweepFlags>();
  CLI::App* command = app.add_subcommand("sweep", "Run a grid of parameters and seeds into one tidy CSV table");
  flags->scenario.add_to(*command);
  command
      ->add_option("--vary", flags->vary,
                   "Values of a key, or of VARIANT.KEY; may be repeated, and then all combinations are run")
      ->type_name("KEY=A,B,…")
      ->allow_extra_args(false);
  command->add_option("--reps", flags->reps, "Seeds of each combination, from the scenario's own on (default 1)")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  command->add_flag("--truth", flags->truth, "Also the true effects, from worlds of their own");
  command->add_option("--out", flags->out, "Table to write")->type_name("FILE.csv")->required();
  command->add_flag("--resume", flags->resume,
                    "Go on with a table that was stopped; the bytes will be those of one that was not");
  command->callback([flags, &action] { action = [flags] { return sweep_command(*flags); }; });
}

}  // namespace feedloop
