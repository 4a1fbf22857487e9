// Where a run's archive goes when nobody said: runs/<scenario>-<seed>.db below the current folder. A finished archive of the
// very same run is replaced, since it would come out the same; anything else is left alone and the next free number taken.
#pragma once

#include <filesystem>
#include <string>

#include "data/archive.hpp"

namespace feedloop {

struct OutputChoice {
  std::filesystem::path path;
  bool replace = false;  // a finished archive of the same run stands there
  bool resume = false;   // an unfinished archive of the same run stands there and was asked for
  std::string note;      // one line for the reader, or empty
};

// `wanted`: what --out said, or empty. Throws Error when --out names something that must not be overwritten, or when --resume
// finds nothing to resume.
OutputChoice choose_output(const std::filesystem::path& wanted, const ArchiveHead& head, bool resume);

}  // namespace feedloop
