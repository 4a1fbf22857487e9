// Every interaction sets off updates (of followers' feeds, counters, profiles) that one queue works off. The server takes the
// same time for each; it is as fast as gives the queue its utilisation over the trace when an interaction makes one update.
#pragma once

#include "engine/fleet/params.hpp"
#include "engine/fleet/trace.hpp"

namespace feedloop {

struct FanoutLoad {
  double utilisation = 0;  // offered: work that comes, against the time there is
  double mean_wait_s = 0;  // of an update
  double growth = 0;       // updates added to the queue over the trace's second half, as a share of those that came in it
  double longest = 0;      // updates in the queue when it was longest, just after an interaction
};

// Updates of an interaction are of its page's time. Zeros of a trace without actions. To compare days with days the trace
// should last an even number of them.
FanoutLoad load_fanout(const Trace& trace, const FleetParams& params);

}  // namespace feedloop
