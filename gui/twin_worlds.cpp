#include "gui/twin_worlds.hpp"

#include <algorithm>

#include "experiment/bubble/twins.hpp"

namespace feedloop {
namespace {

bool same(const Scenario& a, const Scenario& b) {
  return a.seed() == b.seed() && a.name == b.name && a.toml == b.toml && a.sets == b.sets;
}

// Snapshots of the twins' mixed world would cost time and are shown nowhere.
class ProgressOnly final : public Observer {
 public:
  explicit ProgressOnly(Observer& to) : to_(to) {}
  void on_progress(const Progress& progress) override { to_.on_progress(progress); }
  bool stop_requested() override { return to_.stop_requested(); }

 private:
  Observer& to_;
};

}  // namespace

struct TwinWorlds::Run {
  struct Found {
    std::mutex mutex;
    std::shared_ptr<const BubbleReport> bubble;
  };

  Run(std::shared_ptr<const Scenario> scenario, std::shared_ptr<WarmStart> warm, std::function<void()> wake)
      : controller(
            [scenario = std::move(scenario), warm = std::move(warm), found = found](Observer& observer) {
              ProgressOnly quiet(observer);
              TwinResult result = run_twins(*scenario, warm, &quiet);
              const std::lock_guard lock(found->mutex);
              found->bubble = std::move(result.bubble);
              return std::move(result.report);
            },
            std::move(wake)) {}

  // A controller says Idle until its thread has woken up.
  RunStatus status() const {
    const RunStatus now = controller.state().status;
    return now == RunStatus::Idle ? RunStatus::Running : now;
  }

  std::shared_ptr<Found> found = std::make_shared<Found>();
  RunController controller;
};

TwinWorlds::TwinWorlds(std::function<void()> wake) : wake_(std::move(wake)) {}

TwinWorlds::~TwinWorlds() = default;

std::shared_ptr<WarmStart> TwinWorlds::warm_of(const Scenario& scenario) {
  const std::lock_guard lock(mutex_);
  if (warm_scenario_ == nullptr || !same(*warm_scenario_, scenario)) {
    warm_scenario_ = std::make_shared<const Scenario>(scenario);
    warm_ = std::make_shared<WarmStart>();
  }
  return warm_;
}

RunOptions TwinWorlds::options_beside(const Scenario& scenario) {
  store_ = std::make_unique<WarmStartStore>(warm_of(scenario), scenario);
  RunOptions options;
  options.checkpoints = store_.get();
  return options;
}

void TwinWorlds::retire() {
  run_->controller.stop();
  retired_.push_back(std::move(run_));
}

void TwinWorlds::bury() {
  std::erase_if(retired_, [](const std::unique_ptr<Run>& r) { return r->status() != RunStatus::Running; });
}

bool TwinWorlds::follow(std::shared_ptr<const Scenario> scenario) {
  bury();
  const bool as_before = scenario == scenario_ || (scenario != nullptr && scenario_ != nullptr && same(*scenario, *scenario_));
  scenario_ = std::move(scenario);
  if (as_before) return false;
  if (run_ != nullptr) retire();
  return true;
}

void TwinWorlds::start() {
  if (scenario_ == nullptr) return;
  if (run_ != nullptr) {
    const RunStatus now = run_->status();
    if (now == RunStatus::Running || now == RunStatus::Finished) return;
  }
  run_ = std::make_unique<Run>(scenario_, warm_of(*scenario_), wake_);
  run_->controller.play();
}

void TwinWorlds::cancel() {
  if (run_ != nullptr) run_->controller.stop();
}

TwinState TwinWorlds::state() {
  bury();
  TwinState out;
  if (scenario_ != nullptr) out.worlds = twin_worlds(*scenario_);
  if (run_ == nullptr) return out;
  const RunState now = run_->controller.state();
  out.status = now.status == RunStatus::Idle ? RunStatus::Running : now.status;
  out.progress = now.progress;
  out.error = now.error;
  out.report = now.report;
  if (now.status != RunStatus::Finished) return out;
  const std::lock_guard lock(run_->found->mutex);
  out.bubble = run_->found->bubble;
  return out;
}

}  // namespace feedloop
