#include <algorithm>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "experiment/assignment.hpp"
#include "experiment/scenario.hpp"
#include "tests/fuzz/readers.hpp"
#include "tests/fuzz/refusal.hpp"

namespace feedloop {

bool fuzz_scenario(std::string_view text) {
  constexpr std::string_view kSet = "#set ";
  std::vector<std::string> sets;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (const auto line = text.substr(at, end - at); line.starts_with(kSet)) sets.emplace_back(line.substr(kSet.size()));
    at = end + 1;
  }
  return refusal([&] {
           const std::string toml(text);
           const Scenario s = parse_scenario(toml, "fuzz.toml", sets, TableFiles::Leave);
           FEEDLOOP_CHECK(parse_scenario(toml, "fuzz.toml", sets, TableFiles::Leave).hash() == s.hash(),
                          "read twice, it differs");
           const Assignment assignment(s.experiments);
           FEEDLOOP_CHECK(assignment.cells() >= 2 && assignment.cells() <= kMaxCells, "cells beyond what is allowed");
           std::vector<std::size_t> last;
           for (std::size_t e = 0; e < s.experiments.size(); ++e)
             last.push_back(assignment.variant_in(assignment.cells() - 1, e));
           s.cell_settings(last);
           for (const Experiment& e : s.experiments)
             FEEDLOOP_CHECK(variant_of(e, 1) < e.variants.size(), "a unit in no variant");
         })
      .empty();
}

}  // namespace feedloop
