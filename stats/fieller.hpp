// The relative effect of treatment over control by Fieller's theorem (Fieller 1954, "Some problems in interval estimation"):
// all lifts L that the test of m_b - (1 + L) m_a = 0 does not reject. Unlike the delta method's interval it keeps its level
// when the control is noisy, and says so when the control cannot be told from 0: the set is then not an interval.
#pragma once

#include <cstdint>
#include <string_view>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

enum class FiellerShape : std::uint8_t {
  NotEnoughData,  // a value or a variance is missing, or the control is 0 without error: no set
  Bounded,        // the control differs from 0 at this level: `low` to `high`
  Open,           // it does not, but treatment and control are not both near 0: everything but what lies between low and high
  Unbounded,      // neither says anything of the ratio: every lift, ends are infinite
};
std::string_view to_string(FiellerShape s);  // "not enough data", "bounded", "open", "unbounded"

struct FiellerSet {
  FiellerShape shape = FiellerShape::NotEnoughData;
  Interval
      lift;  // of effect / |control|, as in Comparison; Bounded: the set; Open: the hole in it, whose ends belong to the set
  bool contains(double x) const;  // false without a set
};
// df of Student's quantile, infinite for the normal one. The estimates are independent. Requires: 0 < alpha < 1, df > 0.
FiellerSet fieller(const Estimate& control, const Estimate& treatment, double alpha, double df = kInfinity);
FiellerSet fieller(const Comparison& c);  // its alpha and its degrees of freedom
// For the reader of a lift: Fieller's set, which holds 0 exactly where the difference's interval does. The delta method's
// interval where control does not differ from 0, and there is no such set that is an interval.
Interval lift_interval(const Comparison& c);

}  // namespace feedloop
