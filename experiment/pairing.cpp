#include "experiment/pairing.hpp"

#include <cmath>

#include "stats/moments.hpp"

namespace feedloop {
namespace {

double correlation(const RatioMoments& m) {
  const double squares = m.m2_num * m.m2_den;
  return squares > 0 ? m.c / std::sqrt(squares) : kNoValue;
}

}  // namespace

void DailyUse::add(std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (page.request.time < t0_) continue;
    const auto day = static_cast<std::size_t>((page.request.time - t0_).us / kDay.us);
    if (day >= days()) continue;
    Use& use = use_[day * users_ + page.request.user.index()];
    const auto take = [&](const SlotOutcome& o) {
      use.clicks += o.clicked;
      use.minutes += static_cast<float>(o.watched_ms) / 60000.0f;
    };
    for (const SlotOutcome& o : page.outcome.slots) take(o);
    for (const DirectPlay& d : page.outcome.direct) take(d.outcome);
  }
}

PairedWorlds pair_worlds(std::string_view variant, const DailyUse& treatment, const DailyUse& control) {
  PairedWorlds paired{.variant = std::string(variant)};
  for (std::size_t d = 0; d < control.days(); ++d) {
    RatioMoments clicks, minutes;
    for (std::size_t u = d * control.users_; u < (d + 1) * control.users_; ++u) {
      clicks.add(static_cast<double>(treatment.use_[u].clicks), static_cast<double>(control.use_[u].clicks));
      minutes.add(static_cast<double>(treatment.use_[u].minutes), static_cast<double>(control.use_[u].minutes));
    }
    paired.day.push_back(static_cast<double>(d + 1));
    paired.clicks.push_back(correlation(clicks));
    paired.minutes.push_back(correlation(minutes));
  }
  return paired;
}

}  // namespace feedloop
