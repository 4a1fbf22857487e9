// Commands of the screens Stats, Retention and Funnel.
#pragma once

#include <vector>

#include "gui/commands.hpp"

namespace feedloop {

void add_lab_commands(std::vector<Command>& table);

}  // namespace feedloop
