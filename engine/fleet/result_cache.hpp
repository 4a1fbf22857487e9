// Heavy users are few and come often: their pages from a cache. A page is answered from the user's list while that is young
// enough; else the list is made anew. Who is heavy is decided by the sessions of the trace's first half, and the cache is
// measured on the second, as a platform would have to.
#pragma once

#include "engine/fleet/params.hpp"
#include "engine/fleet/trace.hpp"

namespace feedloop {

// Share of all sessions that the most active `share` of the users who came made. NaN without sessions.
double heavy_session_share(const Trace& trace, double share);

struct CacheLoad {
  double hits = 0;         // share of all requests, heavy users' or not, that needed no work
  double age_minutes = 0;  // of the lists that were served from the cache: how old the answer was
};
CacheLoad load_cache(const Trace& trace, const FleetParams& params);

}  // namespace feedloop
