#include <unistd.h>

#include <cstdio>

#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "data/archive.hpp"
#include "report/compare.hpp"
#include "report/json.hpp"

namespace feedloop {
namespace {

FinishedRun load_run(const std::string& file) {
  Archive archive = Archive::open(file, ArchiveMode::Read);
  FinishedRun run{file, archive.head().build, parse_report(archive.report_json()), std::nullopt};
  try {
    run.scenario = parse_scenario(archive.head().toml, file, archive.head().sets, TableFiles::Leave);
  } catch (const Error&) {
    // Of a build with other keys: the numbers are compared all the same, and the page says so.
  }
  return run;
}

}  // namespace

void add_compare(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    std::string a, b, json;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("compare", "Two finished runs side by side: scenarios, values, effects");
  command->add_option("a", flags->a, "Archive of a run")->required()->type_name("A.db");
  command->add_option("b", flags->b, "Archive of another")->required()->type_name("B.db");
  command->add_option("--json", flags->json, "Write the comparison as JSON; - for standard output instead of the text")
      ->type_name("FILE");
  command->callback([flags, &action] {
    action = [flags] {
      if (!flags->json.empty() && flags->json != "-") {
        for (const std::string& in : {flags->a, flags->b}) {
          std::error_code ignored;
          if (std::filesystem::equivalent(in, flags->json, ignored)) throw Error("would be overwritten", Place{in});
        }
        check_writable(flags->json);
      }
      const RunComparison comparison = compare_runs(load_run(flags->a), load_run(flags->b));
      if (flags->json == "-") {
        std::fputs(comparison_json(comparison).c_str(), stdout);
      } else {
        if (!flags->json.empty()) write_file(flags->json, comparison_json(comparison));
        std::fputs(comparison_text(comparison, {.color = isatty(STDOUT_FILENO) != 0}).c_str(), stdout);
      }
      return kDone;
    };
  });
}

}  // namespace feedloop
