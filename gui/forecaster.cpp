#include "gui/forecaster.hpp"

#include <mutex>
#include <utility>

#include "experiment/run.hpp"

namespace feedloop {

// What the last pilot found.
struct Forecaster::Pilot {
  std::mutex mutex;
  std::shared_ptr<const Scenario> of;
  std::optional<RunExperience> found;
};

Forecaster::Forecaster(std::function<void()> wake) : pilot_(std::make_shared<Pilot>()), pilots_(std::move(wake)) {}
Forecaster::~Forecaster() = default;

void Forecaster::update(const Asked& asked, const std::map<std::string, double>& seconds_per_user_day, Forecast& out) {
  if (asked.scenario == nullptr) {
    out = {};
    return;
  }
  const bool idle = asked.idle;
  if (!idle) pilots_.cancel();
  if (asked.pilots && idle && piloted_ != asked.scenario) {
    piloted_ = asked.scenario;
    out.error.clear();
    pilots_.start([of = piloted_, to = pilot_](Observer& observer) {
      const Report report = feedloop::run(pilot_of(*of), {}, &observer);
      const std::lock_guard lock(to->mutex);
      to->of = of;
      to->found = experience_of(report);
    });
  }
  const Background::State pilot = pilots_.state();
  out.busy = pilot.busy;
  out.done = pilot.done;
  if (!pilot.error.empty()) out.error = pilot.error;
  if (!idle && piloted_ == asked.scenario && !out.fresh) piloted_ = nullptr;  // cancelled: again when there is time
  bool news = false;
  {
    const std::lock_guard lock(pilot_->mutex);
    if (pilot_->found && pilot_->of == piloted_) {
      experience_ = std::exchange(pilot_->found, std::nullopt);
      experience_of_ = asked.file.string();
      out.pilot_users = static_cast<std::int64_t>(experience_->users);
      news = true;
    }
  }
  if (experience_of_ != asked.file.string()) experience_.reset();
  if (!experience_) {
    out.expectation = nullptr;
    out.fresh = false;
    forecast_of_ = nullptr;
    return;
  }
  if (!news && forecast_of_ == asked.scenario) return;
  // Until a pilot of the changed scenario is over, that of the scenario as it was has to do.
  auto expectation = std::make_shared<Expectation>(expect(*asked.scenario, *experience_));
  const auto known = seconds_per_user_day.find(asked.scenario->name);
  out.timed = known != seconds_per_user_day.end();
  if (out.timed)
    expectation->seconds =
        known->second * static_cast<double>(expectation->users) * (expectation->warmup_days + expectation->days);
  out.expectation = std::move(expectation);
  out.fresh = news;
  forecast_of_ = asked.scenario;
}

}  // namespace feedloop
