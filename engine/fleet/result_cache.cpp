#include "engine/fleet/result_cache.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stats/interval.hpp"

namespace feedloop {
namespace {

// Users by sessions before `until`, most first, ties by id.
std::vector<std::pair<std::int64_t, UserId>> by_sessions(const Trace& trace, SimTime until) {
  std::map<UserId, std::int64_t> sessions;
  for (const TracedRequest& r : trace.requests)
    if (r.request.time < until) sessions[r.request.user] += r.request.page == 0;
  std::vector<std::pair<std::int64_t, UserId>> out;
  for (const auto& [user, n] : sessions) out.emplace_back(-n, user);
  std::sort(out.begin(), out.end());
  for (auto& [n, user] : out) n = -n;
  return out;
}

std::size_t heavy(std::size_t users, double share) {
  return static_cast<std::size_t>(std::ceil(share * static_cast<double>(users) - 1e-9));
}

}  // namespace

double heavy_session_share(const Trace& trace, double share) {
  const auto users = by_sessions(trace, trace.until);
  std::int64_t all = 0, theirs = 0;
  for (std::size_t i = 0; i < users.size(); ++i) {
    all += users[i].first;
    if (i < heavy(users.size(), share)) theirs += users[i].first;
  }
  return all > 0 ? static_cast<double>(theirs) / static_cast<double>(all) : kNaN;
}

CacheLoad load_cache(const Trace& trace, const FleetParams& params) {
  const SimTime middle = trace.from + from_seconds(trace.seconds() / 2);
  const auto users = by_sessions(trace, middle);
  std::set<UserId> cached;
  for (std::size_t i = 0; i < heavy(users.size(), params.cached_users); ++i) cached.insert(users[i].second);
  std::map<UserId, SimTime> made;
  double requests = 0, hits = 0, age = 0;
  for (const TracedRequest& r : trace.requests) {
    if (r.request.time < middle) continue;
    ++requests;
    if (!cached.contains(r.request.user)) continue;
    const auto list = made.find(r.request.user);
    if (list == made.end() || (r.request.time - list->second).minutes() > params.cache_minutes) {
      made[r.request.user] = r.request.time;
    } else {
      ++hits;
      age += (r.request.time - list->second).minutes();
    }
  }
  return {requests > 0 ? hits / requests : 0, hits > 0 ? age / hits : 0};
}

}  // namespace feedloop
