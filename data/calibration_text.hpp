// What `feedloop calibrate` prints: per parameter what was estimated, what was assumed, what no such log can tell; and the
// source beside a log regenerated from the fitted world.
#pragma once

#include <string>

#include "data/calibration.hpp"
#include "data/log_statistics.hpp"

namespace feedloop {

std::string calibration_text(const InteractionLog& log, const Calibration& fit, const LogSource& source);
std::string comparison_text(const LogStatistics& source, const LogStatistics& regenerated);

}  // namespace feedloop
