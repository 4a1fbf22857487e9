// A scenario: the one input of a run. TOML in, validated values out; docs/PARAMETERS.md lists every key.
//
//   name = "quickstart"              question = "…"           seed = 42      warmup_days = 7     days = 14
//   [world] …  [engine] …  [policy] …  [analysis] …           keys of the schema
//   [[variant]]                                               two or more; the first is control
//   name = "treatment"
//   share = 0.5
//   engine.value.completion = 1.0                             any key of engine or policy
//
// Several concurrent experiments are layers: [[experiment]] with layer, salt and [[experiment.variant]].
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/parameters.hpp"

namespace feedloop {

struct Variant {
  std::string name;
  double share = 0;                                             // of the units; shares of an experiment sum to 1
  std::vector<std::pair<std::string, Value>> overrides;         // of engine.* and policy.*
};

struct Experiment {
  std::string layer, salt;
  std::vector<Variant> variants;                                // at least two; the first is control
};

struct Scenario {
  std::string name, question;
  std::filesystem::path source;                                 // relative tables are found beside it
  Settings settings;
  std::vector<Experiment> experiments;
  std::uint64_t hash() const;                                   // of everything that a result depends on, but the seed
};

// All keys: scenario, world.*, engine.*, policy.*, analysis.*. Built once.
const Schema& schema();

// Throws Error with file, line and column. `sets` are "key=value" texts applied over the file, before its checks.
Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets = {});
Scenario parse_scenario(const std::string& toml, const std::filesystem::path& source, const std::vector<std::string>& sets = {});

}  // namespace feedloop
