// The A/A false-positive meter: experiments in which nothing was done, repeated in the background, and how often each stopping
// rule found something all the same (experiment/replication/false_positives.hpp). The world that was lived is kept, so that
// another metric of the same scenario needs no second one.
//
// Every member may be called from any thread; none blocks but the destructor, which waits for the epoch in progress.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "experiment/replication/false_positives.hpp"
#include "gui/background.hpp"

namespace feedloop {

struct AaRequest {
  std::shared_ptr<const Scenario> scenario;
  std::size_t experiment = 0, treatment = 1;
  std::string metric;
  std::int64_t repeats = 200;
};

enum class AaStage { Idle, Living, Repeating, Done, Cancelled, Failed };

struct AaState {
  AaStage stage = AaStage::Idle;
  AaRequest request = {};      // in work, or done last
  std::string method = {};     // how experiments are made; empty until it is known
  double done = 0;             // share of the stage
  std::string error = {};      // Failed
  FalsePositives result = {};  // so far
  bool working() const { return stage == AaStage::Living || stage == AaStage::Repeating; }
};

class AaMeter {
 public:
  explicit AaMeter(std::function<void()> wake = {});  // called when there is something new to draw

  void start(AaRequest request);  // cancels what is in work
  void cancel();                  // what was measured stays
  AaState state() const;

 private:
  void work(const AaRequest& request, std::int64_t number, Observer& watch);
  // Changes the state of the request of that number, if it is still the one in work.
  void tell(std::int64_t number, const std::function<void(AaState&)>& change);

  mutable std::mutex mutex_;
  AaState state_;
  std::int64_t number_ = 0;  // of requests
  // The work's alone.
  std::shared_ptr<const Scenario> lived_;
  std::size_t lived_experiment_ = 0;
  std::unique_ptr<NullExperiments> experiments_;
  Background background_;  // last: its thread ends before all above
};

}  // namespace feedloop
