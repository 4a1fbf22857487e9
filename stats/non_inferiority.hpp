// Is a treatment worse than control by more than a margin? The null is shifted inside the test: for a relative margin L the
// statistic is b - (1 + L) a, with variance Var(b) + (1 + L)^2 Var(a) and Welch-Satterthwaite's degrees of freedom (Hauschke,
// Kieser, Diletti & Burke 1999, "Sample size determination for proving equivalence based on the ratio of two means", eq. 2),
// so that control's own error counts. Pure functions; nothing throws.
#pragma once

#include "stats/two_sample.hpp"

namespace feedloop {

struct MarginTest {
  TestStatus status = TestStatus::NotEnoughData;
  double estimate = kNaN;  // b - (1 + null_lift) a
  double se = kNaN, df = kNaN;
  double p_above = kNaN, p_below = kNaN;  // one-sided: small when the lift is above, or below, null_lift
};

// Tests lift = null_lift, where lift = treatment / control - 1. Requires: null_lift > -1. Values below zero are not meant:
// a margin relative to a negative control has no clear direction (NotEnoughData).
MarginTest margin_test(const Estimate& control, const Estimate& treatment, double null_lift);

}  // namespace feedloop
