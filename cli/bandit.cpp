#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "experiment/bandit/bandit.hpp"
#include "report/bandit.hpp"

namespace feedloop {

void add_bandit(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    ScenarioFlags scenario;
    std::string csv, svg;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("bandit", "Regret of a scenario's policies where the best action is known");
  flags->scenario.add_to(*command);
  command->add_option("--csv", flags->csv, "Write the curves to this file")->type_name("FILE");
  command->add_option("--svg", flags->svg, "Draw them into this file")->type_name("FILE");
  command->callback([flags, &action] {
    action = [flags] {
      for (const std::string& file : {flags->csv, flags->svg})
        if (!file.empty()) check_writable(file);
      const BanditReport report = run_bandit(flags->scenario.load());
      if (!flags->csv.empty()) write_file(flags->csv, bandit_csv(report));
      if (!flags->svg.empty()) write_file(flags->svg, bandit_svg(report));
      std::fputs(bandit_text(report, {.color = isatty(STDOUT_FILENO) != 0}).c_str(), stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
