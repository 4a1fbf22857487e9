#include "sim/choice.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

Pull pull(const UserTraits& user, const UserState& state, const ItemTruth& item, const Moment& moment,
          const AffinityScale& scale, const ChoiceParams& p, const ItemParams& items) {
  const double s = (dot(state.taste, item.v) - scale.mean) / scale.sd;
  const auto c = static_cast<std::size_t>(item.category);
  const double age_days = std::max(0.0, (moment.now - item.uploaded).days());
  Pull out;
  out.appeal = p.intercept + item.appeal + p.affinity * s + p.quality * item.quality +
               p.clickbait * user.susceptibility * item.clickbait + p.trust * state.trust -
               p.fatigue * std::log1p(static_cast<double>(state.fatigue[c])) - state.aversion_to(item.category) +
               p.device * (static_cast<double>(user.device) - 1.0) +
               items.freshness_appeal * std::exp(-age_days / items.freshness_days) + p.novelty * moment.novelty + moment.shock +
               moment.mix;
  out.relevance = p.relevance_affinity * s + p.relevance_quality * item.quality - p.relevance_clickbait * item.clickbait +
                  p.relevance_residual * moment.residual + moment.mix;
  return out;
}

double disappointment(const Pull& pull, const ChoiceParams& p) {
  return 0.8 * std::max(0.0, pull.appeal - p.intercept - pull.relevance);
}

}  // namespace feedloop
