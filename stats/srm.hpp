// Sample-ratio mismatch: did the variants receive the shares of units that were planned? Pearson's chi-square (1900) with
// the alarm level of Fabijan et al. 2019, "Diagnosing sample ratio mismatch in online controlled experiments".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "stats/interval.hpp"

namespace feedloop {

constexpr double kSrmAlarmP = 0.001;
constexpr std::int64_t kSrmMinimumUnits = 100;  // fewer say nothing about a split
constexpr double kSrmMinimumExpected = 5;       // Cochran 1954: below, the chi-square distribution does not hold

enum class SrmState : std::uint8_t { Healthy, Unhealthy, NotEnoughTraffic };
std::string_view to_string(SrmState s);  // "healthy", "unhealthy", "not enough traffic"

struct SrmResult {
  SrmState state = SrmState::NotEnoughTraffic;
  double chi2 = kNaN, p = kNaN;  // NaN with fewer than two variants of positive share, or with no units
  double g = kNaN, p_g = kNaN;   // 2 sum O log(O / E), the likelihood-ratio statistic (Wilks 1938), with the same df
  double p_exact = kNaN;         // the binomial test's, of exactly two variants of positive share: holds for sparse counts too
  int df = 0;                    // variants of positive share - 1
  std::int64_t units = 0;        // in variants of positive share
  std::int64_t stray = 0;        // in variants of share 0, where none can be: any makes the state Unhealthy
};

// Shares are on any positive scale; variants of share 0 count neither in the statistic nor in df. chi2, g and their p are
// given for sparse counts too, but then the state is NotEnoughTraffic. A single variant is NotEnoughTraffic: there is no split
// to test. Requires: as many shares as counts, all shares >= 0 and finite, counts >= 0.
SrmResult sample_ratio_test(std::span<const std::int64_t> observed, std::span<const double> shares,
                            double alarm_p = kSrmAlarmP);

}  // namespace feedloop
