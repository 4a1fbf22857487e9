// A scenario small enough to run many times in a test, with both phases and both variants alive.
#pragma once

#include <string>
#include <vector>

#include "experiment/scenario.hpp"

namespace feedloop {

struct SmallScenario {
  int users = 150, items = 200, warmup_days = 1, days = 2;
  std::string treatment = "engine.value.completion = 1.0\n";  // keys of the treatment; empty: a null treatment
  std::vector<std::string> sets = {};                         // over everything

  Scenario make() const {
    std::string toml = "name = \"small\"\nwarmup_days = " + std::to_string(warmup_days) + "\ndays = " + std::to_string(days) +
                       "\nworld.population.users = " + std::to_string(users) +
                       "\nworld.items.count = " + std::to_string(items) +
                       "\nanalysis.min_units = 10\n[[variant]]\nname = \"control\"\nshare = 0.5\n" +
                       "[[variant]]\nname = \"treatment\"\nshare = 0.5\n" + treatment;
    return parse_scenario(toml, "small.toml", sets);
  }
};

}  // namespace feedloop
