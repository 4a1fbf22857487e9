// How exposure spreads over a catalogue. The universe is the whole span: every eligible item has an entry, those never shown
// a zero. Requires: counts >= 0. No items give NaN; no exposure at all gives NaN too, except for coverage.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace feedloop {

// G = 2 sum_i i x_(i) / (n sum x) - (n + 1) / n over ascending counts: 0 = even, (n - 1) / n = one item takes all.
double gini(std::span<const std::int64_t> counts);

// Lorenz 1905: the least shown share `items` of the catalogue takes the share `share` of the exposure. Points at most
// `intervals` + 1, evenly spaced in items, from (0, 0) to (1, 1); empty where gini is NaN. Requires: intervals >= 1.
struct LorenzPoint {
  double items = 0, share = 0;
};
std::vector<LorenzPoint> lorenz_curve(std::span<const std::int64_t> counts, int intervals);

double coverage(std::span<const std::int64_t> counts, std::int64_t at_least = 1);  // share of items with that many

double entropy(std::span<const std::int64_t> counts);           // -sum p ln p of the shares, in nats
double effective_number(std::span<const std::int64_t> counts);  // exp(entropy): as many even items would be as diverse

// sum p^2 of the shares (Hirschman 1945, Herfindahl 1950): the chance that two impressions show one item, 1 = one item takes
// all, 1 / n = even. Simpson's index of diversity (1949) is its complement, computed as such.
double herfindahl(std::span<const std::int64_t> counts);
double simpson(std::span<const std::int64_t> counts);

// Share of the exposure that the top q of the items take, q in (0, 1]; q n is rounded up, to one item at least.
double top_share(std::span<const std::int64_t> counts, double q);

}  // namespace feedloop
