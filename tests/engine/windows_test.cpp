#include "engine/windows.hpp"

#include <set>

#include "engine/pipeline.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kUsers = 12;
constexpr double kHourUtc = 3;

// A platform that closes its segments at midnight and at three, from day 0 on, and remembers every page.
struct Nights {
  std::vector<ItemFacts> shelf = make_shelf(30, 5);
  WeekCounters counters;
  std::vector<Interaction> pages;  // request.time stands for the end of the page
  WeekSnapshot rolling, calendar;
  std::int64_t calendar_days = kWindowDays;

  void until(std::int64_t night) {
    for (std::int64_t d = 0; d < night; ++d) {
      feed(d, 0, kHourUtc);
      publish();
      counters.close();
      feed(d, kHourUtc, 24);
      counters.close();
    }
    feed(night, 0, kHourUtc);
    publish();
  }
  void publish() {
    rolling = counters.publish({});
    calendar = counters.publish({"calendar", calendar_days});
  }
  void feed(std::int64_t day, double from, double to) {
    std::vector<Interaction> batch;
    for (Interaction& page : random_day(day, kUsers, shelf, 40, 5)) {
      const double hour = local_hour(page.request.time, 0);
      if (hour >= from && hour < to) batch.push_back(page);
    }
    counters.observe(batch, shelf);
    pages.insert(pages.end(), batch.begin(), batch.end());
  }
  // The same by going through all pages of [from, to).
  WeekSnapshot obvious(SimTime from, SimTime to, std::int64_t day_begins_at_h) const {
    WeekSnapshot out;
    out.users.resize(kUsers);
    out.items.resize(shelf.size());
    std::vector<std::set<std::int64_t>> days(kUsers);
    for (const Interaction& page : pages) {
      if (page.request.time < from || page.request.time >= to) continue;
      UserWeek& user = out.users[page.request.user.index()];
      days[page.request.user.index()].insert(local_day(page.request.time - kHour * day_begins_at_h, 0));
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
        const ItemId item = page.slate.slots[k].item;
        const SlotOutcome& o = page.outcome.slots[k];
        ++user.impressions;
        user.clicks += o.clicked;
        user.watched_s += static_cast<std::uint32_t>(o.watched_ms / 1000);
        user.category_clicks[shelf[item.index()].category.index()] =
            static_cast<std::uint16_t>(user.category_clicks[shelf[item.index()].category.index()] + o.clicked);
        for (ItemWeek* w : {&out.items[item.index()], &out.total}) {
          ++w->impressions;
          w->clicks += o.clicked;
          w->completions += o.completed;
        }
      }
    }
    for (std::size_t u = 0; u < kUsers; ++u) out.users[u].active_days = static_cast<std::uint32_t>(days[u].size());
    return out;
  }
};

void check_equal(const WeekSnapshot& got, const WeekSnapshot& want) {
  const auto same = [](const ItemWeek& a, const ItemWeek& b) {
    CHECK(a.impressions == b.impressions);
    CHECK(a.clicks == b.clicks);
    CHECK(a.completions == b.completions);
  };
  same(got.total, want.total);
  for (std::size_t i = 0; i < want.items.size(); ++i) same(got.item(ItemId{i}), want.items[i]);
  for (std::size_t u = 0; u < kUsers; ++u) {
    const UserWeek &a = got.user(UserId{u}), &b = want.users[u];
    CHECK(a.impressions == b.impressions);
    CHECK(a.clicks == b.clicks);
    CHECK(a.watched_s == b.watched_s);
    CHECK(a.active_days == b.active_days);
    CHECK(a.category_clicks == b.category_clicks);
  }
}

}  // namespace

TEST_CASE("the rolling window is the last 7 x 24 hours before the publication") {
  for (const std::int64_t night : {0, 2, 7, 12}) {
    INFO("night " << night);
    Nights nights;
    nights.until(night);
    const SimTime now = SimTime{0} + kDay * night + kHour * 3;
    check_equal(nights.rolling, nights.obvious(now - kDay * 7, now, 3));
  }
}

TEST_CASE("the calendar window begins at midnight and holds today's hours and the days before") {
  for (const std::int64_t days : {1, 2, 7}) {
    INFO("days " << days);
    Nights nights;
    nights.calendar_days = days;
    nights.until(12);
    const SimTime midnight = SimTime{0} + kDay * 12;
    check_equal(nights.calendar, nights.obvious(midnight - kDay * (days - 1), midnight + kHour * 3, 0));
  }
}

TEST_CASE("the calendar window misses seven days' evening that the rolling one counts") {
  Nights nights;
  nights.until(12);
  CHECK(nights.calendar.total.impressions < nights.rolling.total.impressions);
  CHECK(nights.calendar.total.impressions > nights.rolling.total.impressions * 3 / 4);
}

TEST_CASE("who and what the night does not know of has zeros") {
  const WeekSnapshot empty = WeekCounters{}.publish({});
  CHECK(empty.user(UserId{7}).clicks == 0);
  CHECK(empty.user(UserId{7}).active_days == 0);
  CHECK(empty.item(ItemId{7}).impressions == 0);
  CHECK(empty.total.impressions == 0);
}

TEST_CASE("plays by a link are in the week's counters of items where they are told to be") {
  const auto shelf = make_shelf(10);
  Interaction page = play_page(UserId{0}, SimTime{0}, shelf[7]);
  page.outcome.direct.push_back({ItemId{3}, {.watched_ms = 60'000, .clicked = true, .completed = true}});
  WeekCounters pages, all{true};
  for (WeekCounters* c : {&pages, &all}) c->observe({{page}}, shelf);
  CHECK(pages.publish({}).item(ItemId{3}).clicks == 0);
  const WeekSnapshot week = all.publish({});
  CHECK(week.item(ItemId{3}).impressions == 1);
  CHECK(week.item(ItemId{3}).clicks == 1);
  CHECK(week.item(ItemId{3}).completions == 1);
  CHECK(week.user(UserId{0}).clicks == pages.publish({}).user(UserId{0}).clicks);
}

TEST_CASE("a pipeline publishes the windows of its own publication hour") {
  const auto shelf = make_shelf(20);
  for (const char* hour : {"0", "3", "12.5"}) {
    INFO(hour);
    Pipeline pipeline(engine_settings({std::string("engine.training.hour_utc=") + hour,
                                       "engine.features.serving_window=calendar", "engine.features.serving_days=2"}),
                      {1});
    // One page an hour, over within it: the windows hold as many impressions as hours, by two slots.
    std::uint32_t version = 0;
    for (std::int64_t h = 0; h <= 24 * 9 + 12; ++h) {
      std::vector<Interaction> batch;
      if (h > 0)
        batch.push_back(page_of(request_of(UserId{1}, SimTime{0} + kHour * (h - 1), static_cast<std::uint32_t>(h)),
                                {ItemId{0}, ItemId{1}}, {SlotOutcome{}, SlotOutcome{}}));
      pipeline.learn(batch, SimTime{0} + kHour * h, shelf);
      if (pipeline.version() == version) continue;
      version = pipeline.version();
      const std::int64_t today = h % 24;
      CHECK(pipeline.served_week().total.impressions == 2 * std::min(h, 24 + today));
      CHECK(pipeline.week().total.impressions == 2 * std::min<std::int64_t>(h, 168));
    }
    CHECK(version >= 9);
  }
}

TEST_CASE("saved windows go on as the original") {
  Nights a;
  a.until(3);
  WeekCounters b;
  load_state(b, save_state(a.counters));
  for (WeekCounters* c : {&a.counters, &b}) {
    c->close();
    c->observe(random_day(4, kUsers, a.shelf, 20), a.shelf);
  }
  CHECK(save_state(a.counters) == save_state(b));
  WeekSnapshot x = a.counters.publish({}), y = b.publish({});
  CHECK(save_state(x) == save_state(y));
}
