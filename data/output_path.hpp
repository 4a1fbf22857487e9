// Where a run's archive goes: what was asked for, else <scenario>-<seed>.db in a folder of runs, or the next free number. No
// archive is ever replaced.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "data/archive.hpp"

namespace feedloop {

struct OutputChoice {
  std::filesystem::path path;
  bool resume = false;  // an unfinished archive of the same run stands there and was asked for
  std::string note;     // one line for the reader, or empty
};

// `wanted`: what --out said, or empty. Throws Error when --out names something that is there and not to be resumed, or when
// --resume finds nothing to resume.
OutputChoice choose_output(const std::filesystem::path& wanted, const ArchiveHead& head, bool resume,
                           const std::filesystem::path& folder = "runs");

// By its first bytes. Throws Error when it is there and cannot be read.
bool is_archive(const std::filesystem::path& file);

// A file that an option asks for beside the archive: "" for none, "-" for standard output.
struct SideOutput {
  std::string option, file;
  bool is_file() const { return !file.empty() && file != "-"; }
};

// Throws Error when one of them would overwrite this archive or any other, or another one's file.
void check_apart(std::span<const SideOutput> outputs, const std::filesystem::path& archive);

}  // namespace feedloop
