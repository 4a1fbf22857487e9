// The race of stopping rules: what each would have made of the daily looks so far at every effect that a report follows, and on
// which day. Peeking reads the fixed-horizon p of every look, always-valid inference its own p (experiment/looks.hpp), alpha
// spending its boundaries (experiment/analysis/peeking.hpp); the fixed horizon decides at the planned end alone.
#pragma once

#include <array>
#include <string_view>

#include "experiment/analysis/analysis.hpp"
#include "experiment/replication/stopping.hpp"

namespace feedloop {

// Always-valid inference is the scenario's own (analysis.sequential), so that its other tuning is not raced beside it.
constexpr std::array<StoppingRule, 5> kRacedRules{StoppingRule::FixedHorizon, StoppingRule::DailyPeeking,
                                                  StoppingRule::AlwaysValid, StoppingRule::ObrienFleming, StoppingRule::Pocock};

void analyse_stopping(const AnalysisInput& in, ExperimentReport& out);

// Was a rule right, by the true effect of a launch to everybody? "right": it found the difference that is there, or none where
// there is none; "false alarm", "wrong direction", "missed"; empty while it is undecided or the truth is not known.
std::string_view judge(const StoppingReport& rule, double true_effect);

}  // namespace feedloop
