// Commands of the screens Stats, Retention and Funnel.
#pragma once

#include <vector>

#include "gui/commands.hpp"

namespace feedloop {

void add_stats_commands(std::vector<Command>& table);
void add_funnel_commands(std::vector<Command>& table);

}  // namespace feedloop
