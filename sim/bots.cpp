#include "sim/bots.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"

namespace feedloop {

std::vector<VisitCandidate> bot_actions(Seed seed, UserId bot, std::int64_t day, const BotParams& p) {
  const bool burst = p.burst_day >= 0;
  if (burst && day != p.burst_day) return {};
  const double begin_s = burst ? 3600 * p.burst_hour : 0, length_s = burst ? 60 * p.burst_minutes : 86400;
  const auto key_day = static_cast<std::uint32_t>(day + 1);
  Rng count = stream(seed, Stream::BotAction, request_key(RequestId::make(bot, key_day, 0, 0), 1));
  std::vector<VisitCandidate> actions(poisson(count, burst ? p.burst_pages : p.pages_per_day));
  for (std::uint32_t k = 0; k < actions.size(); ++k) {
    Rng rng = stream(seed, Stream::BotAction, request_key(RequestId::make(bot, key_day, k, 0), 0));
    actions[k] = {SimTime{0} + kDay * day + from_seconds(begin_s + length_s * rng.uniform()), k, 0};
  }
  std::sort(actions.begin(), actions.end(), [](const VisitCandidate& a, const VisitCandidate& b) {
    return a.time != b.time ? a.time < b.time : a.index < b.index;
  });
  return actions;
}

std::optional<SlotOutcome> bot_play(Rng rng, double duration_min, const BotParams& p) {
  if (!bernoulli(rng, p.click)) return std::nullopt;
  const double duration_s = 60 * duration_min;
  const double watched_s = std::min(duration_s, p.watch_min_s + (p.watch_max_s - p.watch_min_s) * rng.uniform());
  SlotOutcome o;
  o.seen = o.clicked = true;
  o.watched_ms = std::llround(1000 * watched_s);
  o.completed = watched_s >= duration_s;
  o.skipped = watched_s < std::min(10.0, 0.5 * duration_s);
  return o;
}

}  // namespace feedloop
