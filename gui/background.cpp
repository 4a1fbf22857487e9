#include "gui/background.hpp"

#include <exception>
#include <utility>

#include "base/error.hpp"

namespace feedloop {

Background::Background(std::function<void()> wake) : wake_(std::move(wake)), thread_([this] { loop(); }) {}

Background::~Background() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Background::start(Work work) {
  const std::lock_guard lock(mutex_);
  stop_ = running_;
  next_ = std::move(work);
  state_ = {.busy = true};
  changed_.notify_all();
}

void Background::cancel() {
  const std::lock_guard lock(mutex_);
  stop_ = running_;
  next_ = {};
  if (!running_) state_ = {};
}

Background::State Background::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Background::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return quit_ || next_; });
    if (quit_) return;
    const Work work = std::exchange(next_, {});
    state_ = {.busy = true};
    stop_ = false;
    running_ = true;
    lock.unlock();
    std::string error;
    bool finished = false;
    try {
      work(*this);
      finished = true;
    } catch (const Interrupted&) {
      // Cancelled: nobody waits for it.
    } catch (const std::exception& e) {
      error = e.what();
    }
    lock.lock();
    running_ = false;
    if (!next_) state_ = {.busy = false, .finished = finished && !stop_, .done = 1, .label = {}, .error = std::move(error)};
    if (wake_) wake_();
  }
}

void Background::on_progress(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  const bool shown = progress.done - state_.done >= 0.01 || progress.label != state_.label;
  if (!shown) return;
  state_.done = progress.done;
  state_.label = progress.label;
  if (wake_) wake_();
}

bool Background::stop_requested() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

}  // namespace feedloop
