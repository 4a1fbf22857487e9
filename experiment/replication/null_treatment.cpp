#include "experiment/replication/null_treatment.hpp"

namespace feedloop {

bool null_treatment(const Scenario& scenario, std::size_t experiment, std::size_t variant) {
  std::vector<std::size_t> control(scenario.experiments.size(), 0), treated = control;
  treated[experiment] = variant;
  return scenario.cell_settings(control).values() == scenario.cell_settings(treated).values();
}

}  // namespace feedloop
