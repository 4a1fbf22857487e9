#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/registry.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "report/page.hpp"

namespace feedloop {
namespace {

std::string as_text(const EvaluationTable& table, TextStyle style) {
  Page page(style);
  page.line(table.title, Ink::Bold);
  std::vector<Align> align(table.columns.size(), Align::Right);
  align.front() = Align::Left;
  std::vector<Row> rows(1);
  for (const std::string& c : table.columns) rows[0].cells.push_back({c, Ink::Dim});
  for (const auto& cells : table.rows) {
    rows.emplace_back();
    for (const std::string& c : cells) rows.back().cells.push_back({c});
  }
  page.table(align, std::move(rows));
  if (!table.note.empty()) page.prose(table.note, 0, 0, Ink::Dim);
  page.blank();
  return page.take();
}

std::string as_markdown(const EvaluationTable& table) {
  std::string out = fmt::format("**{}**\n\n|", table.title);
  for (const std::string& c : table.columns) out += fmt::format(" {} |", c);
  out += "\n|---|";
  for (std::size_t i = 1; i < table.columns.size(); ++i) out += "---:|";
  for (const auto& cells : table.rows) {
    out += "\n|";
    for (const std::string& c : cells) out += fmt::format(" {} |", c);
  }
  out += "\n\n";
  if (!table.note.empty()) out += table.note + "\n\n";
  return out;
}

// With a progress line, as number `at` of `tables`. Ctrl-C stops it between two worlds.
std::vector<EvaluationTable> evaluate(const Evaluation& evaluation, const Scenario& scenario, EvaluationOptions options,
                                      std::size_t at, std::size_t tables) {
  Console console;
  options.progress = [&](double done) {
    if (stop_asked()) throw Interrupted("stopped; the tables that were done are above");
    Progress progress;
    progress.label = fmt::format("{}, {} seeds", evaluation.name, options.seeds);
    progress.done = (static_cast<double>(at) + done) / static_cast<double>(tables);
    console.on_progress(progress);
  };
  return evaluation.run(scenario, options);
}

}  // namespace

void add_evaluate(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    ScenarioFlags scenario;
    std::vector<std::string> tables;
    EvaluationOptions options;
    bool list = false, markdown = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("evaluate", "What the engine is worth against the world's truth, as tables");
  flags->scenario.add_to(*command, false);
  command->add_option("--table", flags->tables, "Which; may be given again (default: all of the engine)")->type_name("NAME");
  command->add_option("--seeds", flags->options.seeds, "Worlds, with seeds from the scenario's on (default 3)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--list", flags->list, "List the tables");
  command->add_flag("--markdown", flags->markdown, "As Markdown, for docs/ENGINE.md");
  command->callback([flags, &action] {
    action = [flags] {
      if (flags->list) {
        for (const Evaluation& e : evaluation_registry()) fmt::print("{:18} {}\n", e.name, e.doc);
        return kDone;
      }
      if (flags->scenario.file.empty()) throw Error("scenario is required; `feedloop evaluate --list` lists the tables");
      const Scenario scenario = flags->scenario.load();
      std::vector<const Evaluation*> chosen;
      for (const std::string& name : flags->tables) {
        chosen.push_back(find_entry(evaluation_registry(), name));
        if (!chosen.back())
          throw Error(fmt::format("there is no table `{}`; known are {}", name, join(names_of(evaluation_registry()))));
      }
      if (chosen.empty())
        for (const Evaluation& e : evaluation_registry())
          if (!e.of_study) chosen.push_back(&e);
      for (std::size_t i = 0; i < chosen.size(); ++i)
        for (const EvaluationTable& table : evaluate(*chosen[i], scenario, flags->options, i, chosen.size()))
          std::fputs((flags->markdown ? as_markdown(table) : as_text(table, {.color = isatty(STDOUT_FILENO) != 0})).c_str(),
                     stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
