// Runs a scenario: warm-up, fork, mixed world, and on request the worlds that tell the truth.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/state.hpp"
#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "experiment/snapshot.hpp"

namespace feedloop {

struct Interaction;
struct Study;
class Simulation;

// Named blobs that outlive the process. `put` replaces atomically: after a crash the old or the new bytes are there.
class CheckpointStore {
 public:
  using Writer = std::function<void(State&)>;
  virtual ~CheckpointStore() = default;
  virtual void put(std::string_view name, const Writer& write) = 0;  // of any size; `write` may be called more than once
  void put(std::string_view name, std::string_view bytes) {
    put(name, [bytes](State& s) { s.bytes(bytes); });
  }
  // Asked after each simulated day: is it time for a checkpoint? A run that is stopped makes one in any case.
  virtual bool due() { return true; }
  virtual std::optional<std::string> get(std::string_view name) = 0;
};

// Per-unit results, for the archive: one row per unit of the mixed world.
class UnitSink {
 public:
  virtual ~UnitSink() = default;
  virtual void unit(std::uint32_t user, double entry_day, const std::vector<std::string>& variants,
                    const std::vector<MetricInfo>& metrics, const std::vector<double>& numerators,
                    const std::vector<double>& denominators) = 0;
};

// Reads worlds while they run, and changes nothing. A resumed run shows only what was left of them.
class WorldWatcher {
 public:
  virtual ~WorldWatcher() = default;
  virtual void begin(const Study&) {}  // before any world runs; the study lives as long as the run
  // Of the mixed world: each epoch's pages in canonical order, when they have been served and before anything learns from them.
  virtual void pages(const Simulation&, std::span<const Interaction>) {}
  virtual void end(const Simulation&) {}
  // The worlds of RunOptions::truth, one after the other: everybody is in `variant` of `experiment`.
  virtual void begin_truth(const Simulation&, std::size_t /*experiment*/, std::size_t /*variant*/) {}
  virtual void truth_pages(const Simulation&, std::span<const Interaction>) {}
  virtual void truth_day(const Simulation&) {}  // at the end of each simulated day
  virtual void end_truth(const Simulation&) {}
};

struct RunOptions {
  bool truth = false;
  CheckpointStore* checkpoints = nullptr;  // saves after a simulated day, when one is due
  bool resume = false;                     // continue from the store, if it holds anything
  UnitSink* units = nullptr;
  std::vector<WorldWatcher*> watchers = {};
};

// Throws Error (bad input), Interrupted (the observer asked to stop; checkpoint saved).
Report run(const Scenario& scenario, const RunOptions& options = {}, Observer* observer = nullptr);

}  // namespace feedloop
