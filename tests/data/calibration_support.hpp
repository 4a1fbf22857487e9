// Logs to calibrate on.
#pragma once

#include <filesystem>

#include "base/csv.hpp"
#include "data/interaction_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop {

inline LogSource sample_source() {
  const std::filesystem::path folder = std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "data/sample";
  LogSource source;
  source.log = folder / "events.csv";
  source.items = folder / "items.csv";
  return source;
}

}  // namespace feedloop
