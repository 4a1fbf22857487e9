#include "experiment/bubble/twins.hpp"

#include <cmath>

#include "base/check.hpp"
#include "experiment/bubble/recorder.hpp"
#include "stats/tails.hpp"

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

namespace {

double over_control(const ExperimentReport& experiment, const TruthReport& truth, double effect) {
  if (experiment.variants.empty()) return kNoValue;
  for (const MetricValue& m : experiment.variants.front().metrics)
    if (m.name == truth.metric) return m.value == 0 ? kNoValue : effect / std::abs(m.value);
  return kNoValue;
}

}  // namespace

double true_lift(const ExperimentReport& experiment, const TruthReport& truth) {
  return over_control(experiment, truth, truth.effect);
}

Interval true_lift_ci(const ExperimentReport& experiment, const TruthReport& truth, double confidence) {
  const double half = normal_isf((1 - confidence) / 2) * truth.se;
  return {over_control(experiment, truth, truth.effect - half), over_control(experiment, truth, truth.effect + half)};
}

}  // namespace feedloop
