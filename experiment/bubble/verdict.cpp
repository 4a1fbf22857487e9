#include "experiment/bubble/verdict.hpp"

#include <cmath>

namespace feedloop {
namespace {

// +1 up, -1 down, 0 not clear; a second value says whether there is an interval at all.
struct Change {
  int sign = 0;
  bool known = false;
};

Change change(const BubbleSeries& difference, std::size_t day) {
  const Interval ci = difference.interval(day);
  if (std::isnan(ci.low) || std::isnan(ci.high)) return {};
  return {ci.low > 0 ? 1 : ci.high < 0 ? -1 : 0, true};
}

}  // namespace

std::string_view bubble_word(BubbleKind kind) {
  constexpr std::string_view kWords[] = {"Not enough data",     "No bubble", "Personalised, no bubble", "Bubble",
                                         "Personalised bubble", "Collapse",  "Bubble in control"};
  return kWords[static_cast<int>(kind)];
}

BubbleKind bubble_kind(const BubbleExperiment& experiment, std::size_t treatment, std::size_t day) {
  const BubbleTable& differences = experiment.differences[treatment - 1];
  const auto of = [&](BubbleMeasure m) { return change(differences[static_cast<std::size_t>(m)], day); };
  const Change spread = of(BubbleMeasure::Spread), between = of(BubbleMeasure::Between), gini = of(BubbleMeasure::Gini);
  if (!spread.known || !between.known || !gini.known) return BubbleKind::NotEnoughData;
  const double control = experiment.worlds[0][BubbleMeasure::Spread].at(day);
  const double treated = experiment.worlds[treatment][BubbleMeasure::Spread].at(day);
  const bool narrow = spread.sign < 0 && treated <= (1 - kNarrower) * control;
  if (between.sign < 0 && gini.sign > 0) return BubbleKind::Collapse;
  if (narrow) return between.sign > 0 ? BubbleKind::Bubble : BubbleKind::Narrow;
  if (spread.sign > 0 && control <= (1 - kNarrower) * treated) return BubbleKind::ControlNarrow;
  return between.sign > 0 ? BubbleKind::Personalised : BubbleKind::None;
}

}  // namespace feedloop
