// Looking back: which moment of the experiment the screens show, and what each daily look at it has said.
#pragma once

#include <string>
#include <vector>

#include "gui/app_state.hpp"

namespace feedloop {

// The snapshot that screens show: the newest or, while reviewing, the one at the end of the last day before the moment
// reviewed (the first when there is none before). Null before the first.
const Snapshot* shown_snapshot(const AppState& state, const Snapshot* newest);
double shown_day(const AppState& state, const Snapshot* newest);  // of the experiment; curves are drawn up to here

// Moves the moment reviewed by simulated `hours`; beyond the newest result, the newest is followed again.
void scrub(AppState& state, double hours);
void scrub_to(AppState& state, double day);

// One look at the focused treatment's headline metric. Daily ones come by themselves and are those of the newest result
// (EffectSeries), of a run in motion as of one that was opened; others were asked for.
struct LookSeen {
  double day = 0;
  double naive_p = kNoValue, always_valid_p = kNoValue;
  bool naive_stops = false, valid_stops = false;  // what a reader of either p would do here
  // The first at which a reader of a single test would have stopped, while always-valid inference had not: after it, that
  // reader's experiment is over.
  bool stopped_early = false;
  bool asked = false;
};
std::vector<LookSeen> looks_seen(const AppState& state);  // up to the moment reviewed, ascending
void take_look(AppState& state);                          // now
// "Look 6 (day 6): a single test said p = 0.031 and would have stopped; always-valid p had not. At look 9 it no longer did"
std::string peeking_sentence(const std::vector<LookSeen>& looks);

}  // namespace feedloop
