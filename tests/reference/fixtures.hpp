// Reads the answers of other libraries (a folder of JSON files, one a family; its README is the schema) and compares ours
// by the tolerances they carry.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace feedloop::reference {

using json = nlohmann::json;

// FEEDLOOP_FIXTURES, or ../shared/fixtures/stats beside the sources.
std::filesystem::path folder();

// JSON has no NaN or infinity: the files spell them as texts.
double number(const json& j);
std::vector<double> numbers(const json& j);
std::vector<std::int64_t> counts(const json& j);

// What one case, or one family of cases, came to.
struct Tally {
  int ran = 0, skipped = 0;            // cases
  int fields = 0;                      // values compared
  std::map<std::string, int> lacking;  // field, or operation, that we do not compute -> how often
  std::vector<std::string> faults;     // one line each
  void add(const Tally& other);
};

// Compares every field of `expected` that `got` has. A field "status" other than "OK" asks only that ours is not OK either:
// the word differs by implementation.
Tally compare_case(const json& test_case, const json& got);

}  // namespace feedloop::reference
