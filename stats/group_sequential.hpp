// Group-sequential tests: a few looks at growing data, each with a boundary for the usual z statistic, so that the test errs
// with probability alpha over all of them (Jennison & Turnbull 2000, "Group sequential methods"). Between always-valid
// inference, which allows any look at a price, and one look at the end, which costs nothing.
//
// Information is the reciprocal of the variance of the estimate, as a share of what is planned for the last look: t = v_planned
// / v, for users who arrive and are counted once nearly their share. The statistic must have independent increments in it:
// Cov(Z_j, Z_k) = sqrt(t_j / t_k). Where a fixed cohort is observed again each day, take t from the variances, not from days.
// At a look with boundary z the interval estimate -+ z se covers the truth at all looks at once (a repeated confidence
// interval, their ch. 9).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/alpha_spending.hpp"
#include "stats/continuation_density.hpp"

namespace feedloop {

// One-sided: stop when Z >= z. Two-sided: when |Z| >= z, each side with half of alpha.
enum class Sides : std::uint8_t { One, Two };

constexpr double kSmallestSpending = 1e-16;  // of one side at one look; its boundary is a z of 8.2

// A test whose looks need not be planned: the boundary of each is what the error spent up to its information leaves
// (Lan & DeMets 1983). The information at a look must not be chosen by the sign or the size of Z.
class GroupSequentialTest {
 public:
  // alpha counts both sides of a two-sided test. Requires: 0 < alpha < 1, spending as alpha_spent asks.
  GroupSequentialTest(const SpendingFunction& spending, double alpha, Sides sides);

  // The boundary at a look. Infinity, the look being without effect on later ones, when it adds no information (NaN, infinite,
  // or less than kSmallestLookStep of itself) or may spend less than kSmallestSpending: it cannot stop the test. More
  // information than planned is used in full, without further error to spend; after all is spent, boundaries are infinite.
  double look(double information);
  // The same where the error is spent by another clock than information, such as the share of the planned days that is over
  // (Lan & DeMets 1989, "Group sequential procedures: calendar versus information time"). `share` of it has passed, all from 1
  // on; information may then be in any unit. The clock must not be chosen by the sign or the size of Z either.
  double look(double information, double share);

  double spent() const { return spent_; }                        // so far, both sides together
  double information() const { return density_.information(); }  // of the last look that had effect; 0 before

 private:
  SpendingFunction spending_;
  double alpha_, spent_ = 0;
  Sides sides_;
  ContinuationDensity density_;
};

// Boundaries of all looks at once. Where a function takes looks, it requires them positive and ascending by at least
// kSmallestLookStep of themselves.
struct Boundaries {
  Sides sides = Sides::Two;
  std::vector<double> information;
  std::vector<double> z;       // infinite at looks that cannot stop the test
  std::vector<double> spent;   // up to and with each look, both sides together
  std::vector<double> levels;  // P(Z > z) under no effect, seen alone: the one-sided p that stops the test
};
Boundaries spending_boundaries(std::span<const double> information, const SpendingFunction& spending, double alpha,
                               Sides sides);
// Wang & Tsiatis 1987: z_k = C (t_k / t_K)^(shape - 1/2). Shape 0 is the classical O'Brien & Fleming 1979, 1/2 is Pocock 1977.
// The looks must be kept as planned. Requires: 0 <= shape <= 1/2.
Boundaries wang_tsiatis_boundaries(std::span<const double> information, double shape, double alpha, Sides sides);

// What a test with these boundaries does under a drift: the mean of Z at information 1, that is the effect over the standard
// error planned for the last look.
struct Crossing {
  std::vector<double> information, upper, lower;  // the probability of stopping at this look, above or below
  double power() const;                           // of stopping at all; under no drift the error
  double expected_information() const;            // at the stop
};
Crossing crossing(std::span<const double> information, std::span<const double> z, Sides sides, double drift);

// The drift under which the upper boundary is crossed with this probability. Its square over that of a single look,
// (z_{alpha / sides} + z_{1 - power})^2, is how many times the units of a fixed test are planned for the last look.
// NaN when the boundary is crossed as often without a drift, or when no drift below 1000 will do. Requires: power < 1.
double drift_for_power(std::span<const double> information, std::span<const double> z, Sides sides, double power);

}  // namespace feedloop
