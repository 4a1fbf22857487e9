// What a user's pages have been like, and how new a page is to them. Nobody scripts a novelty effect: a treatment that changes
// what pages look like is new to its users until they are used to it (docs/WORLD.md).
#pragma once

#include <array>
#include <span>

#include "base/interaction.hpp"
#include "sim/item_supply.hpp"
#include "sim/params.hpp"

namespace feedloop {

// A page in numbers: the share of each category, half its mean clickbait, how fresh its items are (mean of exp(-age / 7 d)),
// and a one for its layout.
constexpr int kDescriptors = kMaxCategories + 2 + kLayouts;
using Descriptor = std::array<float, kDescriptors>;

struct Habit {
  Descriptor mean{};  // exponential moving average over visits, of each visit's first page
};

Descriptor describe_page(const Slate& slate, std::span<const ItemTruth> items, SimTime now);

// min(1, |page - habit| / scale); 0 on a user's first visit, where nothing can have changed.
double novelty(const Habit& habit, std::int64_t visits_before, const Descriptor& page, const DynamicsParams& p);

// The average moves by `habit_rate`, and by 1 / (visits + 1) while that is more: it begins as the mean of what was seen.
void get_used_to(Habit& habit, std::int64_t visits_before, const Descriptor& page, const DynamicsParams& p);

}  // namespace feedloop
