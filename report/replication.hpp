// Studies over many runs, for a terminal and as JSON: the power of a design, and a finished run's assignments drawn again. Pure
// functions: nothing is computed here but the layout. In JSON missing numbers are null and infinite ones texts.
#pragma once

#include <string>
#include <vector>

#include "experiment/replication/power_study.hpp"
#include "experiment/replication/rerandomise.hpp"
#include "report/text.hpp"

namespace feedloop {

// Designs in their order; of several, first side by side what each finds and when it stops. `metrics`: those to show, by name;
// empty: those that decide or guard. The JSON has all. Requires: a result.
std::string power_text(const std::vector<PowerResult>& results, const std::vector<std::string>& metrics, TextStyle style = {});
std::string power_json(const std::vector<PowerResult>& results);

struct RerandomisedPage {
  std::string archive, scenario;
  bool identical = false;  // an A/A test: otherwise the text says what that costs
  bool by_past = false;    // metrics are adjusted by the units' past (CUPED)
  Rerandomisation request;
  RerandomisationResult result;
};
std::string rerandomised_text(const RerandomisedPage& page, TextStyle style = {});
std::string rerandomised_json(const RerandomisedPage& page);

}  // namespace feedloop
