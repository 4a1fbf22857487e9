#include "policies/policy.hpp"

#include <algorithm>
#include <numeric>

#include "base/distributions.hpp"
#include "base/registry.hpp"
#include "policies/collapse_alarm.hpp"
#include "policies/slot_draw.hpp"

namespace feedloop {
namespace {

// The policy's law within its budget. Without a budget below one it draws exactly as the law alone would, word by word.
class Budgeted {
 public:
  Budgeted(const SlotLaw& law, const ExploreParams& explore, const Ranking& ranking)
      : law_(law),
        share_(ranking.cohort == Cohort::Cold                              ? explore.cold_share
               : ranking.cohort == Cohort::Warm && explore.warm_share >= 0 ? explore.warm_share
                                                                           : explore.share),
        new_items_(explore.new_item_share),
        candidates_(ranking.candidates) {}

  bool alone() const { return share_ >= 1 && new_items_ <= 0; }
  // Nothing but the ranking's best is ever drawn, or the law knows no chance and draws every slot.
  bool certain() const { return new_items_ <= 0 && (share_ <= 0 || (share_ >= 1 && law_.certain())); }

  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const {
    if (new_items_ > 0) {
      const std::size_t n = under_exposed(admitted, admitted.size());
      if (n > 0 && bernoulli(rng, new_items_)) {
        std::size_t at = uniform_below(rng, static_cast<std::uint32_t>(n));
        for (std::size_t i = 0;; ++i)
          if (is_new(admitted[i]) && at-- == 0) return i;
      }
    }
    if (share_ < 1 && !bernoulli(rng, share_)) return 0;
    return law_.draw(rng, admitted);
  }

  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const {
    const double p = share_ <= 0 ? 0 : law_.propensity(admitted, i);
    if (alone()) return p;
    const double mixed = share_ * p + (i == 0 ? 1 - share_ : 0);
    if (new_items_ <= 0) return mixed;
    const std::size_t n = under_exposed(admitted, admitted.size());
    if (n == 0) return mixed;
    return (1 - new_items_) * mixed + (is_new(admitted[i]) ? new_items_ / static_cast<double>(n) : 0);
  }

  double propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double mixed) const {
    if (share_ <= 0) return 0;
    const bool any_new = new_items_ > 0 && under_exposed(admitted, admitted.size()) > 0;
    const double weight = share_ * (any_new ? 1 - new_items_ : 1);
    if (weight <= 0) return 0;
    return weight * law_.propensity_error(admitted, i, alone() ? mixed : law_.propensity(admitted, i));
  }

 private:
  bool is_new(std::uint16_t at) const { return candidates_[at].traits.under_exposed; }
  std::size_t under_exposed(std::span<const std::uint16_t> admitted, std::size_t until) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < until; ++i) n += is_new(admitted[i]);
    return n;
  }

  const SlotLaw& law_;
  double share_, new_items_;
  std::span<const Candidate> candidates_;
};

}  // namespace

Slot slot_of(const Candidate& c) {
  Slot s;
  s.item = c.item;
  s.score = c.score;
  s.heads = c.heads;
  s.sources = c.sources;
  s.row = c.row;
  return s;
}

void ExploreParams::describe(Describe& d) {
  d.number("share", share, {0, 1}, "probability",
           "Chance that a slot is drawn by the policy; else it holds the best of the re-ranked candidates left.");
  d.number("cold_share", cold_share, {0, 1}, "probability", "The same for users of whom nothing is known.");
  d.number("warm_share", warm_share, {-1, 1}, "probability",
           "The same for users of engine.cold.warm_after clicks or more; negative = as for all.");
  d.number(
      "new_item_share", new_item_share, {0, 1}, "probability",
      "Chance that a slot is drawn uniformly from the under-exposed items (engine.rerank.exposure.quota), if any may stand "
      "there.");
  d.integer("marginal_draws", marginal_draws, {1, 100000}, "slates",
            "Slates drawn to estimate the probability of an item at a slot where there is no closed form.");
}

void PolicyParams::describe(Describe& d) {
  d.text("name", name, names_of(policy_registry()), "Policy that draws the slate from the ranking.");
  d.group("explore", explore);
  CollapseAlarmParams alarm;
  d.group("alarm", alarm);
  for (const auto& entry : policy_registry()) entry.describe(d);
}

Slate Policy::choose(const Ranking& ranking, const Request& request, Rng rng) const {
  if (ranking.candidates.empty() || ranking.slots <= 0) return {};
  static thread_local SlateRules rules;
  const std::unique_ptr<SlotLaw> own = law(ranking, request, rng);
  const Budgeted law(*own, explore_, ranking);
  Slate slate = draw_slate(ranking, law, rng, rules);
  if (law.certain()) {
    for (Slot& slot : slate.slots) slot.action_set = 1;  // nothing else could have stood there
    return slate;
  }
  const auto sure = [](const Slot& s) { return s.propensity == 1 && s.propensity_error == 0; };
  if (std::all_of(slate.slots.begin(), slate.slots.end(), sure)) return slate;  // and so are all its marginals
  if (!rules.can_bind() && law.alone() && own->marginals(ranking, slate)) return slate;
  estimate_marginals(ranking, law, rng, marginal_draws(), rules, slate);
  return slate;
}

Slot Policy::choose_one(const Ranking& ranking, const Request& request, Rng rng) const {
  const std::unique_ptr<SlotLaw> own = law(ranking, request, rng);
  static thread_local std::vector<std::uint16_t> admitted;
  if (admitted.size() != ranking.candidates.size()) {
    admitted.resize(ranking.candidates.size());
    std::iota(admitted.begin(), admitted.end(), std::uint16_t{0});
  }
  const Budgeted law(*own, explore_, ranking);
  const std::size_t pick = law.draw(rng, admitted);
  Slot slot = slot_of(ranking.candidates[pick]);
  if (learns_from_propensities()) slot.propensity = static_cast<float>(law.propensity(admitted, pick));
  return slot;
}

std::unique_ptr<Policy> make_policy(const Settings& settings) {
  auto policy = find_entry(policy_registry(), std::get<std::string>(settings.at("policy.name")))->make(settings, "policy");
  policy->set_explore(settings.read<ExploreParams>("policy.explore"));
  return policy;
}

}  // namespace feedloop
