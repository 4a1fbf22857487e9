// A calibration as files: NAME.toml, a scenario that runs, with NAME.items.csv and NAME.users.csv beside it
// (sim/sample_table.hpp), and a log as CSV.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/calibration.hpp"

namespace feedloop {

struct CalibrationPaths {
  std::filesystem::path scenario, items, users;
};
// Throws Error when `scenario` does not end in .toml, or when a file to be written is one of the inputs.
CalibrationPaths calibration_paths(const std::filesystem::path& scenario, const LogSource& source);

std::string scenario_toml(const InteractionLog& log, const Calibration& fit, const CalibrationPaths& paths,
                          const LogSource& source);
std::string item_table(const InteractionLog& log, const Calibration& fit);
std::string user_table(const InteractionLog& log, const Calibration& fit);

// Columns userId, itemId, timestamp: the order of the log. Of impressions itemId, timestamp, position, click, with userId and
// watched_s where the log has them.
std::string events_csv(const InteractionLog& log);
// Columns itemId, category, and of impressions duration_s; several labels joined by |.
std::string items_csv(const InteractionLog& log);

// All or none: everything is written beside its place first, and renamed when all of it is there. Throws Error.
void write_together(const std::vector<std::pair<std::filesystem::path, std::string>>& files);

}  // namespace feedloop
