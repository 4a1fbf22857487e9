#include "experiment/metrics/engagement.hpp"

#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// One user: a session of two pages, and a page a day later. Judged two days after entering.
UnitValue fold(const Metric& metric, SimTime now = at_hours(48)) {
  const std::vector<Interaction> pages{
      TinyPage{.time = at_hours(0),
               .items = {1, 2, 3, 4},
               .outcomes = {clicked(6, true, true), {}, clicked(0.1, false, false, true)}},
      TinyPage{.time = at_hours(0.2), .items = {5, 6, 7}, .outcomes = {{}, clicked(3)}, .page = 1},
      TinyPage{.time = at_hours(24), .items = {8, 9, 10}, .outcomes = {clicked(12.5, true)}},
  };
  UnitValue v;
  const UnitContext context{at_hours(0), now};
  for (const Interaction& p : pages) metric.add(v, {context.entered, p.request.time}, p);
  return metric.finish(v, context).value();
}

void is(const UnitValue& v, double num, double den) {
  CHECK(v.num == Approx(num));
  CHECK(v.den == Approx(den));
}

}  // namespace

TEST_CASE("CTR is clicks over impressions") { is(fold(kCtr), 4, 10); }
TEST_CASE("watch time per user-day is minutes over days since entry") {
  is(fold(kWatchPerUserDay), 6 + 0.1 + 3 + 12.5, 2);
  is(fold(kWatchPerUserDay, at_hours(24 * 14)), 21.6, 14);
}
TEST_CASE("sessions per user-day count first pages") { is(fold(kSessionsPerUserDay), 2, 2); }
TEST_CASE("clicks per user-day count clicks") { is(fold(kClicksPerUserDay), 4, 2); }
TEST_CASE("completion rate is completed plays over clicks") { is(fold(kCompletionRate), 2, 4); }
TEST_CASE("skip rate is early skips over clicks") { is(fold(kSkipRate), 1, 4); }
TEST_CASE("like rate is likes over clicks") { is(fold(kLikeRate), 1, 4); }

TEST_CASE("who never clicked counts with zeros and not as absent") {
  UnitValue v;
  const UnitContext context{at_hours(0), at_hours(24)};
  kCtr.add(v, context, TinyPage{.time = at_hours(0), .items = {1, 2}});
  is(kCtr.finish(v, context).value(), 0, 2);
  is(kCompletionRate.finish({}, context).value(), 0, 0);
  is(kWatchPerUserDay.finish({}, context).value(), 0, 1);
}
