// The dashboard's front door, for the command line.
#pragma once

#include <functional>
#include <string>

#include "experiment/scenario.hpp"

namespace feedloop {

struct GuiOptions {
  Scenario scenario;
  std::string screenshot = {};             // write this PNG and return, without any display; empty: open a window
  std::string view = {};                   // screen to open on, by its id; empty: the first
  std::string dump_state = {};             // write what the screen shows as JSON here; with a window, again after every change
  double scale = 0;                        // of the interface; 0: the display's own (1 for a screenshot)
  bool fixed_dt = false;                   // show nothing that depends on wall time
  int width = 1440, height = 900;          // pixels
  double until_day = -1;                   // pause there; negative: run to the end
  std::function<bool()> interrupted = {};  // polled; true ends the run and closes
};

// Returns the exit code: 0, or 3 when interrupted. Throws Error: no display, unwritable path, and with `screenshot` what
// the run threw; in a window a failed run is shown instead.
int run_gui(const GuiOptions& options);

}  // namespace feedloop
