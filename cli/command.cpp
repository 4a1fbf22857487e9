#include "cli/command.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/parallel.hpp"

namespace feedloop {

CLI::Validator in_range(double low, double high) {
  const auto check = [=](std::string& text) {
    double x = 0;
    if (CLI::detail::lexical_cast(text, x) && x >= low && x <= high) return std::string();
    return fmt::format("{} is outside [{:g}, {:g}]", text, low, high);
  };
  return {check, fmt::format("[{:g}, {:g}]", low, high), "in_range"};
}

void ScenarioFlags::add_to(CLI::App& app, bool required) {
  auto* scenario = app.add_option("scenario", file, "Scenario file (TOML)");
  if (required) scenario->required();
  app.add_option("--seed", seed, "Seed of the world")->type_name("N");
  app.add_option("--users", users, "Users alive at the start")->type_name("N");
  app.add_option("--days", days, "Days of the experiment")->type_name("N");
  app.add_option("--threads", threads, "Threads; 0 = all cores. Results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  app.add_option("--set", sets, "Set any parameter over the file, or VARIANT.KEY of one variant; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

Scenario ScenarioFlags::load(const std::vector<std::string>& more) const {
  set_threads(threads);
  std::vector<std::string> all = sets;
  if (!seed.empty()) all.push_back("seed=" + seed);
  if (!users.empty()) all.push_back("world.population.users=" + users);
  if (!days.empty()) all.push_back("days=" + days);
  all.insert(all.end(), more.begin(), more.end());
  return load_scenario(file, all);
}

}  // namespace feedloop
