// The dashboard: one frame is a function of the state and the newest snapshot. Backends call draw() between their own
// begin and end of a frame; nothing here knows about windows, files or the simulation's thread.
#pragma once

#include <memory>
#include <vector>

#include "gui/app_state.hpp"
#include "gui/views.hpp"

namespace feedloop {

class App {
 public:
  App();
  void draw(const Snapshot* snapshot);  // reads and writes `state`; requires fonts built for the ImGui context
  AppState state;

 private:
  std::vector<std::unique_ptr<View>> views_;
};

// Hands the requests of the last frame to the run, and copies the run's state for the next. Returns the snapshot to draw.
// `twins`: null where nothing can be asked of them.
std::shared_ptr<const Snapshot> sync(AppState& state, RunController& controller, TwinWorlds* twins = nullptr);
// The same for all that the program works on; the twins follow its run.
std::shared_ptr<const Snapshot> sync(AppState& state, Workspace& workspace, TwinWorlds* twins = nullptr);

// The whole frame as JSON: screen, status, position, and every registered element. Ends in a newline.
std::string dump_state(const AppState& state);

}  // namespace feedloop
