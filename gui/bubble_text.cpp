#include "gui/bubble_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace feedloop {
namespace {

// +1 up, -1 down, 0 not clear.
int direction(const Interval& difference) { return difference.low > 0 ? 1 : difference.high < 0 ? -1 : 0; }

std::string headline_of(BubbleKind kind, char b) {
  switch (kind) {
    case BubbleKind::NotEnoughData:
      return "Not enough data yet";
    case BubbleKind::None:
      return fmt::format("No bubble in {}", b);
    case BubbleKind::Personalised:
      return fmt::format("No bubble in {}: personalised", b);
    case BubbleKind::Narrow:
      return fmt::format("Yes, in {}: a bubble", b);
    case BubbleKind::Bubble:
      return fmt::format("Yes, in {}: personalised bubble", b);
    case BubbleKind::Collapse:
      return fmt::format("Collapse in {}: all see the same", b);
    case BubbleKind::ControlNarrow:
      return "Yes, in A: control is narrower";
  }
  return "";
}

VerdictLook look_of(BubbleKind kind) {
  using paint::Glyph;
  const std::string_view word = bubble_word(kind);
  switch (kind) {
    case BubbleKind::NotEnoughData:
      return {Glyph::NoData, "◌", word, colors::kSecondary};
    case BubbleKind::None:
      return {Glyph::Same, "●", word, colors::kSecondary};
    case BubbleKind::Personalised:
      return {Glyph::Changed, "◆", word, colors::kText};
    case BubbleKind::Narrow:
    case BubbleKind::Bubble:
    case BubbleKind::Collapse:
    case BubbleKind::ControlNarrow:
      break;
  }
  return {Glyph::Alert, "⚠", word, colors::kAlert};
}

}  // namespace

BubbleVerdict bubble_verdict(const BubbleExperiment& experiment, std::size_t treatment, std::size_t day) {
  const BubbleKind kind = bubble_kind(experiment, treatment, day);
  const char b = variant_letter(static_cast<int>(treatment));
  BubbleVerdict out{look_of(kind), headline_of(kind, b), "", ""};
  if (kind == BubbleKind::NotEnoughData) {
    out.evidence = "Too few users were shown anything by this day to compare the two worlds.";
    return out;
  }
  const auto text = [&](std::size_t world, BubbleMeasure m) {
    return value_text(bubble_measures()[static_cast<std::size_t>(m)], experiment.worlds[world][m].at(day));
  };
  const auto both = [&](BubbleMeasure m) { return fmt::format("{} (A: {})", text(treatment, m), text(0, m)); };
  out.evidence =
      fmt::format("In {} the median user was shown {} categories a week, items lay {} from their taste, and tastes moved {}.",
                  b, both(BubbleMeasure::Categories), both(BubbleMeasure::Spread), both(BubbleMeasure::Drift));
  const BubbleTable& differences = experiment.differences[treatment - 1];
  const auto change = [&](BubbleMeasure m) { return direction(differences[static_cast<std::size_t>(m)].interval(day)); };
  const int between = change(BubbleMeasure::Between), gini = change(BubbleMeasure::Gini);
  const std::string_view apart = between > 0   ? "Users lie further apart"
                                 : between < 0 ? "Users lie closer together"
                                               : "Users lie neither clearly further apart nor closer";
  const std::string_view unequal = gini > 0 ? "more unequal" : gini < 0 ? "less unequal" : "not clearly more unequal";
  const std::string_view conclusion = between > 0               ? "personalised, not collapsed"
                                      : between < 0 && gini > 0 ? "collapsed, not personalised"
                                                                : "neither personalised nor collapsed";
  out.reason = fmt::format("{}, {}, and exposure is {}, Gini {}: {}.", apart, both(BubbleMeasure::Between), unequal,
                           both(BubbleMeasure::Gini), conclusion);
  return out;
}

std::string item_text(std::uint32_t item, std::size_t category) {
  return fmt::format("item {}, category {}", item, category + 1);
}

}  // namespace feedloop
