// When does a rule stop a test that is looked at every day, and what does it then report? The looks of one effect, replayed
// under each rule.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "stats/interval.hpp"

namespace feedloop {

enum class StoppingRule : std::uint8_t {
  FixedHorizon,   // one look, at the end
  DailyPeeking,   // stops at the first |z| beyond the fixed test's boundary: what one must not do
  AlwaysValid,    // mSPRT, tuned to a lift (stats/sequential.hpp)
  Asymptotic,     // the asymptotic confidence sequence, tuned to the last look (experiment/sequential_rule.hpp)
  ObrienFleming,  // alpha spending at the daily looks (stats/group_sequential.hpp)
  Pocock,
};
constexpr std::array<StoppingRule, 6> kStoppingRules{StoppingRule::FixedHorizon,  StoppingRule::DailyPeeking,
                                                     StoppingRule::AlwaysValid,   StoppingRule::Asymptotic,
                                                     StoppingRule::ObrienFleming, StoppingRule::Pocock};
std::string_view to_string(StoppingRule rule);  // "fixed horizon", "daily peeking", "always valid (msprt)", …

std::string_view key_of(StoppingRule rule);  // "fixed_horizon", "daily_peeking", "always_valid", …

// The estimate so far. One without information (se not positive and finite, or no effect) is no look.
struct EffectLook {
  double day = kNaN, effect = kNaN, se = kNaN;
};

struct Stop {
  bool rejected = false;
  double day = kNaN;     // of the rejection, or of the last look
  double effect = kNaN;  // the estimate then
  Interval ci;           // that the rule reports then: effect -+ its boundary x se
};

// Absent when there was no look with information. Alpha is spent by the days (experiment/sequential_rule.hpp), and looks that
// add no information cannot stop those rules. Tests are normal. Requires: days ascending and positive, 0 < alpha < 1, tau > 0
// for AlwaysValid (otherwise that rule is absent); the last look is the planned end.
std::optional<Stop> stop_of(StoppingRule rule, std::span<const EffectLook> looks, double alpha, double tau);

}  // namespace feedloop
