// What the chosen scenario will take and could find, from a small pilot of it that runs in the background while nothing else
// does.
//
// UI thread only; the pilot has a thread of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "experiment/expectation.hpp"
#include "gui/background.hpp"

namespace feedloop {

struct Forecast {
  std::shared_ptr<const Expectation> expectation;  // null until a pilot of the scenario has run
  bool fresh = false;                              // the pilot was of the scenario as it now stands
  bool busy = false;                               // a pilot runs
  double done = 0;
  std::int64_t pilot_users = 0;
  bool timed = false;  // its seconds come from a whole run on this machine, not from the pilot
  std::string error;   // why there is none
};

class Forecaster {
 public:
  explicit Forecaster(std::function<void()> wake);
  ~Forecaster();  // stops and joins
  Forecaster(const Forecaster&) = delete;
  Forecaster& operator=(const Forecaster&) = delete;

  struct Asked {
    std::shared_ptr<const Scenario> scenario;  // null: none is chosen
    std::filesystem::path file;                // what pilots of it teach is good for all that is said over this file
    bool idle = false;                         // nothing else needs the machine
    bool pilots = true;                        // may run
  };
  // Once a frame. `seconds_per_user_day`: of whole runs on this machine, by the scenario's name.
  void update(const Asked& asked, const std::map<std::string, double>& seconds_per_user_day, Forecast& out);

 private:
  struct Pilot;
  std::shared_ptr<Pilot> pilot_;                 // shared with the pilot's thread
  std::shared_ptr<const Scenario> piloted_;      // what the newest pilot was started for
  std::shared_ptr<const Scenario> forecast_of_;  // what the forecast on the screen was reckoned for
  std::string experience_of_;                    // the file of the scenario that taught `experience_`
  std::optional<RunExperience> experience_;
  Background pilots_;  // last: its thread ends before all above
};

}  // namespace feedloop
