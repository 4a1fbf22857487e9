#include "sim/habit.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {
constexpr std::size_t kClickbait = kMaxCategories, kFresh = kMaxCategories + 1, kLayout = kMaxCategories + 2;
}

Descriptor describe_page(const Slate& slate, std::span<const ItemTruth> items, SimTime now) {
  Descriptor page{};
  if (slate.slots.empty()) return page;
  const auto share = 1.0f / static_cast<float>(slate.slots.size());
  for (const Slot& slot : slate.slots) {
    const ItemTruth& item = items[slot.item.index()];
    page[static_cast<std::size_t>(item.category)] += share;
    page[kClickbait] += 0.5f * share * item.clickbait;
    page[kFresh] += share * static_cast<float>(std::exp(-std::max(0.0, (now - item.uploaded).days()) / 7.0));
  }
  page[kLayout + slate.layout] = 1;
  return page;
}

double novelty(const Habit& habit, std::int64_t visits_before, const Descriptor& page, const DynamicsParams& p) {
  if (visits_before == 0) return 0;
  double squares = 0;
  for (std::size_t k = 0; k < page.size(); ++k) {
    const auto gap = static_cast<double>(page[k] - habit.mean[k]);
    squares += gap * gap;
  }
  return std::min(1.0, std::sqrt(squares) / p.habit_scale);
}

void get_used_to(Habit& habit, std::int64_t visits_before, const Descriptor& page, const DynamicsParams& p) {
  const auto rate = static_cast<float>(std::max(p.habit_rate, 1.0 / static_cast<double>(visits_before + 1)));
  for (std::size_t k = 0; k < page.size(); ++k) habit.mean[k] += rate * (page[k] - habit.mean[k]);
}

}  // namespace feedloop
