#include "gui/settings.hpp"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

double number_of(const json& from, const char* key, double initial, double low, double high) {
  const auto found = from.find(key);
  if (found == from.end() || !found->is_number()) return initial;
  const double x = found->get<double>();
  return x >= low && x <= high ? x : initial;
}

std::string text_of(const json& from, const char* key, const std::string& initial) {
  const auto found = from.find(key);
  return found != from.end() && found->is_string() ? found->get<std::string>() : initial;
}

}  // namespace

fs::path settings_file() {
  const auto folder = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr || *value != '/' ? fs::path() : fs::path(value);
  };
  fs::path config = folder("XDG_CONFIG_HOME");
  if (config.empty() && !folder("HOME").empty()) config = folder("HOME") / ".config";
  return config.empty() ? config : config / "feedloop" / "dashboard.json";
}

DashboardSettings load_settings(const fs::path& file) {
  DashboardSettings out;
  if (file.empty()) return out;
  json from;
  try {
    from = json::parse(read_file(file), nullptr, false);
  } catch (const Error&) {
    return out;  // the first start
  }
  if (!from.is_object()) return out;
  out.width = static_cast<int>(number_of(from, "width", out.width, 640, 16'384));
  out.height = static_cast<int>(number_of(from, "height", out.height, 400, 16'384));
  out.zoom = number_of(from, "zoom", out.zoom, 0.5, 3);
  out.theme = text_of(from, "theme", out.theme);
  out.last_scenario = text_of(from, "last_scenario", out.last_scenario);
  for (const auto& [name, to] : {std::pair{"dashes", &out.dashes}, std::pair{"tour_done", &out.tour_done}})
    if (const auto found = from.find(name); found != from.end() && found->is_boolean()) *to = found->get<bool>();
  if (const auto found = from.find("seconds_per_user_day"); found != from.end() && found->is_object()) {
    for (const auto& [name, value] : found->items())
      if (value.is_number() && value.get<double>() > 0 && std::isfinite(value.get<double>()))
        out.seconds_per_user_day[name] = value.get<double>();
  }
  return out;
}

bool save_settings(const fs::path& file, const DashboardSettings& settings) {
  if (file.empty()) return false;
  const json out{{"width", settings.width},         {"height", settings.height},
                 {"zoom", settings.zoom},           {"theme", settings.theme},
                 {"dashes", settings.dashes},       {"last_scenario", settings.last_scenario},
                 {"tour_done", settings.tour_done}, {"seconds_per_user_day", settings.seconds_per_user_day}};
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  try {
    write_file(file, out.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace feedloop
