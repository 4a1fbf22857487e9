// What `feedloop calibrate` prints: per parameter what was estimated, what was assumed, what no such log can tell; and the
// source beside a log regenerated from the fitted world.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/calibration.hpp"
#include "data/log_statistics.hpp"

namespace feedloop {

enum class Status : std::uint8_t { Estimated, Assumed, NotIdentifiable };

struct Finding {
  Status status;
  std::string name;             // a key of the world, where it has one
  std::string value, interval;  // of an estimate, at 95 %; empty where there is none
  std::string note;             // how, or why not
};

std::vector<Finding> calibration_findings(const InteractionLog& log, const Calibration& fit, const LogSource& source);
std::string calibration_text(const InteractionLog& log, const Calibration& fit, const LogSource& source);
std::string comparison_text(const LogStatistics& source, const LogStatistics& regenerated);

}  // namespace feedloop
