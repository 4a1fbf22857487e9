#include <unistd.h>

#include <cstdio>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "data/archive.hpp"
#include "report/json.hpp"
#include "report/models.hpp"
#include "report/text.hpp"

namespace feedloop {

void add_report(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    std::string archive;
    bool json = false, models = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("report", "Show the report of a finished run again");
  command->add_option("archive", flags->archive, "Archive of a run")->required()->type_name("RUN.db");
  CLI::Option* as_json = command->add_flag("--json", flags->json, "As JSON");
  command->add_flag("--models", flags->models, "The model registry instead: every version, its lineage, release and quality")
      ->excludes(as_json);
  command->callback([flags, &action] {
    action = [flags] {
      const std::string json = Archive::open(flags->archive, ArchiveMode::Read).report_json();
      const TextStyle style{.color = isatty(STDOUT_FILENO) != 0};
      const std::string text = flags->json     ? json
                               : flags->models ? models_text(parse_report(json), style)
                                               : text_report(parse_report(json), style);
      std::fputs(text.c_str(), stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
