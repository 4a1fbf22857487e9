// What is counted of one world: a unit table of everybody from their first request since t0, and one more for each experiment
// that counts other units or from another time: behind a holdout, an allocation, a ramp or a stop. A unit enters such a table
// with its first request while it is in the experiment; of a triggered one, with its first whose slates differ. A switchback
// has a table of blocks besides, and interleaving one of votes.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "experiment/block_table.hpp"
#include "experiment/interleaving.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

class ExperimentTables {
 public:
  // Without a platform: a blank one, for tables that only count.
  explicit ExperimentTables(const Study& study, std::shared_ptr<const Platform> platform = nullptr);

  // In canonical order, between epochs; `rule` served the pages. Of a warm-up only the table of everybody takes note.
  void add(std::span<const Interaction> pages, const Assignment::Rule& rule);

  // Of UnitTable, for the table of everybody and for all tables.
  void enter_all(SimTime time) { all_.enter_all(time); }
  void keep(std::span<const std::size_t> metrics, SimTime now);
  void set_before(const std::shared_ptr<const UnitTable>& before);

  UnitTable release() { return std::move(all_); }  // what is left must not be used
  const UnitTable& all() const { return all_; }
  const UnitTable& of(std::size_t experiment) const { return own_[experiment] ? *own_[experiment] : all_; }

  // Users who were in a triggered experiment, triggered or not: 0 = never, otherwise 1 + their variant. Empty: not triggered.
  std::span<const std::uint8_t> assigned(std::size_t experiment) const { return assigned_[experiment]; }
  const BlockTable* blocks(std::size_t experiment) const { return blocks_[experiment].get(); }  // null: no switchback

  const InterleavingTable* interleaving(std::size_t experiment) const { return interleaving_[experiment].get(); }  // likewise

  // Nothing from `time` on counts for the experiment, and its results are as of then.
  void stop(std::size_t experiment, SimTime time) { stopped_[experiment] = time; }
  SimTime stopped(std::size_t experiment) const { return stopped_[experiment]; }  // kNever: it runs
  std::uint64_t stopped() const;                                                  // bit e: experiment e, for Assignment::Rule
  SimTime until(std::size_t experiment, SimTime now) const { return std::min(now, stopped_[experiment]); }

  void visit_state(State& s);

 private:
  const Study* study_;
  UnitTable all_;
  std::vector<std::unique_ptr<UnitTable>> own_;                   // by experiment; null: as everybody
  std::vector<std::unique_ptr<BlockTable>> blocks_;               // by experiment
  std::vector<std::unique_ptr<InterleavingTable>> interleaving_;  // by experiment
  std::vector<std::vector<std::uint8_t>> assigned_;               // by experiment
  std::vector<SimTime> stopped_;                                  // by experiment
};

}  // namespace feedloop
