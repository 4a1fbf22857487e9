// One piece of work beside the run, on a thread of its own, with progress and a way to cancel it. What the work finds it leaves
// where its caller told it to; finished() says that it is there.
//
// Every member may be called from any thread but the work's own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "experiment/snapshot.hpp"

namespace feedloop {

class Background final : private Observer {
 public:
  using Work = std::function<void(Observer&)>;  // asks the observer whether to stop, and tells it how far it is

  // `wake` is called on the work's thread when the work is over, and now and then while it goes on.
  explicit Background(std::function<void()> wake = {});
  ~Background() override;  // cancels and joins
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void start(Work work);  // instead of what is in progress, which is cancelled
  void cancel();

  struct State {
    bool busy = false;
    bool finished = false;   // the last work came to its end: neither cancelled nor failed
    double done = 0;         // share of it, 0..1
    std::string label = {};  // what it is at
    std::string error = {};  // what it threw
  };
  State state() const;

 private:
  void on_progress(const Progress& progress) override;
  bool stop_requested() override;
  void loop();

  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  Work next_;
  bool running_ = false, stop_ = false, quit_ = false;
  std::thread thread_;  // last: everything above outlives it
};

}  // namespace feedloop
