// The twin worlds of the run on the screen: on request a second run on its own thread works out the truth, whatever the first
// one is doing. It takes over the first run's warm-up when that is done; its result is that of `feedloop run --truth`.
//
// Threads: options_beside() on the first run's thread, everything else on the UI thread, which never waits here.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "experiment/bubble/bubble.hpp"
#include "gui/session.hpp"

namespace feedloop {

class WarmStart;
class WarmStartStore;
struct RunOptions;
struct Scenario;

struct TwinState {
  RunStatus status = RunStatus::Idle;  // Stopped: the person cancelled
  Progress progress;
  int worlds = 0;                        // that it takes, each about as long as the first run's experiment; 0: unknown
  std::string error;                     // Failed: what was thrown
  std::shared_ptr<const Report> report;  // Finished only, as is the next
  std::shared_ptr<const BubbleReport> bubble;
};

class TwinWorlds {
 public:
  // `wake` is called on the twins' thread after anything that a front-end should redraw for.
  explicit TwinWorlds(std::function<void()> wake = {});
  ~TwinWorlds();  // stops and joins
  TwinWorlds(const TwinWorlds&) = delete;
  TwinWorlds& operator=(const TwinWorlds&) = delete;

  // What the first run is given, so that its warm-up is left to the twins; changes nothing else of it. Good until the next
  // call.
  RunOptions options_beside(const Scenario& scenario);

  // The run on the screen; null: none. Twins of another one end and are forgotten. Returns whether it is another.
  bool follow(std::shared_ptr<const Scenario> scenario);
  void start();   // unless it runs or has finished, or there is no run to follow
  void cancel();  // at the end of the epoch in progress
  TwinState state();

 private:
  struct Run;  // one set of twins

  std::shared_ptr<WarmStart> warm_of(const Scenario& scenario);
  void retire();
  void bury();

  const std::function<void()> wake_;
  std::shared_ptr<const Scenario> scenario_;
  std::unique_ptr<Run> run_;
  std::vector<std::unique_ptr<Run>> retired_;  // told to stop; gone when they have

  std::mutex mutex_;
  std::shared_ptr<const Scenario> warm_scenario_;  // whose warm-up is kept
  std::shared_ptr<WarmStart> warm_;
  std::unique_ptr<WarmStartStore> store_;  // of the first run
};

}  // namespace feedloop
