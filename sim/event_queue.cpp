#include "sim/event_queue.hpp"

#include <algorithm>
#include <functional>

#include "base/check.hpp"

namespace feedloop {

void EventQueue::push(Event e) {
  heap_.push_back(e);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
}

Event EventQueue::pop() {
  FEEDLOOP_CHECK(!heap_.empty(), "an empty event queue was popped");
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
  const Event e = heap_.back();
  heap_.pop_back();
  return e;
}

std::vector<Event> EventQueue::pop_before(SimTime end) {
  std::vector<Event> due;
  while (!heap_.empty() && heap_.front().time < end) due.push_back(pop());
  return due;
}

}  // namespace feedloop
