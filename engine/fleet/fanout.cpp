#include "engine/fleet/fanout.hpp"

#include <algorithm>

#include "engine/fleet/queue.hpp"

namespace feedloop {

FanoutLoad load_fanout(const Trace& trace, const FleetParams& params) {
  FanoutLoad load;
  double actions = 0;
  for (const TracedRequest& r : trace.requests) actions += r.actions;
  if (actions == 0 || params.fanout == 0) return load;
  const double service = params.fanout_utilisation * trace.seconds() / actions, middle = trace.seconds() / 2;
  load.utilisation = params.fanout * params.fanout_utilisation;

  // The updates of a page come together: as one job of their length they wait the same, and the k-th also for those before.
  FifoQueue queue;
  double waited = 0, came_late = 0, at_middle = 0;
  bool passed = false;
  for (const TracedRequest& r : trace.requests) {
    const double now = (r.request.time - trace.from).seconds(), updates = r.actions * params.fanout;
    if (!passed && now >= middle) {
      at_middle = queue.backlog_s(middle);
      passed = true;
    }
    if (updates == 0) continue;
    waited += updates * (queue.join(now, updates * service) + (updates - 1) / 2 * service);
    if (passed) came_late += updates;
    load.longest = std::max(load.longest, queue.backlog_s(now) / service);
  }
  load.mean_wait_s = waited / (actions * params.fanout);
  if (came_late > 0) load.growth = (queue.backlog_s(trace.seconds()) - at_middle) / service / came_late;
  return load;
}

}  // namespace feedloop
