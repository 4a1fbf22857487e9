#include "engine/rerank/boosts.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

void boost_scores(const BoostParams& params, Catalog catalog, const OnlineFeatures& user, const Request& request,
                  std::span<Candidate> candidates) {
  const SimTime now = request.time;
  if (params.fresh > 0)
    for (Candidate& c : candidates) {
      const double age_days = std::max(0.0, (now - catalog[c.item.index()].uploaded).days());
      c.score += static_cast<float>(params.fresh * std::exp(-age_days / params.fresh_days));
    }
  const std::uint8_t searched = request.searched > 0 ? request.searched : user.searched;
  if (params.searched > 0 && searched > 0) {
    const double days = request.searched > 0 ? 0 : (now - user.searched_at).days();
    const auto gain = static_cast<float>(params.searched * std::exp2(-days));
    for (Candidate& c : candidates)
      if (catalog[c.item.index()].category.index() + 1 == searched) c.score += gain;
  }
  const auto& dismissals = user.category_dismissals;
  if (params.dismissed > 0 && std::any_of(dismissals.begin(), dismissals.end(), [](float x) { return x > 0; })) {
    const auto each = static_cast<float>(params.dismissed * dismissals_kept(now - user.updated));
    for (Candidate& c : candidates) c.score -= each * user.dismissals(catalog[c.item.index()].category);
  }
}

}  // namespace feedloop
