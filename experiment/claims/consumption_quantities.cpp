#include "experiment/claims/consumption_quantities.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/retrieval/source.hpp"
#include "experiment/simulation.hpp"
#include "stats/intra_list_distance.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::string_view, 3> kGroups{"everybody", "followers", "ignorers"};

// Bit i: source i of the registry goes by what is known of the user.
std::uint16_t personal_sources() {
  std::uint16_t bits = 0;
  const auto sources = source_registry();
  for (std::size_t s = 0; s < sources.size(); ++s)
    if (sources[s].signal != Signal::Everyone) bits |= static_cast<std::uint16_t>(1u << s);
  return bits;
}

double share(const auto& consumed, auto of) {
  return static_cast<double>(std::ranges::count_if(consumed, of)) / static_cast<double>(consumed.size());
}

}  // namespace

std::vector<std::string> taking_groups() { return {kGroups.begin(), kGroups.end()}; }

void ConsumptionQuantity::begin(const Study& study) {
  Probe::begin(study);
  users_.assign(study.world.population().users.size(), {});
}

double ConsumptionQuantity::diversity(std::span<const ItemId> items) const {
  std::vector<double> rows;
  for (const ItemId item : items)
    for (const float x : study().world.all_items()[item.index()].content) rows.push_back(static_cast<double>(x));
  return intra_list_distance(rows, kContentDims, Distance::Cosine);
}

void ConsumptionQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  static const std::uint16_t personal = personal_sources();
  std::vector<ItemId> recommended;
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    std::vector<Consumed>& consumed = users_[page.request.user.index()];
    const auto is_recommended = [&](const Slot& slot) { return (slot.sources & personal) != 0 && page.request.searched == 0; };
    if (page.outcome.direct.empty() && std::ranges::none_of(page.outcome.slots, &SlotOutcome::clicked)) continue;
    recommended.clear();
    for (const Slot& slot : page.slate.slots)
      if (is_recommended(slot)) recommended.push_back(slot.item);
    const auto varied = static_cast<float>(diversity(recommended));
    for (const DirectPlay& play : page.outcome.direct) consumed.push_back({play.item, false, play.outcome.liked, varied});
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const SlotOutcome& outcome = page.outcome.slots[k];
      const Slot& slot = page.slate.slots[k];
      if (outcome.clicked) consumed.push_back({slot.item, is_recommended(slot), outcome.liked, varied});
    }
  }
}

void ConsumptionQuantity::end(const Simulation&) {
  std::vector<std::span<const Consumed>> counted;
  std::vector<double> taken;
  for (const auto& consumed : users_) {
    if (consumed.size() < kStart + kBlock * kBlocks) continue;
    counted.push_back(std::span(consumed).subspan(kStart));
    taken.push_back(share(counted.back(), &Consumed::taken));
  }
  value_ = kNoValue;
  if (counted.empty()) return;
  const double median = upper_median(taken);
  double sum = 0, n = 0;
  for (std::size_t u = 0; u < counted.size(); ++u) {
    if (claim().metric != kGroups[0] && (taken[u] > median) != (claim().metric == kGroups[1])) continue;
    if (const double x = of(counted[u]); !std::isnan(x)) sum += x, n += 1;
  }
  if (n > 0) value_ = sum / n;
}

double TakenShare::of(std::span<const Consumed> consumed) const { return share(consumed, &Consumed::taken); }

double ConsumptionLiked::of(std::span<const Consumed> consumed) const { return share(consumed, &Consumed::liked); }

double ConsumptionQuantity::diversity(std::span<const Consumed> block) const {
  std::vector<ItemId> items;
  for (const Consumed& c : block) items.push_back(c.item);
  return diversity(items);
}

double ConsumptionDiversity::of(std::span<const Consumed> consumed) const { return diversity(consumed.first(kBlock)); }

double ConsumptionChange::of(std::span<const Consumed> consumed) const {
  return diversity(consumed.last(kBlock)) - diversity(consumed.first(kBlock));
}

double RecommendedChange::of(std::span<const Consumed> consumed) const {
  const auto mean = [](std::span<const Consumed> block) {
    double sum = 0, n = 0;
    for (const Consumed& c : block)
      if (!std::isnan(c.recommended)) sum += static_cast<double>(c.recommended), n += 1;
    return n > 0 ? sum / n : kNoValue;
  };
  return mean(consumed.last(kBlock)) - mean(consumed.first(kBlock));
}

}  // namespace feedloop
