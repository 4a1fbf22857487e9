#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "data/popularity_curve.hpp"
#include "report/world_page.hpp"

namespace feedloop {
namespace {

RankLaw law_of(const WorldFacts& facts) {
  if (facts.shown.empty() || facts.shown.front() == 0) return {};
  const ZipfMandelbrot fit = fit_zipf_mandelbrot(facts.shown);
  return {fit.s, fit.q};
}

}  // namespace

void add_describe_world(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    ScenarioFlags scenario;
    bool markdown = false;
    std::string pictures;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("describe-world", "What a scenario's world is made of and does, beside real platforms");
  flags->scenario.add_to(*command);
  command->add_flag("--markdown", flags->markdown, "As the page docs/WORLD_MEASURED.md");
  command->add_option("--pictures", flags->pictures, "Folder to write the page's pictures to, as SVG")->type_name("DIR");
  command->callback([flags, &action] {
    action = [flags] {
      const Scenario scenario = flags->scenario.load();
      if (!flags->pictures.empty()) {
        std::error_code failed;
        std::filesystem::create_directories(flags->pictures, failed);
        check_writable(std::filesystem::path(flags->pictures) / "slots.svg");
      }
      Console console;
      const WorldFacts facts = describe_world(scenario, &console);
      const RankLaw law = law_of(facts);
      if (!flags->pictures.empty())
        for (const auto& [name, svg] : world_pictures(facts, law))
          write_file(std::filesystem::path(flags->pictures) / name, svg);
      std::fputs((flags->markdown ? world_markdown(scenario, facts, law, "pictures/world")
                                  : world_text(facts, law, {.color = isatty(STDOUT_FILENO) != 0}))
                     .c_str(),
                 stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
