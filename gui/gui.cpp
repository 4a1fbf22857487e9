#include "gui/gui.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/error.hpp"
#include "experiment/run.hpp"
#include "gui/app.hpp"
#include "gui/backend_glfw.hpp"
#include "gui/backend_null.hpp"
#include "gui/lost_display.hpp"
#include "gui/png.hpp"
#include "gui/settings.hpp"
#include "gui/twin_worlds.hpp"
#include "gui/workspace.hpp"

namespace feedloop {
namespace {

using namespace std::chrono_literals;

constexpr int kSettlingFrames = 4;
constexpr int kInterrupted = 3;
constexpr int kWidth = 1440, kHeight = 900;

WorkspaceOptions workspace_options(const GuiOptions& options, TwinWorlds& twins, bool window,
                                   const DashboardSettings& settings) {
  WorkspaceOptions out{.scenarios = options.scenarios, .runs = options.runs, .keep = window};
  out.run_options = [&twins](const Scenario& scenario) { return twins.options_beside(scenario); };
  out.seconds_per_user_day = settings.seconds_per_user_day;
  if (window) out.wake = &GlfwBackend::wake;
  return out;
}

// What Setup begins with when nothing was asked for: what it was last, else a filter bubble if there is one, else what can be
// used.
void choose_first(Workspace& workspace, const std::string& last) {
  const std::vector<KnownScenario>& known = *workspace.state().known;
  if (std::error_code ignored; !last.empty() && std::filesystem::exists(last, ignored)) {
    workspace.apply({RunRequest::Kind::Choose, 0, last});
    if (workspace.state().chosen != nullptr) return;
    workspace.apply({RunRequest::Kind::Dismiss});
  }
  const KnownScenario* first = nullptr;
  for (const std::string_view name : {"filter_bubble", "quickstart", ""}) {
    for (const KnownScenario& s : known)
      if (first == nullptr && s.error.empty() && (name.empty() || s.file.stem() == name)) first = &s;
  }
  if (first != nullptr) workspace.apply({RunRequest::Kind::Choose, 0, first->file.string()});
}

void begin(const GuiOptions& options, App& app, Workspace& workspace, const DashboardSettings& settings) {
  app.state.fixed_dt = options.fixed_dt;
  if (options.light) app.state.light = true;
  app.state.view = view_index("live");
  if (options.until_day >= 0) workspace.controller().pause_at(options.until_day);
  if (options.scenario) {
    workspace.choose(*options.scenario);
    workspace.apply({RunRequest::Kind::Play});
  } else if (!options.archive.empty()) {
    workspace.open(options.archive);
  } else {
    choose_first(workspace, settings.last_scenario);
    app.state.view = 0;
  }
  if (!options.view.empty()) app.state.view = view_index(options.view);
  workspace.update();
}

bool interrupted(const GuiOptions& options) { return options.interrupted && options.interrupted(); }

int take_screenshot(const GuiOptions& options) {
  App app;
  require_writable(options.screenshot);
  if (!options.dump_state.empty()) require_writable(options.dump_state);
  TwinWorlds twins;
  Workspace workspace(workspace_options(options, twins, false, {}));
  begin(options, app, workspace, {});
  while (!workspace.controller().wait(50ms)) {
    if (interrupted(options)) return kInterrupted;
  }
  workspace.controller().rethrow();
  sync(app.state, workspace, &twins);
  if (options.truth) {
    app.state.truth.shown = true;
    twins.start();
    while (twins.state().status == RunStatus::Running) {
      if (interrupted(options)) return kInterrupted;
      std::this_thread::sleep_for(50ms);
    }
    if (twins.state().status == RunStatus::Failed) throw Error(twins.state().error);
  }
  NullBackend backend(options.width > 0 ? options.width : kWidth, options.height > 0 ? options.height : kHeight,
                      options.scale > 0 ? options.scale : 1);
  for (int i = 0; i < kSettlingFrames; ++i) {
    const std::shared_ptr<const Snapshot> snapshot = sync(app.state, workspace, &twins);
    backend.frame([&] { app.draw(snapshot.get()); });
    if (!workspace.expects_news()) continue;
    i = 0;  // what it brings has to settle too
    if (interrupted(options)) return kInterrupted;
    std::this_thread::sleep_for(5ms);
  }
  write_whole(options.screenshot, png_bytes(backend.render()));
  if (!options.dump_state.empty()) write_whole(options.dump_state, dump_state(app.state));
  return 0;
}

void leave(Workspace& workspace) {
  const std::filesystem::path kept = workspace.close();
  if (kept.empty()) return;
  fmt::print(stderr, "feedloop: {} keeps the run until here; `feedloop gui '{}'` goes on with it\n", kept.string(),
             kept.string());
}

// What is remembered; with --fixed-dt nothing is, so that what is shown repeats.
void remember(const App& app, const Workspace& workspace, const GlfwBackend& backend, const std::filesystem::path& file,
              DashboardSettings settings) {
  const Vec2 size = backend.window_size();
  if (size.x > 0) settings.width = static_cast<int>(size.x), settings.height = static_cast<int>(size.y);
  settings.zoom = app.state.zoom;
  settings.theme = app.state.light ? "light" : "dark";
  settings.dashes = app.state.dashes;
  settings.tour_done = app.state.tour.done;
  if (!workspace.state().file.empty() && workspace.state().file.extension() == ".toml")
    settings.last_scenario = std::filesystem::absolute(workspace.state().file).string();
  settings.seconds_per_user_day = workspace.seconds_per_user_day();
  save_settings(file, settings);
}

int open_window(const GuiOptions& options) {
  const std::filesystem::path file = options.fixed_dt ? std::filesystem::path() : settings_file();
  const DashboardSettings settings = load_settings(file);
  App app;
  GlfwBackend backend(options.scenario ? "Feedloop: " + options.scenario->name : "Feedloop",
                      options.width > 0 ? options.width : settings.width, options.height > 0 ? options.height : settings.height,
                      options.scale);
  TwinWorlds twins(&GlfwBackend::wake);
  Workspace workspace(workspace_options(options, twins, true, settings));
  app.state.zoom = settings.zoom;
  app.state.light = settings.theme == "light";
  app.state.dashes = settings.dashes;
  app.state.tour.done = settings.tour_done || options.fixed_dt || options.scenario || !options.archive.empty();
  app.state.stats.meter = std::make_shared<AaMeter>(&GlfwBackend::wake);
  begin(options, app, workspace, settings);
  auto dumped = std::chrono::steady_clock::time_point{};
  bool dump_due = false, stopped = false;
  while (backend.wait() && !app.state.quit) {
    stopped = interrupted(options);
    if (stopped) break;
    const auto now = std::chrono::steady_clock::now();
    workspace.controller().watch(backend.visible());
    if (backend.dirty()) {
      for (const KeyPress& key : backend.take_keys()) app.state.keys.push_back(key);
      const std::shared_ptr<const Snapshot> snapshot = sync(app.state, workspace, &twins);
      backend.frame(app.state.zoom, [&] { app.draw(snapshot.get()); });
      if (app.state.animating) backend.animate();
      dump_due = !options.dump_state.empty();
    }
    if (dump_due && now - dumped >= 200ms) {
      write_whole(options.dump_state, dump_state(app.state));
      dumped = now;
      dump_due = false;
    }
  }
  if (options.scenario || !options.archive.empty()) app.state.tour.done = settings.tour_done;  // it was not offered
  remember(app, workspace, backend, file, settings);
  if (display_lost()) fmt::print(stderr, "feedloop: the connection to the display was lost\n");
  leave(workspace);
  return stopped || display_lost() ? kInterrupted : 0;
}

}  // namespace

int run_gui(const GuiOptions& options) { return options.screenshot.empty() ? open_window(options) : take_screenshot(options); }

}  // namespace feedloop
