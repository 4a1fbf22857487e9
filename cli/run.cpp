#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/csv.hpp"
#include "base/hash.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/output_path.hpp"
#include "data/archive.hpp"
#include "data/slot_log.hpp"
#include "experiment/build_info.hpp"
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

Archive open_archive(const OutputChoice& choice, const ArchiveHead& head) {
  if (!choice.resume) return Archive::create(choice.path, head);
  Archive archive = Archive::open(choice.path, ArchiveMode::Write);
  if (archive.head().build != head.build)
    throw Error(fmt::format("was written by another build ({}); its checkpoints cannot be read by this one ({})",
                            archive.head().build, head.build),
                {choice.path.string()});
  archive.set_status(RunStatus::Running);
  return archive;
}

// Days pass quickly and states are large: a killed run may lose ten seconds of work, and writing costs next to nothing.
class PacedCheckpoints final : public CheckpointStore {
 public:
  explicit PacedCheckpoints(Archive& archive) : archive_(archive), last_(Clock::now()) {}
  void put(std::string_view name, std::string_view bytes) override {
    archive_.put(name, bytes);
    last_ = Clock::now();
  }
  bool due() override { return Clock::now() - last_ > std::chrono::seconds(10); }
  std::optional<std::string> get(std::string_view name) override { return archive_.get(name); }

 private:
  using Clock = std::chrono::steady_clock;
  Archive& archive_;
  Clock::time_point last_;
};

int run_command(const RunFlags& flags) {
  const Scenario scenario = flags.scenario.load();
  const ArchiveHead head{scenario.name,
                         scenario.toml,
                         hex(scenario.hash()),
                         scenario.seed(),
                         build_fingerprint(),
                         std::get<std::int64_t>(scenario.settings.at("world.population.users")),
                         static_cast<int>(std::get<std::int64_t>(scenario.settings.at("days"))),
                         scenario.sets};
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
  Archive archive = open_archive(choice, head);

  RunOptions options;
  options.truth = flags.truth;
  PacedCheckpoints checkpoints(archive);
  options.checkpoints = &checkpoints;
  options.units = &archive;
  options.resume = choice.resume;
  if (log) options.watchers.push_back(&*log);
  Report report;
  try {
    Console console;
    report = run(scenario, options, &console);
  } catch (const Interrupted& stop) {
    archive.set_status(RunStatus::Interrupted);
    fmt::print(stderr, "feedloop: {}; {} keeps what was done, --resume continues it\n", stop.what(), choice.path.string());
    return kInterrupted;
  }
  const std::string json = json_report(report);
  archive.store_report(report, json);
  archive.finish();
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
