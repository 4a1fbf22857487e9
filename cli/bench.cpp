#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/csv.hpp"
#include "base/parallel.hpp"
#include "base/registry.hpp"
#include "bench/workloads.hpp"
#include "cli/command.hpp"

namespace feedloop {

void add_bench(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    std::string workload = "quickstart", json;
    bool list = false;
    int threads = 0;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("bench", "Measure speed on a named workload");
  command->add_option("workload", flags->workload, "Which (default quickstart)");
  command->add_flag("--list", flags->list, "List the workloads");
  command->add_option("--json", flags->json, "Write the figures to this file too")->type_name("FILE");
  command->add_option("--threads", flags->threads, "Threads; 0 = all cores")->type_name("N")->check(CLI::Range(0, 1024));
  command->callback([flags, &action] {
    action = [flags] {
      if (flags->list) {
        for (const Workload& w : workloads()) fmt::print("{:12} {}\n", w.name, w.doc);
        return kDone;
      }
      const Workload* w = find_entry(workloads(), flags->workload);
      if (!w) throw Error(fmt::format("there is no workload `{}`; known are {}", flags->workload, join(names_of(workloads()))));
      set_threads(flags->threads);
      const std::string json = w->run();
      if (!flags->json.empty()) write_file(flags->json, json);
      std::fputs(json.c_str(), stdout);
      return kDone;
    };
  });
}

}  // namespace feedloop
