#include "sim/churn.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"

namespace feedloop {

double churn_hazard(const UserTraits& user, const UserState& state, SimTime day_start, const ChurnParams& p) {
  const double tenure = std::max(0.0, (day_start - user.joined).days());
  const double idle = std::max(0.0, (day_start - state.last_visit).days());
  return logistic(p.intercept + user.frailty - p.satisfaction * state.satisfaction - p.tenure * std::log1p(tenure) +
                  p.recency * std::log1p(idle));
}

void draw_churn(Seed seed, const UserTraits& user, UserState& state, std::int64_t day, const ChurnParams& p) {
  Rng rng = stream(seed, Stream::Churn, request_key(RequestId::make(user.id, static_cast<std::uint32_t>(day + 1), 0, 0)));
  const double u = rng.uniform(), back = rng.uniform();
  if (state.churned) {
    if (back < p.reactivation_per_day) state.churned = false;
  } else {
    state.churned = u < churn_hazard(user, state, local_midnight(day, user.utc_offset_h), p);
  }
}

}  // namespace feedloop
