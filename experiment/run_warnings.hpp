// What a run's reader must know before believing its numbers: warnings of a report, by code.
#pragma once

#include <span>
#include <vector>

#include "experiment/guardrail_stop.hpp"
#include "experiment/simulation.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

std::vector<Warning> sample_ratio_warnings(const Report& report);  // sample_ratio_mismatch, few_units
// feature_skew: one for the models of a set of cells, naming every feature that training and serving disagree on.
std::vector<Warning> skew_warnings(const Study& study, std::span<const SkewAlert> alerts);
std::vector<Warning> short_page_warnings(const Study& study, const UnitTable& units, std::int64_t requests);  // short_pages
// event_outside: a scripted event that no day of the run has, or a burst of bots where there are none.
std::vector<Warning> event_warnings(const Study& study);
std::vector<Warning> stop_warnings(const Study& study, std::span<const GuardrailStop::Stop> stops);  // guardrail_stop
std::vector<Warning> collapse_warnings(const Study& study, const Simulation& world);  // exposure_collapse: the alarms' log

}  // namespace feedloop
