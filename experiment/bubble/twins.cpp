#include "experiment/bubble/twins.hpp"

#include <cmath>

#include "base/check.hpp"
#include "experiment/bubble/recorder.hpp"

namespace feedloop {

TwinResult run_twins(const Scenario& scenario, std::shared_ptr<WarmStart> warm, Observer* observer) {
  WarmStartStore store(std::move(warm), scenario);
  BubbleRecorder recorder;
  RunOptions options;
  options.truth = true;
  options.checkpoints = &store;
  options.resume = true;
  options.watchers = {&recorder};
  TwinResult result;
  result.report = run(scenario, options, observer);
  result.bubble = recorder.take();
  FEEDLOOP_CHECK(result.bubble != nullptr, "twin worlds begin at t0 and run to the end");
  return result;
}

int twin_worlds(const Scenario& scenario) {
  std::size_t worlds = 1;
  for (const Experiment& e : scenario.experiments) worlds += e.variants.size();
  return static_cast<int>(worlds);
}

double true_lift(const ExperimentReport& experiment, const TruthReport& truth) {
  if (experiment.variants.empty()) return kNoValue;
  for (const MetricValue& m : experiment.variants.front().metrics)
    if (m.name == truth.metric) return m.value == 0 ? kNoValue : truth.effect / std::abs(m.value);
  return kNoValue;
}

}  // namespace feedloop
