// Counts what slates broke: reads only what was logged and the facts of the items, never how the slate came about.
#pragma once

#include <array>
#include <cstdint>

#include "base/slate_rules.hpp"

namespace feedloop {

// Sums over slates; those of parts of a run add up.
struct SlateAudit {
  std::int64_t slates = 0, slots = 0;
  // Hard rules: items that must never have been shown.
  std::int64_t repeated = 0, blocked = 0, unlicensed = 0, under_age = 0;
  // Slots that broke a rule of the slate by more than was declared when they were filled (Slot::waived), and those where the
  // rule gave way by what was declared.
  std::array<std::int64_t, kSlateRules> broken{}, relaxed{};

  void add(const Interaction& page, Catalog catalog, const SlateLimits& limits);
  std::int64_t violations() const;
  SlateAudit& operator+=(const SlateAudit& other);
};

}  // namespace feedloop
