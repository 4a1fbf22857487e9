#include "data/interaction_log.hpp"

#include <fstream>

#include "base/error.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

// Twelve users who each chose five of twelve items, with one thing wrong where asked.
std::string plain_log(const std::string& header = "userId,movieId,rating,timestamp", const std::string& end = "\n") {
  std::string text = header + end;
  for (int k = 0; k < 5; ++k)
    for (int u = 1; u <= 12; ++u)
      text += std::to_string(u) + "," + std::to_string((u + 2 * k) % 12 + 1) + ",4.5," + std::to_string(1000 - k) + end;
  return text;
}

std::string plain_items() {
  std::string text = "movieId,title,genres\n";
  for (int i = 1; i <= 12; ++i)
    text += std::to_string(i) + ",\"Film, the " + std::to_string(i) + "th\"," + (i % 2 ? "Drama|Crime" : "Comedy") + "\n";
  return text;
}

struct Input {
  TemporaryFolder folder;
  LogSource source;
  Input(const std::string& log, const std::string& items) {
    source.log = folder.write("log.csv", log);
    source.items = folder.write("items.csv", items);
  }
  InteractionLog read() const { return read_interaction_log(source); }
  std::string error() const {
    return error_of([&] { read(); });
  }
};

}  // namespace

TEST_CASE("a log is read by its columns' names into canonical order") {
  const InteractionLog log = Input(plain_log(), plain_items()).read();
  REQUIRE(log.users.size() == 12);
  REQUIRE(log.items.size() == 12);
  CHECK(log.users[1] == "2");
  CHECK(log.users[11] == "12");  // as numbers, though ids are texts
  CHECK(log.items[0].title == "Film, the 1th");
  CHECK(log.labels == std::vector<std::string>{"Comedy", "Crime", "Drama"});
  CHECK(log.items[0].labels == std::vector<int>{1, 2});
  REQUIRE(log.events.size() == 60);
  CHECK(log.events[0].user == 0);
  CHECK(log.events[0].time_s == 996);  // rows came latest first
  CHECK(log.events[0].value == 4.5);
  CHECK(log.repeated == 0);
}

TEST_CASE("line ends, a byte-order mark, the order of rows and the case of names change nothing") {
  const InteractionLog a = Input(plain_log(), plain_items()).read();
  std::string rows = plain_log("USER_ID,item,Weight,ts", "\r\n");
  const InteractionLog b = Input("\xEF\xBB\xBF" + rows, plain_items()).read();
  std::string reversed = "userId,movieId,rating,timestamp\n";
  std::istringstream lines(plain_log());
  std::vector<std::string> kept;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) kept.push_back(line);
  for (auto it = kept.rbegin(); it != kept.rend(); ++it) reversed += *it + "\n";
  const InteractionLog c = Input(reversed, plain_items()).read();
  for (const InteractionLog* other : {&b, &c}) {
    CHECK(other->users == a.users);
    REQUIRE(other->events.size() == a.events.size());
    for (std::size_t k = 0; k < a.events.size(); ++k) {
      CHECK(other->events[k].user == a.events[k].user);
      CHECK(other->events[k].item == a.events[k].item);
      CHECK(other->events[k].time_s == a.events[k].time_s);
    }
  }
}

TEST_CASE("columns of other names are given by flags") {
  Input input(plain_log("who,what,how,when"), plain_items());
  CHECK_THAT(input.error(), Contains("log.csv:1:1") && Contains("--user-column") && Contains("who, what, how, when"));
  input.source.user_column = "who";
  input.source.item_column = "what";
  CHECK(input.read().events.size() == 60);
  CHECK_FALSE(input.read().has_time);
  input.source.time_column = "wen";
  CHECK_THAT(input.error(), Contains("has no column `wen`, did you mean `when`?"));
}

TEST_CASE("every fault of a log is told with its line and column") {
  const std::string log = plain_log(), items = plain_items();
  CHECK_THAT(Input(log + "1,2,five,7\n", items).error(), Contains("log.csv:62:5: `rating` = \"five\" is not a finite number"));
  CHECK_THAT(Input(log + "1,2,5,noon\n", items).error(), Contains("log.csv:62:7") && Contains("timestamp"));
  CHECK_THAT(Input(log + "1,2,5,-3\n", items).error(), Contains("log.csv:62:7") && Contains("outside"));
  CHECK_THAT(Input(log + "1,2,5\n", items).error(), Contains("log.csv:62:") && Contains("3 fields where the header has 4"));
  CHECK_THAT(Input(log + ",2,5,7\n", items).error(), Contains("log.csv:62:1: `userId` is empty"));
  CHECK_THAT(Input(log + "1,\"2,5,7\n", items).error(), Contains("log.csv:62:3: a quote is opened here and never closed"));
  CHECK_THAT(Input("", items).error(), Contains("log.csv: is empty"));
  CHECK_THAT(Input("userId,movieId\n", items).error(), Contains("log.csv: has no events"));
  CHECK_THAT(Input("userId,movieId\n1,1\n", items).error(), Contains("leaves 0 users with 5 events or more"));
  CHECK_THAT(Input("usrId,movieId\n1,1\n", items).error(), Contains("did you mean `usrId`?"));
  CHECK_THAT(Input(log, items + "3,again,Drama\n").error(), Contains("items.csv:14:1: item `3` is listed twice"));
  CHECK_THAT(Input(log, items + "3,\"Film, the 3th\",Drama\n").error(), Contains("items.csv:14:1: item `3` is listed twice"));
  CHECK_THAT(Input(log, "movieId,title\n1,x\n").error(), Contains("items.csv:1:1") && Contains("--category-column"));
  CHECK_THAT(Input(log, "movieId,genres\n").error(), Contains("items.csv: has no items"));
  Input missing(log, items);
  missing.source.log = "nowhere.csv";
  CHECK_THAT(missing.error(), Contains("nowhere.csv: cannot be read"));
}

TEST_CASE("items that the file does not list are kept as unknown and counted") {
  const InteractionLog log = Input(plain_log() + "1,99,3,5\n2,99,3,5\n3,77,3,5\n", plain_items()).read();
  CHECK(log.items.size() == 14);
  CHECK(log.unlisted_items == 2);
  CHECK(log.unlisted_events == 3);
  CHECK(log.items.back().id == "99");
  CHECK(log.labels[static_cast<std::size_t>(log.items.back().labels.at(0))] == "unknown");
}

TEST_CASE("thresholds drop rows and users, and say how many") {
  Input input(plain_log() + "13,1,5,5\n1,2,2,5\n1,2,2,6\n", plain_items());
  InteractionLog log = input.read();
  CHECK(log.sparse_users == 1);
  CHECK(log.sparse_events == 1);
  CHECK(log.repeated == 2);  // user 1 had chosen item 2 already
  input.source.min_value = 3;
  log = input.read();
  CHECK(log.below_value == 2);
  CHECK(log.repeated == 0);
}

TEST_CASE("milliseconds are taken for seconds") {
  std::string text = "user,item,ts\n";
  for (int u = 0; u < 10; ++u)
    for (int i = 0; i < 10; ++i) text += "u" + std::to_string(u) + ",i" + std::to_string(i) + ",1537799250123\n";
  Input input(text, "id,category\ni0,x\n");
  CHECK(input.read().events[0].time_s == 1537799250);
}

namespace {

// Twenty pages of six slots on which two users each see items 1 to 6, whose clicks take turns.
std::string impressions(const std::string& header = "user,item,time,position,click,pscore,watched_ms", int first_slot = 1) {
  std::string text = header + "\n";
  for (int p = 0; p < 20; ++p)
    for (int u = 1; u <= 12; ++u)
      for (int k = 0; k < 6; ++k) {
        const bool click = (p + k + u) % 6 == 0;
        text += std::to_string(u) + "," + std::to_string((k + p) % 12 + 1) + "," + std::to_string(1000 + 60 * p) + "," +
                std::to_string(k + first_slot) + "," + std::to_string(click) + ",0.25," + (click ? "1500" : "") + "\n";
      }
  return text;
}

}  // namespace

TEST_CASE("a log of impressions keeps what was passed by as rows, and what was clicked as events") {
  const InteractionLog log = Input(impressions(), plain_items()).read();
  CHECK(log.has_click);
  CHECK(log.has_slot);
  CHECK(log.has_propensity);
  CHECK(log.has_played);
  CHECK(log.viewers.size() == 12);
  CHECK(log.seen.size() == 20 * 12 * 6);
  CHECK(log.events.size() == 20 * 12);
  CHECK(log.seen[0].slot == 1);
  CHECK(log.seen[0].propensity == 0.25);
  for (const LogRow& r : log.seen) CHECK(r.chosen == (r.played_s == 1.5f));
}

TEST_CASE("slots that count from 0 are moved, and a column that is none is not read") {
  Input input(impressions("user,item,time,position,click,pscore,watched_ms", 0), plain_items());
  const InteractionLog log = input.read();
  CHECK(log.slots_from_0);
  CHECK(log.seen[0].slot == 1);
  input.source.slot_column = input.source.propensity_column = input.source.play_column = "none";
  CHECK_FALSE(input.read().has_slot);
  CHECK_FALSE(input.read().has_propensity);
  CHECK_FALSE(input.read().has_played);
  input.source.click_column = "none";
  CHECK(input.read().events.size() == 20 * 12 * 6);
}

TEST_CASE("a log without users is read as impressions when it has clicks, and refused when it has none") {
  Input input(impressions("nobody,item,time,position,click,pscore,watched_ms"), plain_items());
  const InteractionLog log = input.read();
  CHECK_FALSE(log.has_users());
  CHECK(log.seen.size() == 20 * 12 * 6);
  CHECK(log.events.empty());
  input.source.click_column = "none";
  CHECK_THAT(input.error(), Contains("log.csv:1:1") && Contains("--user-column"));
  CHECK_THAT(Input("item,click\n1,1\n", plain_items()).error(), Contains("leaves 1 impressions of 1 items with 1 clicks"));
}

TEST_CASE("faults of an impression are told with line and column") {
  const std::string log = impressions(), items = plain_items();
  const std::string at = "log.csv:1442:";
  CHECK_THAT(Input(log + "1,2,900,1,2,0.25,\n", items).error(),
             Contains(at) && Contains("`click` = 2 is no click; allowed are 0 and 1"));
  CHECK_THAT(Input(log + "1,2,900,1.5,0,0.25,\n", items).error(), Contains(at) && Contains("`position` = 1.5 is not a slot"));
  CHECK_THAT(Input(log + "1,2,900,1,0,1.5,\n", items).error(), Contains(at) && Contains("`pscore` = 1.5 is not a propensity"));
  CHECK_THAT(Input(log + "1,2,900,1,0,0.25,-1\n", items).error(), Contains(at) && Contains("ten days"));
  CHECK_THAT(Input(log + "1,2,noon,1,0,0.25,\n", items).error(), Contains(at) && Contains("`time` = \"noon\" is not a time"));
  Input input(log, items);
  input.source.play_column = "pscore";
  CHECK_THAT(input.error(), Contains("`pscore` does not say its unit"));
}

TEST_CASE("ISO times are read as the instants they name, and before 1970 there are none") {
  std::string text = "user,item,ts\n";
  for (int u = 0; u < 10; ++u)
    for (int i = 0; i < 10; ++i)
      text += "u" + std::to_string(u) + ",i" + std::to_string(i) + ",2018-09-24 14:27:30.123+00:00\n";
  Input input(text, "id,category\ni0,x\n");
  CHECK(input.read().events[0].time_s == 1537799250);
  CHECK(input.read().seen[0].time_ms == 1537799250123);
  CHECK_THAT(Input(text + "u1,i1,1969-07-20T20:17Z\n", "id,category\ni0,x\n").error(),
             Contains("log.csv:102:7: `ts` = \"1969-07-20T20:17Z\" is before 1970"));
  input.source.time_format = TimeFormat::Seconds;
  CHECK_THAT(input.error(), Contains("log.csv:2:7") && Contains("is not a number of seconds"));
}

TEST_CASE("rows and items that are there twice count once; an item of several durations takes the longest") {
  const std::string log = plain_log();
  Input input(log + log.substr(log.find('\n') + 1), plain_items() + "3,\"Film, the 3th\",Crime|Drama\n");
  InteractionLog read = input.read();
  CHECK(read.doubled == 60);
  CHECK(read.events.size() == 60);
  CHECK(read.doubled_items == 1);
  CHECK(read.items.size() == 12);
  std::string lengths = "userId,movieId,timestamp,duration_s\n";
  for (int k = 0; k < 60; ++k)
    lengths += std::to_string(k % 12) + "," + std::to_string(k % 10) + "," + std::to_string(k) + "," +
               (k % 10 == 3 ? std::to_string(k) : "9") + "\n";
  read = Input(lengths, "id,category\n3,x\n").read();
  CHECK(read.disputed_durations == 1);
  CHECK(read.items[3].duration_s == 53);
}

TEST_CASE("rows outside a declared window are dropped and counted, and a window that holds none is refused") {
  std::string rows = plain_log();
  for (int u = 1; u <= 12; ++u) rows += std::to_string(u) + "," + std::to_string((u + 6) % 12 + 1) + ",4,999\n";
  Input input(rows, plain_items());
  input.source.window_ms = {997'000, 2'000'000};
  const InteractionLog log = input.read();
  CHECK(log.outside_window == 12);
  CHECK(log.events.size() == 60);
  input.source.window_ms = {1, 2};
  CHECK_THAT(input.error(), Contains("no row in the window from 1970-01-01T00:00:00Z to"));
  Input timeless("userId,movieId\n1,1\n", plain_items());
  timeless.source.window_ms = {1, 2};
  CHECK_THAT(timeless.error(), Contains("--time-column"));
}

TEST_CASE("a part of a log by time has its viewers and rows alone, and both parts are the whole") {
  Input input(plain_log(), plain_items());
  const InteractionLog log = input.read();
  const InteractionLog early = part_of(log, 0, 998'000, 1), late = part_of(log, 998'000, 1'000'001, 1);
  CHECK(early.seen.size() + late.seen.size() == log.seen.size());
  CHECK(early.events.size() == 24);
  CHECK(late.events.size() == 36);
  CHECK(early.items.size() == 12);
  CHECK(part_of(log, 0, 998'000, 3).users.empty());
  CHECK(part_of(log, 0, 998'000, 3).sparse_users == 12);
  CHECK(part_of(log, 0, 1, 1).viewers.empty());
}
