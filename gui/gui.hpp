// The dashboard's front door, for the command line.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "experiment/scenario.hpp"

namespace feedloop {

struct GuiOptions {
  std::optional<Scenario> scenario = {};  // to start with; without it and without an archive: the Setup screen, nothing running
  std::filesystem::path archive = {};     // of a run: shown when finished, else ready to go on with
  std::filesystem::path scenarios = "scenarios", runs = "runs";  // where scenarios are looked for and runs are kept
  std::string screenshot = {};             // write this PNG and return, without any display; empty: open a window
  std::string view = {};                   // screen to open on, by its id; empty: the first
  std::string dump_state = {};             // write what the screen shows as JSON here; with a window, again after every change
  double scale = 0;                        // of the interface; 0: the display's own (1 for a screenshot)
  bool fixed_dt = false;                   // show nothing that depends on wall time
  int width = 0, height = 0;               // pixels; 0: as the window was last, and 1440 x 900 for a screenshot
  double until_day = -1;                   // pause there; negative: run to the end
  bool light = false;                      // light colours, whatever was chosen before
  bool truth = false;                      // a screenshot also waits for the twin worlds and shows the truth
  std::function<bool()> interrupted = {};  // polled; true ends the run and closes
};

// Returns the exit code: 0, or 3 when interrupted. Throws Error: no display, unwritable path, and with `screenshot` what
// the run threw; in a window a failed run is shown instead. A window keeps its runs in archives, also one that is closed
// before its run is over; standard error then says where.
int run_gui(const GuiOptions& options);

}  // namespace feedloop
