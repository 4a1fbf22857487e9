#include "data/realism.hpp"

#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

std::vector<double> values(const std::vector<Sample>& samples, const std::string& name) {
  for (const Sample& s : samples)
    if (s.name == name) return s.values;
  return {};
}

}  // namespace

TEST_CASE("a log is described by what it has") {
  InteractionLog log;
  log.has_time = log.has_played = true;
  log.viewers = {"a", "b"};
  log.items = {{"x", "", {0}}, {"y", "", {0}}};
  const auto row = [&](std::uint32_t viewer, std::uint32_t item, std::int64_t s, float played) {
    LogRow r;
    r.viewer = viewer;
    r.item = item;
    r.time_ms = s * 1000;
    r.played_s = played;
    r.duration_s = 100;
    log.seen.push_back(r);
  };
  row(0, 0, 0, 50);
  row(0, 1, 100, 100);
  row(0, 0, 100'000, 25);
  row(1, 0, 0, 10);
  const auto samples = realism_samples(log, 30, {0, 1});
  CHECK(values(samples, "events per user") == std::vector<double>{1, 3});
  CHECK(values(samples, "events per item") == std::vector<double>{1, 3});
  CHECK(values(samples, "visits per user") == std::vector<double>{1, 2});
  CHECK(values(samples, "rows per visit") == std::vector<double>{1, 1, 2});
  CHECK(values(samples, "hours between visits") == std::vector<double>{(100'000.0 - 200) / 3600});
  CHECK(values(samples, "share watched") == std::vector<double>{0.1, 0.25, 0.5, 1});
  log.viewers.clear();
  CHECK(realism_samples(log, 30, {0, 1}).size() == 2);  // items and what was watched
}

TEST_CASE("the share of a user's first category is of users with five events, and of two categories at least") {
  InteractionLog log;
  log.viewers = {"a", "b", "c"};
  log.items = {{"x", "", {0}}, {"y", "", {1}}};
  const auto rows = [&](std::uint32_t viewer, std::uint32_t item, int n, bool chosen = true) {
    LogRow r;
    r.viewer = viewer;
    r.item = item;
    r.chosen = chosen;
    log.seen.insert(log.seen.end(), static_cast<std::size_t>(n), r);
  };
  rows(0, 0, 4);
  rows(0, 1, 1);
  rows(1, 0, 3);
  rows(1, 1, 5);
  rows(1, 0, 9, false);
  rows(2, 0, 4);
  CHECK(values(realism_samples(log, 30, {0, 1}), "share of first category") == std::vector<double>{5.0 / 8, 4.0 / 5});
  CHECK(values(realism_samples(log, 30, {0, 0}), "share of first category").empty());
}

TEST_CASE("the last part of a log is held out and put beside a log regenerated from the rest") {
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  std::string why;
  const auto r = judge_realism(log, source, {}, 0.2, why);
  REQUIRE(r);
  CHECK(r->earlier_rows + r->hold_out_rows == std::ssize(log.seen));
  CHECK(static_cast<double>(r->hold_out_rows) / static_cast<double>(log.seen.size()) == Approx(0.2).margin(0.01));
  CHECK(r->regenerated_rows == r->hold_out_rows);
  REQUIRE(r->rows.size() == 6);
  for (const RealismRow& row : r->rows) {
    INFO(row.name);
    CHECK(row.hold_out.size() == 5);
    CHECK(std::is_sorted(row.regenerated.begin(), row.regenerated.end()));
    CHECK((row.against_regenerated.d >= 0 && row.against_regenerated.d <= 1));
  }
  // The world that made the sample is of the kind that is fitted: users and items are near, though nothing was tuned to be.
  CHECK(r->rows[0].against_regenerated.d < 0.25);
  CHECK(r->rows[1].name == "share of first category");
  CHECK(r->rows[1].against_regenerated.d < 0.25);
  CHECK(r->rows[2].against_regenerated.d < 0.25);
  const std::string text = realism_text(*r, 0.2);
  for (const char* word : {"the last 20 % of rows", "held out", "regenerated", "before", "share of first category",
                           "events per item", "hour of the day"})
    CHECK_THAT(text, Contains(word));
}

TEST_CASE("where there is no hold-out the reason is given") {
  const LogSource source = sample_source();
  InteractionLog log = read_interaction_log(source);
  std::string why;
  log.has_time = false;
  CHECK_FALSE(judge_realism(log, source, {}, 0.2, why));
  CHECK_THAT(why, Contains("no times"));
  log.has_time = true;
  for (LogRow& r : log.seen) r.time_ms = 5;
  CHECK_FALSE(judge_realism(log, source, {}, 0.2, why));
  CHECK_THAT(why, Contains("earlier part of the log, 0 rows, is too small"));
}
