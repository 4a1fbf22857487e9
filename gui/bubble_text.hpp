// What the Bubble screen says in words. Every number in a sentence is one of the record's.
#pragma once

#include <string>

#include "experiment/bubble/verdict.hpp"
#include "gui/format.hpp"

namespace feedloop {

struct BubbleVerdict {
  VerdictLook look;
  std::string headline;  // "Yes, in B: personalised bubble"
  std::string evidence;  // what was shown and how tastes moved
  std::string reason;    // personalisation or collapse
};
// Requires: as bubble_kind().
BubbleVerdict bubble_verdict(const BubbleExperiment& experiment, std::size_t treatment, std::size_t day);

std::string item_text(std::uint32_t item, std::size_t category);  // "item 1043, category 3"

}  // namespace feedloop
