#include "gui/bubble_text.hpp"

#include <fmt/format.h>

#include "tests/gui/bubble_sample.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("The verdict's sentence repeats the record's numbers") {
  const auto report = sample_bubble();
  const BubbleExperiment& e = report->experiments[0];
  const BubbleVerdict v = bubble_verdict(e, 1, 28);
  CHECK(v.headline == "Yes, in B: personalised bubble");
  for (const BubbleMeasure m : {BubbleMeasure::Categories, BubbleMeasure::Spread, BubbleMeasure::Drift}) {
    const MetricInfo& info = bubble_measures()[static_cast<std::size_t>(m)];
    CHECK(v.evidence.find(fmt::format("{} (A: {})", value_text(info, e.worlds[1][m].at(28)),
                                      value_text(info, e.worlds[0][m].at(28)))) != std::string::npos);
  }
  CHECK(v.evidence ==
        "In B the median user was shown 2.2 (A: 5.1) categories a week, items lay 0.17 (A: 0.41) from their taste, and "
        "tastes moved 0.190 (A: 0.060).");
  CHECK(v.reason ==
        "Users lie further apart, 0.830 (A: 0.710), and exposure is more unequal, Gini 0.810 (A: 0.620): personalised, not "
        "collapsed.");
}

TEST_CASE("Collapse is told from personalisation") {
  const auto report = sample_bubble({.collapse = true});
  const BubbleVerdict v = bubble_verdict(report->experiments[0], 1, 28);
  CHECK(v.headline == "Collapse in B: all see the same");
  CHECK(v.reason.starts_with("Users lie closer together"));
  CHECK(v.reason.ends_with("collapsed, not personalised."));
  CHECK(v.look.word == "Collapse");
}

TEST_CASE("Without data there is a word and no number") {
  const auto report = sample_bubble({.shown = false});
  const BubbleVerdict v = bubble_verdict(report->experiments[0], 1, 28);
  CHECK(v.headline == "Not enough data yet");
  CHECK(v.evidence.find_first_of("0123456789") == std::string::npos);
  CHECK(v.reason.empty());
  CHECK(bubble_verdict(sample_bubble()->experiments[0], 1, 0).headline == "Not enough data yet");
}
