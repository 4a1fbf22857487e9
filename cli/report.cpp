#include <unistd.h>

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "data/archive.hpp"
#include "data/output_path.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/models.hpp"
#include "report/text.hpp"

namespace feedloop {

void add_report(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    std::string archive, html;
    bool json = false, models = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("report", "Show the report of a finished run again");
  command->add_option("archive", flags->archive, "Archive of a run")->required()->type_name("RUN.db");
  CLI::Option* as_json = command->add_flag("--json", flags->json, "As JSON");
  CLI::Option* as_models =
      command
          ->add_flag("--models", flags->models, "The model registry instead: every version, its lineage, release and quality")
          ->excludes(as_json);
  command->add_option("--html", flags->html, "As an HTML page, written to this file; - for standard output")
      ->type_name("FILE.html")
      ->excludes(as_json)
      ->excludes(as_models);
  command->callback([flags, &action] {
    action = [flags] {
      const std::array<SideOutput, 1> page{{{"--html", flags->html}}};
      check_apart(page, flags->archive);
      if (page[0].is_file()) check_writable(flags->html);
      const std::string json = Archive::open(flags->archive, ArchiveMode::Read).report_json();
      if (page[0].is_file()) {
        write_file(flags->html, html_report(parse_report(json)));
        fmt::print(stderr, "Page: {}\n", flags->html);
        return kDone;
      }
      const TextStyle style{.color = isatty(STDOUT_FILENO) != 0};
      const std::string text = flags->json          ? json
                               : flags->html == "-" ? html_report(parse_report(json))
                               : flags->models      ? models_text(parse_report(json), style)
                                                    : text_report(parse_report(json), style);
      std::fputs(text.c_str(), stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
