// What an experimenter comes to know of while a run goes on, by the day on which they do: for a timeline. Nothing of it is the
// world's truth: a fault shows when it is found, a ramp's steps as they were planned.
#pragma once

#include <span>
#include <vector>

#include "experiment/guardrail_stop.hpp"
#include "experiment/looks.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {

// By day, then in order of layers. `world` is the mixed one, as of now.
std::vector<RunEvent> run_events(const Study& study, const Simulation& world, const Looks& looks,
                                 std::span<const GuardrailStop::Stop> stops);

}  // namespace feedloop
