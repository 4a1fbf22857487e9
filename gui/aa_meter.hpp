// The A/A false-positive meter: experiments in which nothing was done, repeated in the background, and how often each stopping
// rule found something all the same (experiment/replication/false_positives.hpp). On a thread of its own; the world that was
// lived is kept, so that another metric of the same scenario needs no second one.
//
// Threads: every member may be called from any; none blocks but the destructor, which waits for the epoch in progress.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "experiment/replication/false_positives.hpp"

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
  AaRequest request;      // in work, or done last
  std::string method;     // how experiments are made; empty until it is known
  double done = 0;        // share of the stage
  std::string error;      // Failed
  FalsePositives result;  // so far
  bool working() const { return stage == AaStage::Living || stage == AaStage::Repeating; }
};

class AaMeter {
 public:
  AaMeter();
  ~AaMeter();
  AaMeter(const AaMeter&) = delete;
  AaMeter& operator=(const AaMeter&) = delete;

  void start(AaRequest request);  // cancels what is in work
  void cancel();                  // what was measured stays
  AaState state() const;
  void set_wake(std::function<void()> wake);           // called on the meter's thread when there is something new to draw
  bool wait(std::chrono::milliseconds timeout) const;  // until nothing is in work; false: it still is

 private:
  class Watch;
  void loop();
  void work(const AaRequest& request);
  void tell(const std::function<void(AaState&)>& change);
  bool cancelled() const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  AaState state_;
  std::function<void()> wake_;
  bool due_ = false, busy_ = false, cancel_ = false, quit_ = false;
  std::shared_ptr<const Scenario> lived_;  // what `experiments_` were made of
  std::size_t lived_experiment_ = 0;
  std::unique_ptr<NullExperiments> experiments_;  // the meter's thread alone
  std::thread thread_;                            // begun by the first start
};

}  // namespace feedloop
