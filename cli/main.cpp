#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"

namespace feedloop {
namespace {

constexpr AddCommand kCommands[]{add_run,    add_report,    add_export,   add_compare,        add_size,   add_calibrate,
                                 add_params, add_signature, add_evaluate, add_describe_world, add_verify, add_sweep,
                                 add_power,  add_validity,  add_ope,      add_bandit,         add_bench,  add_gui};

int fail(const std::string& what) {
  std::fflush(stdout);
  std::string line = what;  // one line, whatever a library put into its message
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  fmt::print(stderr, "feedloop: error: {}\n", line);
  return kBadInput;
}

int main_of(int argc, char** argv) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    return fail("this processor has no AVX2, which this build needs (an x86-64-v3 machine, 2013 or later)");
  install_signal_handlers();
  CLI::App app{"Feedloop rehearses a recommender A/B test before it is run on people.", "feedloop"};
  app.require_subcommand(1);
  std::function<int()> action;
  for (const AddCommand add : kCommands) add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);  // --help
  } catch (const CLI::ParseError& e) {
    return fail(fmt::format("{}; `feedloop --help` lists what there is", e.what()));
  }
  try {
    const int code = action();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return fail("standard output cannot be written");
    return code;
  } catch (const Interrupted& e) {
    fmt::print(stderr, "feedloop: {}\n", e.what());
    return kInterrupted;
  } catch (const std::exception& e) {  // Error, out of memory, a full disk
    return fail(e.what());
  }
}

}  // namespace
}  // namespace feedloop

int main(int argc, char** argv) { return feedloop::main_of(argc, argv); }
