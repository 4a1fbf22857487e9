// The archives of runs in a folder, as the Runs screen lists them: read without running anything, on whatever thread asks.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "experiment/comparison.hpp"
#include "experiment/snapshot.hpp"
#include "gui/opened_run.hpp"

namespace feedloop {

struct RunEntry {
  std::filesystem::path path;
  std::filesystem::file_time_type changed;  // and with the size, how a file is known again
  std::uintmax_t bytes = 0;
  std::string error;    // why it cannot be read; the rest is then empty
  bool in_use = false;  // another process writes it, or this one's run
  OpenedRun run;
  std::string when;     // "2026-11-26 17:40", local time
  std::string differs;  // "days=5, seed=3": what was set over its scenario; empty: nothing
};

// Newest first. Entries of `known` whose file did not change are taken over. Tells the observer how far it is; Interrupted.
std::vector<RunEntry> list_runs(const std::filesystem::path& folder, const std::vector<RunEntry>& known = {},
                                Observer* observer = nullptr);

// Requires: a finished run.
FinishedRun finished_run(const RunEntry& entry);

}  // namespace feedloop
