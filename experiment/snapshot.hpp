// What a live front-end sees of a running experiment: immutable, self-contained, built between epochs. A front-end holds
// the newest snapshot and never the world. All statistics come computed, by the code that fills the final report.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "experiment/funnel.hpp"
#include "experiment/report.hpp"

namespace feedloop {

enum class RunStage { Preparing, WarmUp, Running, Truth, Finished };

struct Progress {
  RunStage stage = RunStage::Preparing;
  std::string label;          // "warm-up", "experiment", "truth: all treatment"
  double day = 0;             // simulated days done in this world since the start of its warm-up
  double days = 0;            // of this world, warm-up included
  double done = 0;            // share of all the work, over all worlds, 0..1
  std::int64_t requests = 0;  // so far, over all worlds
};

// A curve of one variant, cumulative since t0. Its metric is one of
//   "ctr"                 and, of treatments, "ctr_lift" over control: a point at every full hour that ends an epoch, 1 - alpha
//                         intervals for one look
//   "ctr_lift_sequence"   a point at every daily look, the confidence sequence
//   "exposure_gini"       hourly, without an interval: `low` and `high` are empty
struct LiveSeries {
  std::string variant, metric;
  std::vector<float> day, value, low, high;  // day counts from t0
  std::string layer = {};
};

struct Snapshot {
  std::uint64_t sequence = 0;
  std::string scenario;
  std::uint64_t seed = 0;
  Progress progress;
  double experiment_day = 0;  // since t0; 0 during warm-up
  int warmup_days = 0, days = 0;
  double alpha = 0.05;         // of every test and interval
  std::int64_t min_units = 0;  // in a variant before anything is said of it
  std::vector<MetricInfo> metrics;
  std::vector<ExperimentReport> experiments;  // as a report would say now; effects carry verdicts
  std::vector<LiveSeries> live;
  std::vector<Warning> warnings;
  std::vector<RunEvent> events;               // by day
  std::shared_ptr<const FunnelFacts> funnel;  // null where nobody watches the funnel (Observer::watches_funnel)
};

// Called on the run's own thread, between epochs. A call may block: that pauses the run and changes nothing else.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_progress(const Progress&) {}
  virtual bool wants_snapshot() { return false; }  // asked between epochs; cheap
  virtual void on_snapshot(std::shared_ptr<const Snapshot>) {}
  // Asked once, before the run: should pages be traced through the funnel? Traces change no result.
  virtual bool watches_funnel() const { return false; }
  // Likewise, where the funnel is watched: its cache and queue. Keeps the requests of two days.
  virtual bool watches_fleet() const { return false; }
  virtual bool stop_requested() { return false; }  // true: checkpoint, then throw Interrupted
};

}  // namespace feedloop
