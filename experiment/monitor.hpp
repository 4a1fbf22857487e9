// Keeps an observer informed while worlds run: progress after every epoch, snapshots when asked. Reads, never changes, the
// run; a run without an observer skips it all.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/experiment_tables.hpp"
#include "experiment/fleet_recorder.hpp"
#include "experiment/funnel_recorder.hpp"
#include "experiment/guardrail_stop.hpp"
#include "experiment/looks.hpp"
#include "experiment/simulation.hpp"
#include "experiment/snapshot.hpp"
#include "experiment/study.hpp"

namespace feedloop {

// What is known of the experiment's own world besides its motion.
struct MixedWorld {
  const ExperimentTables& tables;
  const Looks& looks;
  std::span<const GuardrailStop::Stop> stops;
};

class Monitor {
 public:
  // `total_days`: simulated days over all worlds.
  Monitor(const Study& study, Observer* observer, double total_days);

  void begin_world(RunStage stage, std::string label, SimTime from, SimTime until);
  // After each epoch. `mixed` is null during warm-up and in the truth's worlds.
  void after_epoch(SimTime now, const Simulation& world, std::int64_t new_requests, const MixedWorld* mixed);
  void finish(const MixedWorld& mixed, const std::vector<RunEvent>& events);
  // Where the observer watches the funnel: traces pages of the world, which is about to run, and takes those of an epoch.
  void watch(Simulation& world);
  void pages(std::span<const Interaction> pages);
  // Of the mixed world at its end; null: nobody watched.
  const FunnelFacts* funnel() const { return funnel_facts_.get(); }
  bool stop_requested() const { return observer_ && observer_->stop_requested(); }

 private:
  void record_hour(SimTime now, const ExperimentTables& tables);
  void record_look(SimTime now, const Looks& looks);
  LiveSeries& curve(std::size_t experiment, std::size_t variant, std::string_view metric);
  void publish(SimTime now, const MixedWorld* mixed);

  const Study& study_;
  Observer* observer_;
  double total_days_, days_before_ = 0;  // of worlds that are done
  SimTime from_, until_;
  Progress progress_;
  std::uint64_t sequence_ = 0;
  std::vector<LiveSeries> live_;
  std::vector<RunEvent> events_;                     // as of the last day
  std::unique_ptr<FunnelRecorder> funnel_;           // null: nobody watches
  std::unique_ptr<FleetRecorder> fleet_;             // likewise
  std::shared_ptr<const FunnelFacts> funnel_facts_;  // as of the last snapshot of the mixed world or its warm-up
  std::vector<ExperimentReport> last_;               // of the mixed world, kept through the truth's worlds
  SimTime last_time_;
};

}  // namespace feedloop
