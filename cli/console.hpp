// The terminal: a progress line while work runs, and Ctrl-C as a request to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "experiment/snapshot.hpp"

namespace feedloop {

// From now on Ctrl-C and SIGTERM ask for a stop (a second one ends at once), and a write past a file-size limit is an error
// to report instead of a signal that kills.
void install_signal_handlers();
bool stop_asked();

// Shows stage, simulated day, speed and time left on standard error when that is a terminal, and nothing when it is piped.
class Console final : public Observer {
 public:
  Console();
  ~Console() override;  // clears the line
  void on_progress(const Progress& progress) override;
  bool stop_requested() override { return stop_asked(); }
  bool watches_funnel() const override { return true; }  // for who opens the archive

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_, last_;
  double done_at_start_ = -1;
};

// The progress line of each of many runs in turn, under the name of the run.
class RunsConsole final : public Observer {
 public:
  void begin(const std::string& run) {
    run_ = run;
    console_.emplace();
  }
  void end() { console_.reset(); }
  void on_progress(const Progress& progress) override {
    Progress named = progress;
    named.label = run_ + ": " + named.label;
    if (console_) console_->on_progress(named);
  }
  bool stop_requested() override { return stop_asked(); }

 private:
  std::string run_;
  std::optional<Console> console_;
};

}  // namespace feedloop
