#include "engine/fleet/trace.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a trace keeps a page's items and counts its clicks") {
  Interaction page;
  page.request.user = UserId{4};
  page.slate.slots.resize(3);
  page.slate.slots[1].item = ItemId{9};
  page.outcome.slots.resize(3);
  page.outcome.slots[0].clicked = page.outcome.slots[1].clicked = true;
  Trace trace{SimTime{0}, SimTime{0} + kDay, {}};
  trace.add(page);
  REQUIRE(trace.requests.size() == 1);
  CHECK(trace.requests[0].request.user == UserId{4});
  CHECK(trace.requests[0].items == std::vector{ItemId{0}, ItemId{9}, ItemId{0}});
  CHECK(trace.requests[0].actions == 2);
  CHECK(trace.seconds() == 86400);
}
