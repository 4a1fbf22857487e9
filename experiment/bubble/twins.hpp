// A run with its truth, for a front-end: the effects of full launches, and the twin worlds' record for maps.
#pragma once

#include <memory>

#include "experiment/bubble/bubble.hpp"
#include "experiment/bubble/warm_start.hpp"
#include "experiment/run.hpp"

namespace feedloop {

struct TwinResult {
  Report report;                               // as of a run with the truth
  std::shared_ptr<const BubbleReport> bubble;  // never null
};

// Takes the warm-up from `warm` when it is there, and keeps it there otherwise. The result is that of run() with the truth, to
// the last bit. Throws what run() throws.
TwinResult run_twins(const Scenario& scenario, std::shared_ptr<WarmStart> warm, Observer* observer = nullptr);

// How many worlds that runs after the warm-up, each about as long as the experiment: the mixed one and one by variant.
int twin_worlds(const Scenario& scenario);

// A true effect over the size of control's value in the experiment: on the axis of the estimated lifts. NaN without a value.
double true_lift(const ExperimentReport& experiment, const TruthReport& truth);
// The lift is exact for the users and the luck of this run: each of them is in both worlds. This is its interval over other
// users like them, from the differences within users, control's value taken as it is. NaN without an error.
Interval true_lift_ci(const ExperimentReport& experiment, const TruthReport& truth, double confidence);

}  // namespace feedloop
