// What the dashboard remembers from one start to the next: $XDG_CONFIG_HOME/feedloop/dashboard.json, or below ~/.config.
// A file that is missing, damaged or cannot be written costs the memory and nothing else.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace feedloop {

struct DashboardSettings {
  int width = 1440, height = 900;  // of the window, pixels
  double zoom = 1;
  std::string theme = "dark";
  std::string last_scenario;  // its file
  bool dashes = false;        // in lines
  bool tour_done = false;
  std::map<std::string, double> seconds_per_user_day;  // measured on this machine, by the scenario's name
  friend bool operator==(const DashboardSettings&, const DashboardSettings&) = default;
};

std::filesystem::path settings_file();  // empty when the environment names no home

// Defaults for whatever is missing, of the wrong type or out of range.
DashboardSettings load_settings(const std::filesystem::path& file);
// Makes the folder if need be. False when it could not be written.
bool save_settings(const std::filesystem::path& file, const DashboardSettings& settings);

}  // namespace feedloop
