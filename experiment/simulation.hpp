// One world in motion. Simulated time runs in epochs: inside one, published models are frozen and every household is
// independent of every other, so households run on any thread in any order; between epochs pages are put in canonical order,
// folded, and replayed into learning. A page is learned from once it is over.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/hash.hpp"
#include "engine/engine.hpp"
#include "experiment/funnel.hpp"
#include "experiment/study.hpp"
#include "policies/collapse_alarm.hpp"
#include "policies/policy.hpp"
#include "sim/creators.hpp"
#include "sim/event_queue.hpp"

namespace feedloop {

class Simulation {
 public:
  explicit Simulation(const Study& study);
  Simulation(Simulation&&) = default;  // a world goes on elsewhere

  // Runs one epoch under an assignment rule; `fold` receives its pages in canonical order.
  void run_epoch(const Assignment::Rule& rule, const std::function<void(std::span<const Interaction>)>& fold);

  SimTime now() const { return now_; }
  std::int64_t requests() const { return requests_; }
  std::uint64_t signature() const { return signature_.value(); }  // of all integer decisions so far
  const StageTimes& times() const { return *times_; }             // measured, outside the state
  void restart_times() { *times_ = {}; }
  const std::vector<UserState>& users() const { return users_; }
  const std::vector<OnlineFeatures>& features() const { return features_; }  // by user
  const Engine& engine() const { return *engine_; }
  Catalog catalog(SimTime now) const;  // what has been uploaded by now; later uploads of creators who left are blocked
  const Creators& creators() const { return creators_; }
  // From now on the first page of one household in a quarter of an hour is traced through the funnel and told, before the
  // epoch's pages are folded. Changes no result and is no part of the state.
  void trace_pages(std::function<void(TracedPage)> told) { trace_ = std::move(told); }
  const CollapseAlarm* alarm(std::size_t cell) const { return alarms_[cell].get(); }  // null where policy.alarm.watch is off

  // All mutable state: saving, loading, and forking a world go through here.
  void visit_state(State& s);

 private:
  struct Served;  // what one household did in an epoch
  void serve_household(HouseholdId household, SimTime until, const Assignment::Rule& rule, Catalog catalog, Served& out,
                       FunnelTrace* trace);
  // Bit e: experiment e is triggered, counts the request, and its variants do not all show what `slate` of `cell` shows.
  std::uint32_t differing(const Request& request, const OnlineFeatures& user, std::size_t cell, const Slate& slate,
                          const Assignment::Rule& rule, Catalog catalog) const;
  // Drafts the page from `slate` and that of the experiment's treatment: the slots of both, their rows of features, and whose
  // they are.
  std::uint32_t draft(std::size_t experiment, const Request& request, const OnlineFeatures& user, std::size_t cell,
                      Catalog catalog, Ranking& ranking, Slate& slate) const;
  void sign(const Interaction& page);
  void watch_exposure(std::span<const Interaction> pages, SimTime until);

  const Study& study_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<Policy>> policies_;       // by cell
  std::vector<std::unique_ptr<CollapseAlarm>> alarms_;  // by cell
  std::unique_ptr<StageTimes> times_;
  std::function<void(TracedPage)> trace_;

  void withdraw(SimTime now);  // blocks what creators who left would upload from now on

  Creators creators_;
  std::vector<ItemFacts> facts_;  // of this world alone, where creators may leave; else empty
  SimTime now_;
  EventQueue queue_;  // of households
  std::vector<UserState> users_;
  std::vector<OnlineFeatures> features_;  // by user
  std::vector<Interaction> running_;      // served, not over yet
  Hasher signature_;
  std::int64_t requests_ = 0;
};

}  // namespace feedloop
