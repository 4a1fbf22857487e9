#include "sim/choice.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

Pull pull(const UserTraits& user, const UserState& state, const ItemTruth& item, double residual, SimTime now,
          const AffinityScale& scale, const ChoiceParams& p, const ItemParams& items) {
  const double s = (dot(state.taste, item.v) - scale.mean) / scale.sd;
  const auto c = static_cast<std::size_t>(item.category);
  const double age_days = std::max(0.0, (now - item.uploaded).days());
  Pull out;
  out.appeal = p.intercept + item.appeal + p.affinity * s + p.quality * item.quality +
               p.clickbait * user.susceptibility * item.clickbait + p.trust * state.trust -
               p.fatigue * std::log1p(static_cast<double>(state.fatigue[c])) - state.aversion[c] +
               p.device * (static_cast<double>(user.device) - 1.0) +
               items.freshness_appeal * std::exp(-age_days / items.freshness_days);
  out.relevance = p.relevance_affinity * s + p.relevance_quality * item.quality - p.relevance_clickbait * item.clickbait +
                  p.relevance_residual * residual;
  return out;
}

}  // namespace feedloop
