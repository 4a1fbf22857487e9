#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/csv.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "data/archived_run.hpp"
#include "data/slot_log.hpp"
#include "experiment/run.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace feedloop {
namespace {

struct RunFlags {
  ScenarioFlags scenario;
  bool truth = false, resume = false;
  std::string out, json, html, log;
};

int run_command(const RunFlags& flags) {
  const Scenario scenario = flags.scenario.load();
  const ArchiveHead head = archive_head(scenario);
  // What can be refused is refused before hours of work.
  const std::array<SideOutput, 3> beside{{{"--json", flags.json}, {"--html", flags.html}, {"--log", flags.log}}};
  for (const SideOutput& one : beside)
    if (one.is_file()) check_writable(one.file);
  if (!flags.log.empty() && flags.resume) throw Error("--log cannot be had with --resume: it would lack what was run before");
  const OutputChoice choice = choose_output(flags.out, head, flags.resume);
  check_apart(beside, choice.path);
  std::optional<SlotLog> log;
  if (!flags.log.empty()) log.emplace(flags.log, scenario);
  if (!choice.note.empty()) fmt::print(stderr, "feedloop: note: {}\n", choice.note);
  Archive archive = open_output(choice, head);

  RunOptions options;
  options.truth = flags.truth;
  if (log) options.watchers.push_back(&*log);
  ArchivedReport done;
  try {
    Console console;
    done = run_archived(scenario, archive, choice.resume, options, &console, json_report);
  } catch (const Interrupted& stop) {
    fmt::print(stderr, "feedloop: {}; {} keeps what was done, --resume continues it\n", stop.what(), choice.path.string());
    return kInterrupted;
  }
  const auto& [report, json] = done;
  const std::int64_t logged = log ? log->finish() : 0;

  if (beside[0].is_file()) write_file(flags.json, json);
  if (beside[1].is_file()) write_file(flags.html, html_report(report));
  const std::string shown = flags.json == "-"   ? json
                            : flags.html == "-" ? html_report(report)
                                                : text_report(report, {.color = isatty(STDOUT_FILENO) != 0});
  std::fputs(shown.c_str(), stdout);
  std::fflush(stdout);  // the report first, wherever the two go
  fmt::print(stderr, "Archive: {} (show it again with `feedloop report {}`)\n", choice.path.string(), choice.path.string());
  if (beside[1].is_file()) fmt::print(stderr, "Page: {}\n", flags.html);
  if (log) fmt::print(stderr, "Log: {} rows in {} (judge another policy by it with `feedloop ope`)\n", logged, flags.log);
  return kDone;
}

}  // namespace

void add_run(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = app.add_subcommand("run", "Run a scenario: warm-up, A/B test, report");
  flags->scenario.add_to(*command);
  command->add_flag("--truth", flags->truth, "Also run the all-control and all-treatment worlds and show the true effects");
  command->add_option("--out", flags->out, "Archive to write (default runs/<name>-<seed>.db, or the next free number)")
      ->type_name("RUN.db");
  command->add_option("--log", flags->log, "Also write the experiment's decisions as CSV, a row a slot, with propensities")
      ->type_name("FILE.csv");
  command->add_flag("--resume", flags->resume, "Continue an unfinished archive from its last checkpoint");
  command->add_option("--json", flags->json, "Write the report as JSON; - for standard output instead of the text")
      ->type_name("FILE");
  command->add_option("--html", flags->html, "Write the report as an HTML page; - for standard output instead of the text")
      ->type_name("FILE.html");
  command->callback([flags, &action] { action = [flags] { return run_command(*flags); }; });
}

}  // namespace feedloop
