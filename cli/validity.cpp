#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "report/validity.hpp"

namespace feedloop {
namespace {

struct ValidityFlags {
  std::string scenarios = "scenarios/validity", out, cache;
  bool quick = false, full = false;
  int threads = 0;
};

int validity_command(const ValidityFlags& flags) {
  if (!flags.out.empty()) check_writable(flags.out);
  if (!flags.cache.empty()) std::filesystem::create_directories(flags.cache);
  set_threads(flags.threads);
  ValidityOptions options;
  options.tier = flags.quick ? Tier::Quick : flags.full ? Tier::Full : Tier::Standard;
  options.scenarios = flags.scenarios;
  options.cache = flags.cache;
  RunsConsole console;
  options.observer = &console;
  options.label = [&](const std::string& what) { console.begin(what); };
  const std::vector<ValiditySection> sections = validity(options);
  console.end();
  if (!flags.out.empty()) write_file(flags.out, validity_markdown(sections, options.tier));
  std::fputs(validity_text(sections, {.color = isatty(STDOUT_FILENO) != 0}).c_str(), stdout);
  const bool held = std::all_of(sections.begin(), sections.end(), [](const ValiditySection& s) {
    return std::all_of(s.checks.begin(), s.checks.end(), [](const ValidityCheck& c) { return c.holds || !c.decides; });
  });
  return held ? kDone : kClaimFailed;
}

}  // namespace

void add_validity(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<ValidityFlags>();
  CLI::App* command = app.add_subcommand(
      "validity", "Check the simulator's statistics against answers that are known beforehand; exit 1 when a check fails");
  auto* quick = command->add_flag("--quick", flags->quick, "In about two minutes");
  command->add_flag("--full", flags->full, "On the most worlds and assignments")->excludes(quick);
  command->add_option("--out", flags->out, "Also write the page (docs/VALIDITY.md)")->type_name("FILE.md");
  command->add_option("--scenarios", flags->scenarios, "Folder of its scenarios (default scenarios/validity)")
      ->type_name("DIR");
  command->add_option("--cache", flags->cache, "Keep finished worlds here; the same build goes on with them")->type_name("DIR");
  command->add_option("--threads", flags->threads, "Threads; 0 = all cores. Results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->callback([flags, &action] { action = [flags] { return validity_command(*flags); }; });
}

}  // namespace feedloop
