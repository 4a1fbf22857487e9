// The sums of metrics' units by variant, in many random assignments at once: what re-randomisation (rerandomise.hpp) spends its
// time on. Units are drawn in order from streams of their assignment (base/random.hpp, Rerandomisation), a word each, and a
// variant holds a range of words. Eight assignments stand side by side in the lanes of a register, and several eights share a
// pass over the units.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "stats/moments.hpp"

namespace feedloop {

constexpr std::size_t kAssignmentBlock = 32;  // assignments that share a pass: the grain of a parallel loop

// What one unit adds to each sum of its variant, around the means of all units so that squares keep their digits.
struct UnitTerms {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;  // x: numerator, y: denominator
};

struct AssignmentColumn {
  std::vector<UnitTerms> units;
  UnitTerms total;
  double mean_num = 0, mean_den = 0;
};

// Requires: as many denominators as numerators; both NaN, or both finite.
AssignmentColumn assignment_column(std::span<const double> num, std::span<const double> den);

// The upper ends of the variants' ranges of words; the last one's is the end of all words. Requires: shares positive, sum 1.
std::vector<std::uint64_t> assignment_ranges(std::span<const double> shares);

// Told of each assignment: every metric's moments by variant, then how many units each variant has.
struct AssignmentVisitor {
  std::function<void(std::size_t assignment, std::size_t metric, std::span<const RatioMoments> of_variant)> metric;
  std::function<void(std::size_t assignment, std::span<const std::int64_t> counts)> split;
};

// Assignments begin to end (exclusive) of the columns' units. Requires: columns of `units` units, begin a multiple of
// kAssignmentBlock, two variants or more.
void visit_assignments(Seed seed, std::span<const double> shares, std::span<const AssignmentColumn> columns, std::size_t units,
                       std::size_t begin, std::size_t end, const AssignmentVisitor& visitor);

}  // namespace feedloop
