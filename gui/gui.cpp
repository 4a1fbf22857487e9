#include "gui/gui.hpp"

#include <chrono>
#include <optional>

#include "experiment/run.hpp"
#include "gui/app.hpp"
#include "gui/backend_glfw.hpp"
#include "gui/backend_null.hpp"
#include "gui/png.hpp"

namespace feedloop {
namespace {

using namespace std::chrono_literals;

constexpr int kSettlingFrames = 4;
constexpr int kInterrupted = 3;

RunController::Work work_of(const Scenario& scenario) {
  return [scenario](Observer& observer) { return run(scenario, {}, &observer); };
}

void start(const GuiOptions& options, App& app, RunController& controller) {
  app.state.scenario = options.scenario.name;
  app.state.question = options.scenario.question;
  const auto params = options.scenario.settings.read<ScenarioParams>("");
  app.state.seed = options.scenario.seed();
  app.state.warmup_days = static_cast<int>(params.warmup_days);
  app.state.days = static_cast<int>(params.days);
  app.state.fixed_dt = options.fixed_dt;
  if (!options.view.empty()) app.state.view = view_index(options.view);
  if (options.until_day >= 0) controller.pause_at(options.until_day);
  controller.play();
}

bool interrupted(const GuiOptions& options) { return options.interrupted && options.interrupted(); }

int take_screenshot(const GuiOptions& options) {
  App app;
  RunController controller(work_of(options.scenario));
  require_writable(options.screenshot);
  if (!options.dump_state.empty()) require_writable(options.dump_state);
  start(options, app, controller);
  while (!controller.wait(50ms)) {
    if (interrupted(options)) return kInterrupted;
  }
  controller.rethrow();
  NullBackend backend(options.width, options.height, options.scale > 0 ? options.scale : 1);
  for (int i = 0; i < kSettlingFrames; ++i) {
    const std::shared_ptr<const Snapshot> snapshot = sync(app.state, controller);
    backend.frame([&] { app.draw(snapshot.get()); });
  }
  write_whole(options.screenshot, png_bytes(backend.render()));
  if (!options.dump_state.empty()) write_whole(options.dump_state, dump_state(app.state));
  return 0;
}

int open_window(const GuiOptions& options) {
  App app;
  GlfwBackend backend("Feedloop: " + options.scenario.name, options.width, options.height, options.scale);
  RunController controller(work_of(options.scenario), &GlfwBackend::wake);
  start(options, app, controller);
  auto dumped = std::chrono::steady_clock::time_point{};
  bool dump_due = false;
  while (backend.wait() && !app.state.quit) {
    if (interrupted(options)) return kInterrupted;
    const auto now = std::chrono::steady_clock::now();
    if (backend.dirty()) {
      for (const KeyPress& key : backend.take_keys()) app.state.keys.push_back(key);
      const std::shared_ptr<const Snapshot> snapshot = sync(app.state, controller);
      backend.frame(app.state.zoom, [&] { app.draw(snapshot.get()); });
      dump_due = !options.dump_state.empty();
    }
    if (dump_due && now - dumped >= 200ms) {
      write_whole(options.dump_state, dump_state(app.state));
      dumped = now;
      dump_due = false;
    }
  }
  return 0;
}

}  // namespace

int run_gui(const GuiOptions& options) { return options.screenshot.empty() ? open_window(options) : take_screenshot(options); }

}  // namespace feedloop
