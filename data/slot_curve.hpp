// How clicks fall from slot to slot where chance decided what stood where: then the slots' items are alike, and what differs is
// whether they were looked at (position-based model; Joachims, Swaminathan & Schnabel 2017, "Unbiased learning-to-rank with
// biased feedback", sec. 5.3).
#pragma once

#include <cstdint>
#include <vector>

#include "data/interaction_log.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct SlotCtr {
  int slot = 0;
  std::int64_t rows = 0, clicks = 0;
  double ctr = kNaN;  // clicks over rows, each row counting 1 / propensity where propensities made the slots alike
  Interval ci;        // 95 %: Wilson's, or the sandwich where rows are weighted
};

// What made the slots alike: every item in every slot with one chance; lots with the chances that were logged; the user's word.
enum class SlotLots : std::uint8_t { None, Even, Propensities, Declared };

struct SlotCurve {
  SlotLots lots = SlotLots::None;
  std::vector<SlotCtr> slots;  // with a row, ascending
  double eta = kNaN;           // P(slot k is looked at) = k^-eta
  double eta_se = kNaN;
  Interval eta_ci;            // 95 %
  double power_law_p = kNaN;  // Wald test of the curve against one level a slot; NaN with fewer than three slots
  bool identified = false;    // lots were drawn, and two slots or more have a click
};

// Solves sum w (y - theta k^-eta) (1, ln k) = 0, the Poisson score; errors are the sandwich's, clustered by viewer, or by row
// in a log without users. Requires: a column of slots and one of clicks.
SlotCurve fit_slots(const InteractionLog& log, bool declared_random);

}  // namespace feedloop
