// The pending-event set: who acts when. Order is total, by (time, process), so equal instants never depend on how the heap
// happens to lie. A process (a household) has at most one pending event.
#pragma once

#include <cstdint>
#include <vector>

#include "base/state.hpp"
#include "base/time.hpp"

namespace feedloop {

struct Event {
  SimTime time;
  std::uint32_t process = 0;
  friend constexpr auto operator<=>(const Event&, const Event&) = default;
  void visit_state(State& s) {
    s(time);
    s(process);
  }  // by member: the struct has a gap
};

class EventQueue {
 public:
  void push(Event e);
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  SimTime next_time() const { return heap_.empty() ? kNever : heap_.front().time; }
  Event pop();                                 // the earliest. Requires: not empty
  std::vector<Event> pop_before(SimTime end);  // all events with time < end, in order
  void visit_state(State& s) { s(heap_); }

 private:
  std::vector<Event> heap_;
};

}  // namespace feedloop
