// Is there a filter bubble, and of which kind? Read off the twin worlds' measures: a bubble is what users are shown closing in
// on their tastes; personalisation is users being shown different things; collapse is all being shown the same few items.
#pragma once

#include <string_view>

#include "experiment/bubble/bubble.hpp"

namespace feedloop {

enum class BubbleKind : std::uint8_t {
  NotEnoughData,
  None,          // neither of the below
  Personalised,  // users lie further apart, and are shown as wide a part of the map as control's
  Narrow,        // a bubble; users lie neither clearly further apart nor closer together
  Bubble,        // a bubble of one's own: narrow and personalised
  Collapse,      // users lie closer together and exposure is more unequal
  ControlNarrow  // control is the narrow one
};
std::string_view bubble_word(BubbleKind kind);  // "Personalised bubble", "Collapse", ...

constexpr double kNarrower = 0.1;  // from this relative difference of spread on the smaller is called narrow

// By the intervals of the paired differences on that day: a difference counts when its interval leaves out 0.
// Requires: 1 <= treatment <= experiment.differences.size(), day < the number of days recorded.
BubbleKind bubble_kind(const BubbleExperiment& experiment, std::size_t treatment, std::size_t day);

}  // namespace feedloop
