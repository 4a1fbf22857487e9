#include "gui/session.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace feedloop {
namespace {

constexpr double kSameInstant = 1e-7;  // days, a hundredth of a second: below any epoch

constexpr std::chrono::seconds kPublishAtLeast{2};

}  // namespace

std::string_view status_name(RunStatus status) {
  constexpr std::string_view kNames[] = {"idle", "running", "paused", "finished", "stopped", "failed"};
  return kNames[static_cast<int>(status)];
}

RunController::RunController(Work work, std::function<void()> wake)
    : work_(std::move(work)), wake_(std::move(wake)), thread_([this] { loop(); }) {}

RunController::~RunController() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RunController::play() {
  const std::lock_guard lock(mutex_);
  if (state_.status == RunStatus::Idle) start_ = true;
  if (state_.status != RunStatus::Idle && state_.status != RunStatus::Running && state_.status != RunStatus::Paused) return;
  state_.playing = true;
  if (state_.status == RunStatus::Paused) state_.status = RunStatus::Running;
  pace_set_ = false;
  changed_.notify_all();
}

void RunController::pause() {
  const std::lock_guard lock(mutex_);
  state_.playing = false;
  target_day_ = -1;
  changed_.notify_all();
}

void RunController::step(Duration amount) {
  const std::lock_guard lock(mutex_);
  if (state_.status != RunStatus::Paused) return;
  target_day_ = state_.progress.day + amount.days();
  state_.status = RunStatus::Running;
  pace_set_ = false;
  changed_.notify_all();
}

void RunController::set_speed(double hours_per_s) {
  const std::lock_guard lock(mutex_);
  state_.speed = std::max(hours_per_s, 0.0);
  pace_set_ = false;
  changed_.notify_all();
}

void RunController::pause_at(double experiment_day) {
  const std::lock_guard lock(mutex_);
  pause_at_ = experiment_day;
}

void RunController::watch(bool on) {
  const std::lock_guard lock(mutex_);
  watched_ = on;
}

void RunController::stop() {
  const std::lock_guard lock(mutex_);
  if (state_.status == RunStatus::Running || state_.status == RunStatus::Paused || start_) stop_ = true;
  changed_.notify_all();
}

void RunController::reset() {
  const std::lock_guard lock(mutex_);
  reset_ = stop_ = true;
  changed_.notify_all();
}

RunState RunController::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool RunController::wait(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return !start_ && !reset_ && state_.status != RunStatus::Running; });
}

void RunController::rethrow() const {
  std::exception_ptr failure;
  {
    const std::lock_guard lock(mutex_);
    failure = failure_;
  }
  if (failure) std::rethrow_exception(failure);
}

void RunController::notify() {
  changed_.notify_all();
  if (wake_) wake_();
}

void RunController::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (reset_) {
      const double speed = state_.speed;
      state_ = {};
      state_.speed = speed;
      failure_ = nullptr;
      reset_ = start_ = false;
      if (!quit_) stop_ = false;
      notify();
    }
    changed_.wait(lock, [&] { return quit_ || reset_ || start_; });
    if (quit_) return;
    if (reset_) continue;

    start_ = awaiting_snapshot_ = pace_set_ = false;
    target_day_ = -1;
    state_.status = RunStatus::Running;
    meter_ = {Clock::now(), 0, 0};
    publish_due_ = {};
    lock.unlock();
    RunStatus end = RunStatus::Finished;
    std::string error;
    std::exception_ptr failure;
    std::shared_ptr<const Report> report;
    try {
      report = std::make_shared<const Report>(work_(*this));
    } catch (const Interrupted&) {
      end = RunStatus::Stopped;
    } catch (const std::exception& e) {
      end = RunStatus::Failed;
      error = e.what();
      failure = std::current_exception();
    } catch (...) {
      end = RunStatus::Failed;
      error = "the run threw something that is not a std::exception";
      failure = std::current_exception();
    }
    lock.lock();
    state_.status = end;
    state_.playing = false;
    state_.error = std::move(error);
    state_.report = std::move(report);
    failure_ = failure;
    if (!quit_) stop_ = false;
    notify();
  }
}

void RunController::on_progress(const Progress& progress) {
  std::unique_lock lock(mutex_);
  state_.progress = progress;
  measure();
  throttle(lock);
  // The run asks for a snapshot after reporting progress; resting there leaves exactly this instant on the screen. A stage
  // that publishes nothing is caught here, one epoch later.
  if (!pause_due()) return;
  if (awaiting_snapshot_)
    rest(lock);
  else
    awaiting_snapshot_ = true;
}

bool RunController::wants_snapshot() {
  const std::lock_guard lock(mutex_);
  const Progress& p = state_.progress;
  const bool day_ends = p.stage == RunStage::Running && std::abs(p.day - std::round(p.day)) < kSameInstant;
  const bool near_end = p.stage == RunStage::Finished || (p.stage == RunStage::Running && p.day >= p.days - 1.0 / 24);
  asked_ = Clock::now();
  return near_end || day_ends || pause_due() || (watched_ && asked_ >= publish_due_);
}

void RunController::on_snapshot(std::shared_ptr<const Snapshot> snapshot) {
  std::unique_lock lock(mutex_);
  const Clock::time_point now = Clock::now();
  publish_due_ = now + std::clamp<Clock::duration>(20 * (now - asked_), kPublishEvery, kPublishAtLeast);
  state_.snapshot = std::move(snapshot);
  const double day = state_.snapshot->experiment_day;
  const bool day_ends = day > 0.5 && std::abs(day - std::round(day)) < kSameInstant;
  if (day_ends && (state_.days.empty() || state_.days.back()->experiment_day < day - kSameInstant))
    state_.days.push_back(state_.snapshot);
  if (wake_) wake_();
  if (pause_due()) rest(lock);
}

bool RunController::stop_requested() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

bool RunController::pause_due() const {
  if (stop_ || state_.progress.stage == RunStage::Finished) return false;
  if (!state_.playing) return state_.progress.day >= target_day_ - kSameInstant;
  const bool experiment = state_.progress.stage == RunStage::Running && state_.snapshot != nullptr;
  return pause_at_ >= 0 && experiment && state_.progress.day - state_.snapshot->warmup_days >= pause_at_ - kSameInstant;
}

void RunController::rest(std::unique_lock<std::mutex>& lock) {
  awaiting_snapshot_ = false;
  if (state_.playing) {
    state_.playing = false;  // pause_at was reached
    pause_at_ = target_day_ = -1;
  }
  // play() and step() say "running" at once; a pause that overtakes this thread's waking must take that back.
  changed_.wait(lock, [&] {
    if (!pause_due()) return true;
    if (state_.status != RunStatus::Paused) {
      state_.status = RunStatus::Paused;
      notify();
    }
    return false;
  });
  state_.status = RunStatus::Running;
  meter_ = {Clock::now(), state_.progress.day, state_.progress.requests};
}

void RunController::throttle(std::unique_lock<std::mutex>& lock) {
  while (state_.speed > 0 && !stop_ && !pause_due()) {
    const Clock::time_point now = Clock::now();
    if (!pace_set_ || state_.progress.day < pace_.day) pace_ = {now, state_.progress.day, 0};
    pace_set_ = true;
    const double seconds = (state_.progress.day - pace_.day) * 24 / state_.speed;
    const auto due = pace_.wall + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    if (due <= now) return;
    changed_.wait_until(lock, due);
  }
}

void RunController::measure() {
  const Clock::time_point now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - meter_.wall).count();
  const Progress& p = state_.progress;
  if (seconds < 1 && p.day >= meter_.day) return;
  if (p.day >= meter_.day) {
    state_.hours_per_s = (p.day - meter_.day) * 24 / seconds;
    state_.requests_per_s = static_cast<double>(p.requests - meter_.requests) / seconds;
  }
  meter_ = {now, p.day, p.requests};
}

}  // namespace feedloop
