#include "gui/aa_meter.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace feedloop {

AaMeter::AaMeter(std::function<void()> wake) : background_(std::move(wake)) {}

void AaMeter::start(AaRequest request) {
  if (request.scenario == nullptr) return;
  const std::lock_guard lock(mutex_);
  state_ = {.stage = AaStage::Living, .request = request};
  background_.start(
      [this, request = std::move(request), number = ++number_](Observer& watch) { work(request, number, watch); });
}

void AaMeter::cancel() {
  const std::lock_guard lock(mutex_);
  if (!state_.working()) return;
  state_.stage = AaStage::Cancelled;
  ++number_;
  background_.cancel();
}

AaState AaMeter::state() const {
  const std::lock_guard lock(mutex_);
  AaState state = state_;
  if (!state.working()) return state;
  const Background::State work = background_.state();
  state.done = work.done;
  return state;
}

void AaMeter::tell(std::int64_t number, const std::function<void(AaState&)>& change) {
  const std::lock_guard lock(mutex_);
  if (number == number_) change(state_);
}

void AaMeter::work(const AaRequest& request, std::int64_t number, Observer& watch) {
  try {
    if (experiments_ == nullptr || lived_ != request.scenario || lived_experiment_ != request.experiment) {
      experiments_ = nullptr;
      experiments_ = std::make_unique<NullExperiments>(*request.scenario, request.experiment, &watch);
      lived_ = request.scenario;
      lived_experiment_ = request.experiment;
    }
    if (std::ranges::find(experiments_->metrics(), request.metric) == experiments_->metrics().end())
      throw Error("this metric needs more than the pages of an A/A world; choose another");
    tell(number, [&](AaState& s) {
      s.stage = AaStage::Repeating;
      s.method = experiments_->method();
    });
    const auto told = [&](const FalsePositives& so_far) {
      tell(number, [&](AaState& s) { s.result = so_far; });
      Progress p;
      p.label = "repeating";
      p.done = static_cast<double>(so_far.done) / static_cast<double>(so_far.asked);
      watch.on_progress(p);
      return !watch.stop_requested();
    };
    experiments_->measure(request.metric, request.treatment, request.repeats, told, &watch);
    tell(number, [](AaState& s) {
      s.stage = AaStage::Done;
      s.done = 1;
    });
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& e) {
    tell(number, [&](AaState& s) {
      s.stage = AaStage::Failed;
      s.error = e.what();
    });
  }
}

}  // namespace feedloop
