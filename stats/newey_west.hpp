// The difference between treated and control periods of one series (a switchback) when neighbouring periods are correlated:
// least squares of y_t on 1 and the treatment, with the heteroscedasticity and autocorrelation consistent error of Newey & West
// 1987: with s_t the residual over its variant's number of periods and with its sign, and Bartlett's weights,
//
//   Var = sum_t s_t^2 + 2 sum_{l=1..lags} (1 - l / (lags + 1)) sum_t s_t s_{t-l}
//
// Carry-over from one period into the next biases the effect itself, and no error repairs that: drop the first part of periods.
#pragma once

#include <cstdint>
#include <span>

#include "stats/two_sample.hpp"

namespace feedloop {

struct NeweyWest {
  TestStatus status = TestStatus::NotEnoughData;  // fewer than two periods of a variant; ZeroVariance: se is 0
  double effect = kNaN;                           // NaN when a variant has no period
  double se = kNaN, t = kNaN, p = kNaN;           // normal, two-sided: for many periods
  Interval ci;
};
// Periods in the order of time, evenly spaced; `treated` is 1 in treated periods and 0 in the others. lags = 0 is the error of
// independent periods (HC0). Requires: as many marks as values, lags >= 0, 0 < alpha < 1.
NeweyWest newey_west(std::span<const double> y, std::span<const std::uint8_t> treated, int lags, double alpha);

// 4 (T / 100)^(2/9), rounded down: the usual number of lags for T periods (after Newey & West 1994).
int newey_west_lags(std::int64_t periods);

}  // namespace feedloop
