// Which slots the eye reaches: position-based model (Richardson, Dominowska, Ragno 2007; Craswell et al. 2008).
#pragma once

#include "sim/params.hpp"

namespace feedloop {

// P(slot is examined), slot 1-based: slot^-eta.
double examination_probability(int slot, const ExaminationParams& p);

}  // namespace feedloop
