#include "gui/aa_meter.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"

namespace feedloop {

// Passes a world's progress on.
class AaMeter::Watch final : public Observer {
 public:
  explicit Watch(AaMeter& meter) : meter_(meter) {}
  void on_progress(const Progress& p) override {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::milliseconds{50}) return;
    told_ = now;
    meter_.tell([&](AaState& s) {
      if (s.stage == AaStage::Living) s.done = p.done;
    });
  }
  bool stop_requested() override { return meter_.cancelled(); }

 private:
  AaMeter& meter_;
  std::chrono::steady_clock::time_point told_{};
};

AaMeter::AaMeter() = default;

AaMeter::~AaMeter() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = cancel_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void AaMeter::start(AaRequest request) {
  const std::lock_guard lock(mutex_);
  if (request.scenario == nullptr) return;
  cancel_ = busy_;
  state_ = {AaStage::Living, std::move(request), "", 0, "", {}};
  due_ = true;
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  changed_.notify_all();
}

void AaMeter::cancel() {
  const std::lock_guard lock(mutex_);
  if (!state_.working()) return;
  cancel_ = true;
  due_ = false;
  state_.stage = AaStage::Cancelled;
  changed_.notify_all();
}

AaState AaMeter::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void AaMeter::set_wake(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

bool AaMeter::wait(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return !due_ && !state_.working(); });
}

bool AaMeter::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancel_;
}

void AaMeter::tell(const std::function<void(AaState&)>& change) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    if (cancel_) return;  // the state is already another request's, or says that it was cancelled
    change(state_);
    wake = wake_;
  }
  changed_.notify_all();
  if (wake) wake();
}

void AaMeter::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return quit_ || due_; });
    if (quit_) return;
    due_ = cancel_ = false;
    busy_ = true;
    const AaRequest request = state_.request;
    lock.unlock();
    try {
      work(request);
    } catch (const Interrupted&) {
    } catch (const std::exception& e) {
      const std::string what = e.what();
      tell([&](AaState& s) {
        s.stage = AaStage::Failed;
        s.error = what;
      });
    }
    lock.lock();
    busy_ = false;
  }
}

void AaMeter::work(const AaRequest& request) {
  Watch watch(*this);
  if (experiments_ == nullptr || lived_ != request.scenario || lived_experiment_ != request.experiment) {
    experiments_ = nullptr;
    experiments_ = std::make_unique<NullExperiments>(*request.scenario, request.experiment, &watch);
    lived_ = request.scenario;
    lived_experiment_ = request.experiment;
  }
  const auto& metrics = experiments_->metrics();
  if (std::find(metrics.begin(), metrics.end(), request.metric) == metrics.end())
    throw Error("this metric needs more than the pages of an A/A world; choose another");
  tell([&](AaState& s) {
    s.stage = AaStage::Repeating;
    s.done = 0;
    s.method = experiments_->method();
  });
  const FalsePositives all = experiments_->measure(
      request.metric, request.treatment, request.repeats,
      [&](const FalsePositives& so_far) {
        tell([&](AaState& s) {
          s.result = so_far;
          s.done = static_cast<double>(so_far.done) / static_cast<double>(so_far.asked);
        });
        return !cancelled();
      },
      &watch);
  tell([&](AaState& s) {
    s.stage = AaStage::Done;
    s.result = all;
    s.done = 1;
  });
}

}  // namespace feedloop
