#include "policies/feedback.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A page of slots: 's' seen, 'c' clicked (and seen), '-' neither.
std::vector<std::size_t> counted(std::string_view page, std::string_view feedback) {
  Interaction p;
  for (const char ch : page) {
    p.slate.slots.emplace_back();
    SlotOutcome& o = p.outcome.slots.emplace_back();
    o.seen = ch != '-';
    o.clicked = ch == 'c';
  }
  std::vector<std::size_t> slots;
  each_counted(p, feedback_named(feedback), [&](std::size_t k) { slots.push_back(k); });
  return slots;
}

using Slots = std::vector<std::size_t>;

}  // namespace

TEST_CASE("seen slots count or all that were served") {
  CHECK(counted("sc-s-", "seen") == Slots{0, 1, 3});
  CHECK(counted("sc-s-", "served") == Slots{0, 1, 2, 3, 4});
  CHECK(counted("---", "seen").empty());
  CHECK(counted("", "served").empty());
}

TEST_CASE("a cascade counts what stands above the last click and that click") {
  CHECK(counted("scss", "cascade") == Slots{0, 1});
  CHECK(counted("cscs", "cascade") == Slots{0, 1, 2});
  CHECK(counted("c", "cascade") == Slots{0});
  CHECK(counted("s-cs", "cascade") == Slots{0, 1, 2});  // passed on the way, whatever the viewport says
}

TEST_CASE("a cascade without a click counts what was seen") {
  CHECK(counted("sss-", "cascade") == Slots{0, 1, 2});
  CHECK(counted("----", "cascade").empty());
}
