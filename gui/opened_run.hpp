// An archive as the dashboard shows it: a finished run without running it again, or an unfinished one to go on with.
#pragma once

#include <filesystem>
#include <memory>

#include "data/archive.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

struct OpenedRun {
  std::filesystem::path path;
  ArchiveHead head;
  ArchiveStatus status = ArchiveStatus::Running;  // of an archive that nobody writes: the run was killed
  std::shared_ptr<const Report> report;           // finished runs only
  std::shared_ptr<const Scenario> scenario;       // null when this build cannot read it
  bool same_scenario = false;                     // read again, it is the one that ran
};

// Throws Error with the path and the reason: no archive, damaged, being written.
OpenedRun open_run(const std::filesystem::path& path);

}  // namespace feedloop
