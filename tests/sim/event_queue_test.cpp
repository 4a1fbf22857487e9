#include "sim/event_queue.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Few distinct times, so that ties are common.
std::vector<Event> many_events(std::uint32_t n) {
  Rng rng = stream({1}, Stream::Test, entity_key(1));
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < n; ++i) events.push_back({SimTime{uniform_below(rng, 20)}, i});
  for (std::size_t i = events.size(); i > 1; --i)
    std::swap(events[i - 1], events[uniform_below(rng, static_cast<std::uint32_t>(i))]);
  return events;
}

}  // namespace

TEST_CASE("events leave in order of time and equal times in order of process") {
  auto events = many_events(500);
  EventQueue queue;
  for (const Event& e : events) queue.push(e);
  CHECK(queue.size() == 500);
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.time != b.time ? a.time < b.time : a.process < b.process; });
  for (const Event& expected : events) {
    CHECK(queue.next_time() == expected.time);
    CHECK(queue.pop() == expected);
  }
  CHECK(queue.empty());
}

TEST_CASE("the order of pushing does not matter") {
  auto events = many_events(200);
  EventQueue forward, backward;
  for (const Event& e : events) forward.push(e);
  for (std::size_t i = events.size(); i-- > 0;) backward.push(events[i]);
  while (!forward.empty()) REQUIRE(forward.pop() == backward.pop());
  CHECK(backward.empty());
}

TEST_CASE("an empty queue is never due") {
  EventQueue queue;
  CHECK(queue.empty());
  CHECK(queue.next_time() == kNever);
  CHECK(queue.pop_before(kNever).empty());
}

TEST_CASE("what is due before an end excludes the end itself") {
  EventQueue queue;
  for (const std::int64_t t : {30, 10, 20, 20, 40}) queue.push({SimTime{t}, static_cast<std::uint32_t>(queue.size())});
  const auto due = queue.pop_before(SimTime{30});
  REQUIRE(due.size() == 3);
  CHECK(due[0] == Event{SimTime{10}, 1});
  CHECK(due[1] == Event{SimTime{20}, 2});
  CHECK(due[2] == Event{SimTime{20}, 3});
  CHECK(queue.next_time() == SimTime{30});
  CHECK(queue.size() == 2);
}

TEST_CASE("a queue pushed to between pops stays in order") {
  // A household that was served comes back with its next event: the hold model, against a sorted vector.
  EventQueue queue;
  std::vector<Event> twin;
  Rng rng = stream({1}, Stream::Test, entity_key(2));
  for (std::uint32_t p = 0; p < 50; ++p) {
    const Event e{SimTime{uniform_below(rng, 100)}, p};
    queue.push(e);
    twin.push_back(e);
  }
  for (int i = 0; i < 2000; ++i) {
    const auto first = std::min_element(twin.begin(), twin.end());
    Event e = queue.pop();
    REQUIRE(e == *first);
    twin.erase(first);
    e.time = e.time + Duration{uniform_below(rng, 30)};
    queue.push(e);
    twin.push_back(e);
  }
}

TEST_CASE("a saved queue goes on as the original") {
  EventQueue queue;
  for (const Event& e : many_events(300)) queue.push(e);
  for (int i = 0; i < 100; ++i) queue.pop();
  const std::string bytes = save_state(queue);
  EventQueue copy;
  load_state(copy, bytes);
  CHECK(copy.size() == queue.size());
  while (!queue.empty()) REQUIRE(copy.pop() == queue.pop());
  CHECK(copy.empty());
}

TEST_CASE("saved bytes hold nothing but the events") {
  // Equal events from memory of different garbage: whatever fills a struct's gaps must not reach a checkpoint.
  const auto saved = [](unsigned char garbage) {
    alignas(Event) std::array<unsigned char, sizeof(Event)> memory;
    memory.fill(garbage);
    const std::int64_t time = 5;
    const std::uint32_t process = 3;
    std::memcpy(memory.data() + offsetof(Event, time), &time, sizeof time);
    std::memcpy(memory.data() + offsetof(Event, process), &process, sizeof process);
    std::vector<Event> events(1);
    std::memcpy(static_cast<void*>(events.data()), memory.data(), sizeof(Event));
    EventQueue queue;
    queue.push(events[0]);
    return save_state(queue);
  };
  CHECK(saved(0xAA) == saved(0x55));
}
