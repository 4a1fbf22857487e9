// Gathers traced pages of the world in motion: means by cell, and the newest pages as they are.
#pragma once

#include <deque>
#include <memory>

#include "engine/latency.hpp"
#include "experiment/experiment_tables.hpp"
#include "experiment/funnel.hpp"
#include "experiment/study.hpp"

namespace feedloop {

constexpr std::size_t kPagesKept = 192;  // newest traced pages

class FunnelRecorder {
 public:
  explicit FunnelRecorder(const Study& study);
  void begin();  // another world: forgets all pages
  void add(TracedPage page);
  // `tables` is null while no services are counted.
  std::shared_ptr<const FunnelFacts> facts(const StageTimes& times, const ExperimentTables* tables,
                                           std::vector<CellFleet> fleet) const;

 private:
  const Study& study_;
  std::vector<CellFlow> sums_;  // by cell; sums over its pages, not means
  std::deque<std::shared_ptr<const TracedPage>> pages_;
};

}  // namespace feedloop
