// Does a treatment change nothing? Then its true effect is exactly 0 and no world need be run to know it: an A/A test.
#pragma once

#include "experiment/scenario.hpp"

namespace feedloop {

// True when the variant's cell has the settings of control's, other layers being in control.
bool null_treatment(const Scenario& scenario, std::size_t experiment, std::size_t variant);

}  // namespace feedloop
