// Accounts that are programs: they come at any hour of the day, or all at once in a burst, to play one item by its link, and
// never leave. Off by default (BotParams::share).
#pragma once

#include <vector>

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/visits.hpp"

namespace feedloop {

// When a bot acts on a day of UTC, in order of time: each is one page.
std::vector<VisitCandidate> bot_actions(Seed seed, UserId bot, std::int64_t day, const BotParams& p);

// A bot's play of its target, if this action plays it: watch_min_s to watch_max_s, uniform.
std::optional<SlotOutcome> bot_play(Rng rng, double duration_min, const BotParams& p);

}  // namespace feedloop
