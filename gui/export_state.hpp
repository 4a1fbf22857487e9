// The export dialog: what a person chose, and what came of it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "gui/geometry.hpp"

namespace feedloop {

enum class ExportKind { Csv, Json, Html, Png };

struct ExportState {
  bool open = false;
  ExportKind kind = ExportKind::Json;
  std::string path;         // as typed; empty: suggested
  std::size_t chart = 0;    // of those on the screen
  std::string error, done;  // of the last export: path and reason, or what was written
  bool busy = false;

  // Set by draw(), taken by sync().
  bool asked = false;
  Rect window;                       // of the frame
  std::string chart_path;            // in the registry; Png only
  std::function<std::string()> job;  // writes, on another thread; returns what it wrote; throws Error
};

}  // namespace feedloop
