#include "experiment/fleet_recorder.hpp"

#include "engine/fleet/fanout.hpp"
#include "engine/fleet/result_cache.hpp"

namespace feedloop {
namespace {

constexpr Duration kSeen = kDay * 2;  // one day tells who is heavy, the next is served

}  // namespace

FleetRecorder::FleetRecorder(const Study& study, SimTime from) : study_(study), from_(from), traces_(study.assignment.cells()) {
  for (std::size_t c = 0; c < traces_.size(); ++c) facts_.push_back({.cell = study.cell_name(c)});
}

void FleetRecorder::add(std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    TracedRequest& r = traces_[page.cell].requests.emplace_back(TracedRequest{page.request, {}});
    for (const SlotOutcome& o : page.outcome.slots) r.actions += o.clicked;
  }
}

void FleetRecorder::end_day(SimTime now) {
  for (std::size_t c = 0; c < traces_.size(); ++c) {
    Trace& trace = traces_[c];
    trace.from = now - kSeen;
    trace.until = now;
    std::erase_if(trace.requests, [&](const TracedRequest& r) { return r.request.time < trace.from; });
    if (trace.from < from_ || trace.requests.empty()) continue;
    const auto fleet = study_.cells[c].read<FleetParams>("fleet");
    const CacheLoad cache = load_cache(trace, fleet);
    const FanoutLoad queue = load_fanout(trace, fleet);
    facts_[c] = {.cell = facts_[c].cell,
                 .requests = static_cast<std::int64_t>(trace.requests.size()),
                 .cached_users = fleet.cached_users,
                 .cache_minutes = fleet.cache_minutes,
                 .hits = cache.hits,
                 .age_minutes = cache.age_minutes,
                 .updates_a_click = fleet.fanout,
                 .load = queue.utilisation,
                 .wait_s = queue.mean_wait_s,
                 .growth = queue.growth,
                 .longest = queue.longest};
  }
}

}  // namespace feedloop
