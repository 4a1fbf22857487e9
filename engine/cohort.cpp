#include "engine/cohort.hpp"

namespace feedloop {

void ColdParams::describe(Describe& d) {
  d.integer("warm_after", warm_after, {0, 1'000'000}, "clicks", "From this many on a user is served by the full path.");
  d.number("dormant_days", dormant_days, {0.1, 3650}, "days", "Who was away this long is cold again.");
  d.number("content", content, {0, 20}, "", "Below warm_after, quotas of sources that go by content are multiplied by this.");
  d.number("plays", plays, {0, 20}, "", "The same for sources that go by who played what.");
}

Cohort cohort_of(const OnlineFeatures& user, SimTime now, const ColdParams& p) {
  if (user.total_clicks == 0 || (now - user.last_request).days() >= p.dormant_days) return Cohort::Cold;
  const std::int64_t clicks = user.total_clicks - user.clicks_at_return;
  return clicks == 0 ? Cohort::Cold : clicks < p.warm_after ? Cohort::Cool : Cohort::Warm;
}

}  // namespace feedloop
