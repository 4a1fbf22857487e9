// The scenarios that the program knows by itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace feedloop {

struct KnownScenario {
  std::filesystem::path file;
  std::string name, question;
  std::string error;  // file, line and reason; when not empty, the scenario cannot be used
};

// Every *.toml below `folder`, those of its sub-folder `dashboard` first, then by path. A folder that is not there: none.
std::vector<KnownScenario> known_scenarios(const std::filesystem::path& folder);

}  // namespace feedloop
