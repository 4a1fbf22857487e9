// Records the worlds of the truth for maps of a filter bubble (experiment/bubble/bubble.hpp). It reads and changes nothing, and
// what it records is the same on any number of threads.
//
// Spread, drift, categories and distances are about a panel of at most 4096 users who were there before t0, drawn by lot;
// exposure of the catalogue counts everybody's. Errors are a Poisson bootstrap's over users, with the weights of
// experiment/exposure_counts.hpp, so that worlds pair.
//
// Memory: 4 bytes x items x (days x worlds + 7 x replicates), with 48 replicates for up to 160,000 items and 8 for a million.
#pragma once

#include <memory>

#include "experiment/bubble/bubble.hpp"
#include "experiment/run.hpp"

namespace feedloop {

class BubbleRecorder final : public WorldWatcher {
 public:
  BubbleRecorder();
  ~BubbleRecorder() override;

  void begin(const Study& study) override;
  void begin_truth(const Simulation& world, std::size_t experiment, std::size_t variant) override;
  void truth_pages(const Simulation& world, std::span<const Interaction> pages) override;
  void truth_day(const Simulation& world) override;
  void end_truth(const Simulation& world) override;

  // After the run; once. Null when a world was not recorded from t0 to the end: its run had been resumed, or no truth was
  // asked.
  std::shared_ptr<const BubbleReport> take();

 private:
  class Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace feedloop
