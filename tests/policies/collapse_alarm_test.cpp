#include "policies/collapse_alarm.hpp"

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kItems = 200;

// A day of pages whose items are drawn evenly from the first `among`.
void live_a_day(CollapseAlarm& alarm, std::size_t among, std::uint64_t seed) {
  Rng rng = stream({seed}, Stream::Test, entity_key(static_cast<std::uint64_t>(alarm.day())));
  for (int p = 0; p < 100; ++p) {
    Interaction page;
    for (int k = 0; k < 10; ++k)
      page.slate.slots.emplace_back().item = ItemId{uniform_below(rng, static_cast<std::uint32_t>(among))};
    alarm.add(page);
  }
  alarm.end_day(kItems);
}

CollapseAlarm alarm_of(double share = 0.02) {
  CollapseAlarmParams params;
  params.watch = true;
  params.stop_day = 20;
  return {params, {.share = share, .cold_share = share}};
}

}  // namespace

TEST_CASE("an exposure that narrows sets the alarm off and raises exploration for good") {
  CollapseAlarm alarm = alarm_of();
  while (alarm.day() < 20) live_a_day(alarm, kItems, 1);
  CHECK(alarm.events().empty());
  CHECK(alarm.explore().share == 0);  // the fault
  CHECK(alarm.explore().cold_share == 0);
  while (alarm.day() < 34) live_a_day(alarm, kItems / 2, 1);
  REQUIRE(alarm.events().size() == 1);
  const CollapseEvent& event = alarm.events().front();
  CHECK(event.day <= 27);  // a window that holds nothing else at the latest
  CHECK(event.entropy < event.line);
  CHECK(event.line == Approx(alarm.mean() - 3 * alarm.sd()));
  CHECK(event.share == 0);
  CHECK(event.raised_to == 0.05);
  CHECK(alarm.explore().share == 0.05);
  while (alarm.day() < 42) live_a_day(alarm, kItems, 1);
  CHECK(alarm.explore().share == 0.05);
  live_a_day(alarm, 10, 1);
  CHECK(alarm.events().size() == 2);  // a second excursion is told, and nothing is left to raise
  CHECK(alarm.events().back().raised_to == alarm.events().back().share);
}

TEST_CASE("an exposure that stays as it is makes few alarms") {
  // Entropies of one baseline wander together, so its sd is too small: three of them are less than they seem.
  std::size_t alarms = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CollapseAlarm alarm = alarm_of();
    while (alarm.day() < 34) live_a_day(alarm, kItems, seed);
    alarms += alarm.events().size();
  }
  CHECK(alarms < 40);
}

TEST_CASE("an alarm that is saved goes on as if it had not been") {
  CollapseAlarm one = alarm_of(), two = alarm_of();
  while (one.day() < 25) live_a_day(one, one.day() < 20 ? kItems : kItems / 3, 1);
  load_state(two, save_state(one));
  CHECK(two.explore().share == one.explore().share);
  live_a_day(one, 5, 1);
  live_a_day(two, 5, 1);
  CHECK(save_state(one) == save_state(two));
}
