// Runs an experiment on its own thread and lets a front-end steer it. Results never depend on the steering: pausing and
// slowing only make the run's thread wait between epochs.
//
// Threads: every member may be called from any thread; in practice the UI thread calls and the run's thread is private.
// Snapshots are immutable and handed over as shared_ptr under one mutex: at most every kPublishEvery of wall time, seldom
// enough that building them takes under a twentieth of the run's time, and always when the run pauses, at the end of each day
// of the experiment, and near its end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "experiment/snapshot.hpp"

namespace feedloop {

enum class RunStatus { Idle, Running, Paused, Finished, Stopped, Failed };
std::string_view status_name(RunStatus status);

struct RunState {
  RunStatus status = RunStatus::Idle;
  bool playing = false;           // what was asked for; status follows when the epoch in progress ends
  Progress progress;              // the newest, also while no snapshot is published
  double speed = 0;               // asked for, simulated hours per wall second; 0 = as fast as possible
  double hours_per_s = kNoValue;  // measured over the last second; NaN until known
  double requests_per_s = kNoValue;
  std::string error;                                  // Failed: what the run threw
  std::shared_ptr<const Snapshot> snapshot;           // the newest; stays after the run ended, until reset
  std::vector<std::shared_ptr<const Snapshot>> days;  // the one at the end of each day of the experiment, ascending
  std::shared_ptr<const Report> report;               // Finished only
};

class RunController final : private Observer {
 public:
  using Work = std::function<Report(Observer&)>;  // called once per start, on the run's thread
  static constexpr std::chrono::milliseconds kPublishEvery{33};

  // `wake` is called on the run's thread after anything that a front-end should redraw for.
  explicit RunController(Work work, std::function<void()> wake = {});
  ~RunController() override;  // stops the run and joins
  RunController(const RunController&) = delete;
  RunController& operator=(const RunController&) = delete;

  void play();                           // starts when idle, resumes when paused
  void pause();                          // at the end of the epoch in progress
  void step(Duration amount);            // only while paused: runs on by simulated `amount`, then pauses again
  void set_speed(double hours_per_s);    // 0 = as fast as possible
  void pause_at(double experiment_day);  // pauses by itself there; once
  void watch(bool on);                   // off: nobody looks, so snapshots come at the end of days, and at rest, alone
  void stop();                           // ends the run; its last snapshot stays
  void reset();                          // stops if need be and forgets everything

  RunState state() const;
  // Blocks until the run is neither starting nor running, or `timeout` passed. Returns whether it came to rest.
  bool wait(std::chrono::milliseconds timeout) const;
  void rethrow() const;  // throws again what ended a Failed run

 private:
  using Clock = std::chrono::steady_clock;

  void on_progress(const Progress& progress) override;
  bool wants_snapshot() override;
  void on_snapshot(std::shared_ptr<const Snapshot> snapshot) override;
  bool stop_requested() override;
  bool watches_funnel() const override { return true; }
  bool watches_fleet() const override { return true; }

  void loop();
  void measure();
  void rest(std::unique_lock<std::mutex>& lock);
  void throttle(std::unique_lock<std::mutex>& lock);
  bool pause_due() const;
  void notify();

  const Work work_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  RunState state_;
  std::exception_ptr failure_;
  bool start_ = false, stop_ = false, reset_ = false, quit_ = false;
  double target_day_ = -1;  // of progress.day: while not playing, run until here
  bool watched_ = true;
  double pause_at_ = -1;                       // of the experiment
  bool awaiting_snapshot_ = false;             // a pause is due and the run was asked for a snapshot of it
  Clock::time_point asked_{}, publish_due_{};  // a snapshot was asked for; the next may be
  struct Anchor {
    Clock::time_point wall;
    double day = 0;
    std::int64_t requests = 0;
  };
  Anchor pace_, meter_;  // for throttling; for measuring
  bool pace_set_ = false;

  std::thread thread_;  // last: everything above outlives it
};

}  // namespace feedloop
