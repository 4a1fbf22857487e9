// A folder of scenarios and runs of a test's own, and a dashboard that works on it.
#pragma once

#include <string>

#include "gui/app.hpp"
#include "gui/workspace.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop::testing {

inline constexpr const char* kTinyScenario = R"(name = "tiny"
question = "Does the test run?"
warmup_days = 1
days = 3
world.population.users = 150
world.items.count = 150
analysis.min_units = 10
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "treatment"
share = 0.5
engine.value.completion = 1.0
)";

struct TinyFolder {
  TemporaryFolder dir;
  std::filesystem::path scenarios = dir / "scenarios", runs = dir / "runs";
  TinyFolder() {
    std::filesystem::create_directories(scenarios / "dashboard");
    write_file(tiny(), kTinyScenario);
    write_file(scenarios / "broken.toml", "name = \"broken\"\n[[variant]\n");
  }
  WorkspaceOptions options(bool pilots = false) const {
    return {.scenarios = scenarios, .runs = runs, .keep = true, .pilots = pilots};
  }
  std::filesystem::path tiny() const { return scenarios / "dashboard" / "tiny.toml"; }
};

// The dashboard as a window drives it.
struct Desk {
  explicit Desk(WorkspaceOptions options, int width = 1440, int height = 900, double scale = 1)
      : screen(width, height, scale), workspace(std::move(options)) {}
  template <class Done>
  bool until(Done done) {
    for (int i = 0; i < 20'000; ++i) {
      frame();
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return false;
  }
  void frame() {
    screen.snapshot = sync(screen.app.state, workspace);
    screen.frames(1);
  }
  void click(const std::string& path) {
    screen.click(path);
    frame();
    frame();
  }
  bool has(const std::string& path) const { return screen.find(path) != nullptr; }
  AppState& state() { return screen.app.state; }

  Screen screen;
  Workspace workspace;
};

}  // namespace feedloop::testing
