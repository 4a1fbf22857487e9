// What machines would make of each cell's requests of the last two days: a cache of heavy users' pages, and the queue of the
// updates that clicks set off (engine/fleet). Measured at the ends of days; changes no result and is no part of the state.
#pragma once

#include <span>
#include <vector>

#include "engine/fleet/trace.hpp"
#include "experiment/funnel.hpp"
#include "experiment/study.hpp"

namespace feedloop {

class FleetRecorder {
 public:
  FleetRecorder(const Study& study, SimTime from);                // the first page will be of `from` or later
  void add(std::span<const Interaction> pages);                   // of one epoch, in canonical order
  void end_day(SimTime now);                                      // measures, once two days have been seen
  const std::vector<CellFleet>& facts() const { return facts_; }  // as of the last end of a day; by cell

 private:
  const Study& study_;
  SimTime from_;
  std::vector<Trace> traces_;  // by cell; pages' items are left out
  std::vector<CellFleet> facts_;
};

}  // namespace feedloop
