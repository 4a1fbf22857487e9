// Export: results as CSV tables, JSON or an HTML page, and a chart as a picture at twice its size. Written off the UI thread;
// nothing that is there is replaced.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "experiment/snapshot.hpp"
#include "gui/app_state.hpp"
#include "gui/soft_raster.hpp"

namespace feedloop {

// Opens the dialog on the chart of that path, which stands on the screen.
void export_chart(AppState& state, const std::string& path);
void draw_export_dialog(AppState& state, const Snapshot* snapshot, const Rect& screen);
std::string suggested_path(const AppState& state, const Snapshot* snapshot, ExportKind kind);

// A run in motion as a report: what its snapshot knows, and nothing of what only the end can tell.
Report report_of(const Snapshot& snapshot);

// Each writes what its name says, or throws Error with path and reason, and returns one line about what was written.
// `archive`: of the finished run, for the table of units; empty: without it.
std::string export_tables(const Report& report, const std::filesystem::path& archive, const std::filesystem::path& folder);
std::string export_text(const std::string& text, const std::filesystem::path& file);
std::string export_picture(const DrawnFrame& drawn, const std::filesystem::path& file);

// The plot of that path as the screen shows it, at `factor` times its size. Between frames only: it draws in a context of its
// own. Throws Error when the screen has no such plot. What is left, turning triangles into pixels and those into a
// file, is the export's own thread's.
DrawnFrame chart_picture(const AppState& state, const Snapshot* snapshot, const std::string& path, double factor = 2);

}  // namespace feedloop
