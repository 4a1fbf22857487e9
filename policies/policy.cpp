#include "policies/policy.hpp"

#include <algorithm>
#include <numeric>

#include "base/distributions.hpp"
#include "base/registry.hpp"
#include "policies/collapse_alarm.hpp"
#include "policies/slot_draw.hpp"

namespace feedloop {
namespace {

// Exposure slots stand apart evenly: slot floor(j * slots / (count + 1)), counted from 0, for j = 1..count. Bit k: slot k.
std::uint32_t exposure_slots(std::int64_t count, std::int64_t slots) {
  count = std::min(count, slots);
  std::uint32_t mask = 0;
  for (std::int64_t j = 1; j <= count; ++j) mask |= 1u << (j * slots / (count + 1));
  return mask;
}

// The policy's law within its budget. Without a budget below one and without new items it draws exactly as the law alone would,
// word by word.
class Budgeted {
 public:
  Budgeted(const SlotLaw& law, const ExploreParams& explore, const Ranking& ranking)
      : law_(law),
        share_(ranking.cohort == Cohort::Cold                              ? explore.cold_share
               : ranking.cohort == Cohort::Warm && explore.warm_share >= 0 ? explore.warm_share
                                                                           : explore.share),
        candidates_(ranking.candidates) {
    const auto is_new = [](const Candidate& c) { return c.traits.under_exposed; };
    if (std::none_of(candidates_.begin(), candidates_.end(), is_new)) return;
    new_items_ = explore.new_item_share;
    exposure_ = exposure_slots(explore.exposure_slots, ranking.slots);
  }

  bool alone() const { return share_ >= 1 && !injects(); }
  // Nothing but the ranking's best is ever drawn, or the law knows no chance and draws every slot.
  bool certain() const { return !injects() && one_only(); }

  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted, std::size_t slot) const {
    const Injection in = injection(admitted, slot);
    if (in.share > 0 && bernoulli(rng, in.share)) {
      std::size_t at = uniform_below(rng, static_cast<std::uint32_t>(in.items));
      for (std::size_t i = 0;; ++i)
        if (is_new(admitted[i]) && at-- == 0) return i;
    }
    if (share_ < 1 && !bernoulli(rng, share_)) return 0;
    return law_.draw(rng, admitted);
  }

  double propensity(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t slot) const {
    const Injection in = injection(admitted, slot);
    const double injected = in.share > 0 && is_new(admitted[i]) ? in.share / static_cast<double>(in.items) : 0;
    if (in.share >= 1) return injected;
    const double p = share_ <= 0 ? 0 : law_.propensity(admitted, i);
    return (1 - in.share) * (share_ * p + (i == 0 ? 1 - share_ : 0)) + injected;
  }

  double propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double mixed, std::size_t slot) const {
    const double weight = share_ * (1 - injection(admitted, slot).share);
    if (weight <= 0) return 0;
    return weight * law_.propensity_error(admitted, i, alone() ? mixed : law_.propensity(admitted, i));
  }

  std::size_t action_set(std::span<const std::uint16_t> admitted, std::size_t slot) const {
    const Injection in = injection(admitted, slot);
    return in.share >= 1 ? in.items : in.share <= 0 && one_only() ? 1 : admitted.size();
  }

 private:
  struct Injection {
    double share = 0;       // probability that the slot is drawn from the new items
    std::size_t items = 0;  // those admitted
  };
  Injection injection(std::span<const std::uint16_t> admitted, std::size_t slot) const {
    if (!injects()) return {};
    const auto n = std::count_if(admitted.begin(), admitted.end(), [this](std::uint16_t at) { return is_new(at); });
    if (n == 0) return {};
    return {exposure_ >> slot & 1 ? 1 : new_items_, static_cast<std::size_t>(n)};
  }
  bool injects() const { return new_items_ > 0 || exposure_ != 0; }
  bool one_only() const { return share_ <= 0 || (share_ >= 1 && law_.certain()); }
  bool is_new(std::uint16_t at) const { return candidates_[at].traits.under_exposed; }

  const SlotLaw& law_;
  double share_, new_items_ = 0;
  std::uint32_t exposure_ = 0;
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
  d.integer("exposure_slots", exposure_slots, {0, kMaxSlate}, "slots",
            "Slots of a page, evenly apart, that are always drawn so, if any under-exposed item may stand there.");
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
  if (law.certain()) return slate;
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
  const std::size_t pick = law.draw(rng, admitted, 0);
  Slot slot = slot_of(ranking.candidates[pick]);
  if (learns_from_propensities()) slot.propensity = static_cast<float>(law.propensity(admitted, pick, 0));
  return slot;
}

std::unique_ptr<Policy> make_policy(const Settings& settings) {
  auto policy = find_entry(policy_registry(), std::get<std::string>(settings.at("policy.name")))->make(settings, "policy");
  policy->set_explore(settings.read<ExploreParams>("policy.explore"));
  return policy;
}

}  // namespace feedloop
