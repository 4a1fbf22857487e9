// What the program works on: the scenarios it knows, the one that was chosen with what the person says over it, and the run:
// in motion, kept in an archive as `feedloop run` keeps it, or a finished archive that is only shown.
//
// UI thread only; the run has its controller's thread. What screens see is WorkState, a plain copy.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/replication/replicate.hpp"
#include "experiment/run.hpp"
#include "gui/background.hpp"
#include "gui/forecaster.hpp"
#include "gui/known_scenarios.hpp"
#include "gui/run_list.hpp"
#include "gui/session.hpp"

namespace feedloop {

struct RunRequest;

struct WorkState {
  std::shared_ptr<const std::vector<KnownScenario>> known;
  std::filesystem::path file;                      // of the chosen scenario; empty: none is chosen
  std::vector<std::string> sets;                   // said over it, "key=value", in order
  std::shared_ptr<const Scenario> base, chosen;    // without and with them; null while none is chosen
  std::string refused_key, refused_text, refusal;  // what was last refused, as typed, and why; empty when nothing was
  std::shared_ptr<const Scenario> running;         // what the run on the screen was started with; null before, or not readable
  std::filesystem::path archive;                   // where that run is kept or was opened from; empty: not kept
  bool opened = false;                             // a finished archive, not run here
  std::string notice;                              // one line that the person should know, or empty
  Forecast forecast;
  std::shared_ptr<const std::vector<RunEntry>> runs;  // of the folder of runs; null until asked for
  bool listing = false;
  // The last replication that was asked for, and how far it is.
  std::shared_ptr<const Replication> replication;  // null until its first world is over
  std::filesystem::path replication_of;
  int replication_worlds = 0;
  Background::State replicating;
  // The chosen scenario is not the one on the screen: it applies after a reset.
  bool pending() const;
};

struct WorkspaceOptions {
  std::filesystem::path scenarios = "scenarios", runs = "runs";
  bool keep = true;                                         // runs in archives
  bool pilots = true;                                       // run a small pilot of what is chosen, for the forecast
  std::map<std::string, double> seconds_per_user_day = {};  // of whole runs, by the scenario's name
  // What a run is given besides its archive: watchers, a further store of checkpoints. Called on the run's thread.
  std::function<RunOptions(const Scenario&)> run_options = {};
  std::function<void()> wake = {};  // of the run's controller
};

class Workspace {
 public:
  explicit Workspace(WorkspaceOptions options);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void choose(const std::filesystem::path& file);  // throws Error; then nothing changed
  void choose(Scenario scenario);                  // loaded already, perhaps with sets
  // "key=value" over the chosen scenario; refused values leave it as it was and are told in `refusal`.
  void set(const std::string& assignment);  // or several, a line each, which apply together
  void unset(const std::string& key);
  void revert();  // forgets all sets
  // Shows a finished archive, or makes an unfinished one the run that play goes on with. Throws Error.
  void open(const std::filesystem::path& archive);

  void want_forecast(bool wanted) { forecast_wanted_ = wanted; }  // a screen shows it: pilots may run
  // Carries out what a screen asked for; failures become the notice. update() once a frame, after the last of them.
  void apply(const RunRequest& request);
  void update();

  RunState run() const;
  const WorkState& state() const { return state_; }
  // Something in the background will change what screens show: a pilot, the list of runs, a replication.
  bool expects_news() const { return state_.forecast.busy || state_.listing || state_.replicating.busy; }
  RunController& controller() { return controller_; }
  const std::map<std::string, double>& seconds_per_user_day() const { return options_.seconds_per_user_day; }

  // Writes something on another thread; `job` returns what it wrote or throws Error.
  void start_export(std::function<std::string()> job);
  struct Exported {
    bool busy = false;
    std::string done, error;  // of the one that ended since the last call
  };
  Exported exported();

  // Ends a run in motion. Returns the archive that keeps it to go on with, or empty when there is none.
  std::filesystem::path close();

 private:
  struct Desk;

  void start();
  void reset();
  void adopt(std::shared_ptr<const Scenario> base, std::shared_ptr<const Scenario> chosen);
  bool reload(std::vector<std::string> sets);
  void list();
  void replicate(const std::filesystem::path& archive, int worlds);
  void remove(const std::filesystem::path& archive);
  void take_results();
  void remember_speed();

  WorkspaceOptions options_;
  WorkState state_;
  std::optional<RunState> opened_;
  std::shared_ptr<Desk> desk_;    // shared with the run's thread
  std::filesystem::path resume_;  // an unfinished archive that the next start goes on with
  // Until the controller is idle again; then the unfinished archive goes, and then what was asked to start starts.
  bool resetting_ = false, forgetting_ = false, start_due_ = false, cancel_loading_ = false, forecast_wanted_ = false;
  bool resumed_ = false;  // the run in motion went on with an archive
  RunStatus listed_at_ = RunStatus::Idle;
  struct Found;
  std::shared_ptr<Found> found_;   // shared with the threads below
  bool held_back_ = false;         // the run paused, was slowed, or shared the machine
  const Report* timed_ = nullptr;  // the report whose speed was noted
  // Last: their threads end before all above.
  Forecaster forecaster_;
  Background lists_, replications_, exports_;
  RunController controller_;
};

}  // namespace feedloop
