// Subcommands are rows of a table: each adds its options to the parser and says what to do when it was chosen.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiment/scenario.hpp"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace feedloop {

// Adds the subcommand to `app`; when it is chosen, `action` is set to what runs it and gives the exit code.
using AddCommand = void (*)(CLI::App& app, std::function<int()>& action);

void add_run(CLI::App& app, std::function<int()>& action);
void add_report(CLI::App& app, std::function<int()>& action);
void add_export(CLI::App& app, std::function<int()>& action);
void add_compare(CLI::App& app, std::function<int()>& action);
void add_size(CLI::App& app, std::function<int()>& action);
void add_calibrate(CLI::App& app, std::function<int()>& action);
void add_params(CLI::App& app, std::function<int()>& action);
void add_signature(CLI::App& app, std::function<int()>& action);
void add_bench(CLI::App& app, std::function<int()>& action);
void add_evaluate(CLI::App& app, std::function<int()>& action);
void add_describe_world(CLI::App& app, std::function<int()>& action);
void add_bandit(CLI::App& app, std::function<int()>& action);
void add_verify(CLI::App& app, std::function<int()>& action);
void add_ope(CLI::App& app, std::function<int()>& action);
void add_power(CLI::App& app, std::function<int()>& action);
void add_validity(CLI::App& app, std::function<int()>& action);
void add_sweep(CLI::App& app, std::function<int()>& action);
void add_gui(CLI::App& app, std::function<int()>& action);

// Exit codes (docs/ARCHITECTURE.md).
constexpr int kDone = 0, kClaimFailed = 1, kBadInput = 2, kInterrupted = 3;

// Numbers from low to high. CLI11's own Range spells its ends without exponent: 1e300 as 301 digits, 1e-9 as 0.
CLI::Validator in_range(double low, double high);

// A scenario and what the command line says over it.
struct ScenarioFlags {
  std::string file;
  std::vector<std::string> sets;
  std::string seed, users, days;  // as typed: the schema checks them
  int threads = 0;

  void add_to(CLI::App& app, bool required = true);
  bool says_more() const { return !sets.empty() || !seed.empty() || !users.empty() || !days.empty(); }
  // Also sets the number of threads. `more`: said after all else, as --set says it.
  Scenario load(const std::vector<std::string>& more = {}) const;
};

}  // namespace feedloop
