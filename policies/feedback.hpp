// Which slots of a page a policy learns from.
//
//   seen      those that the viewport reached
//   served    all
//   cascade   those up to the last click; without a click all that were seen. A user who reads from the top and stops when
//             satisfied has examined these (Kveton et al. 2015, "Cascading bandits"; Katariya et al. 2016, "DCM bandits").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/interaction.hpp"
#include "base/parameters.hpp"

namespace feedloop {

enum class Feedback : std::uint8_t { Seen, Served, Cascade };

inline Feedback feedback_named(std::string_view name) {
  return name == "served" ? Feedback::Served : name == "cascade" ? Feedback::Cascade : Feedback::Seen;
}

inline void describe_feedback(Describe& d, std::string& feedback) {
  d.text("feedback", feedback, {"seen", "served", "cascade"},
         "Slots that are learned from: those seen, all, or those up to the last click.");
}

// Calls use(k) for every slot that counts, in order.
template <class Use>
void each_counted(const Interaction& page, Feedback feedback, Use use) {
  const auto& outcomes = page.outcome.slots;
  const std::size_t n = page.slate.slots.size();
  std::size_t clicks_until = 0;  // one past the last click
  if (feedback == Feedback::Cascade)
    for (std::size_t k = 0; k < n; ++k)
      if (outcomes[k].clicked) clicks_until = k + 1;
  for (std::size_t k = 0; k < n; ++k) {
    if (clicks_until > 0 ? k < clicks_until : feedback == Feedback::Served || outcomes[k].seen) use(k);
  }
}

}  // namespace feedloop
