#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "experiment/run.hpp"

namespace feedloop {

void add_signature(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    ScenarioFlags scenario;
    int times = 1;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("signature", "Run a scenario and print the fingerprint of every decision in it");
  flags->scenario.add_to(*command);
  command->add_option("--times", flags->times, "Run this many times in one process, a line each")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  command->callback([flags, &action] {
    action = [flags] {
      const Scenario scenario = flags->scenario.load();
      for (int i = 0; i < flags->times; ++i) {
        Console console;
        const std::string signature = run(scenario, {}, &console).signature;
        fmt::print("{}  {}\n", signature, scenario.name);
        std::fflush(stdout);
      }
      return kDone;
    };
  });
}

}  // namespace feedloop
