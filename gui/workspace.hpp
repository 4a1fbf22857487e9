// What the program works on: the scenarios it knows, the one that was chosen with what the person says over it, and the run:
// in motion, kept in an archive as `feedloop run` keeps it, or a finished archive that is only shown.
//
// UI thread only; the run has its controller's thread. What screens see is WorkState, a plain copy.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/run.hpp"
#include "gui/session.hpp"

namespace feedloop {

struct RunRequest;

struct KnownScenario {
  std::filesystem::path file;
  std::string name, question;
  std::string error;  // file, line and reason; when not empty, the scenario cannot be used
};

// Every *.toml below `folder`, those of its sub-folder `dashboard` first, then by path. A folder that is not there: none.
std::vector<KnownScenario> known_scenarios(const std::filesystem::path& folder);

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
  // The chosen scenario is not the one on the screen: it applies after a reset.
  bool pending() const;
};

struct WorkspaceOptions {
  std::filesystem::path scenarios = "scenarios", runs = "runs";
  bool keep = true;  // runs in archives
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
  void set(const std::string& assignment);
  void unset(const std::string& key);
  void revert();  // forgets all sets
  // Shows a finished archive, or makes an unfinished one the run that play goes on with. Throws Error.
  void open(const std::filesystem::path& archive);

  // Carries out what a screen asked for; failures become the notice. update() once a frame, after the last of them.
  void apply(const RunRequest& request);
  void update();

  RunState run() const;
  const WorkState& state() const { return state_; }
  RunController& controller() { return controller_; }

  // Ends a run in motion. Returns the archive that keeps it to go on with, or empty when there is none.
  std::filesystem::path close();

 private:
  struct Desk;

  void start();
  void reset();
  void adopt(std::shared_ptr<const Scenario> base, std::shared_ptr<const Scenario> chosen);
  bool reload(std::vector<std::string> sets);

  WorkspaceOptions options_;
  WorkState state_;
  std::optional<RunState> opened_;
  std::shared_ptr<Desk> desk_;    // shared with the run's thread
  std::filesystem::path resume_;  // an unfinished archive that the next start goes on with
  // Until the controller is idle again; then the unfinished archive goes, and then what was asked to start starts.
  bool resetting_ = false, forgetting_ = false, start_due_ = false;
  RunController controller_;  // last: its thread ends before all above
};

}  // namespace feedloop
