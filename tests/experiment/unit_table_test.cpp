#include "experiment/unit_table.hpp"

#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Three of four units enter, in cells 0 and 1.
std::vector<Interaction> some_pages() {
  return {
      TinyPage{.user = 0, .time = at_hours(1), .items = {0, 1, 2}, .outcomes = {clicked(5, true)}, .cell = 0},
      TinyPage{.user = 2, .time = at_hours(2), .items = {1, 2}, .outcomes = {clicked(1), clicked(2)}, .cell = 1},
      TinyPage{.user = 0, .time = at_hours(2), .items = {3}, .page = 1, .cell = 0},
      TinyPage{.user = 3, .time = at_hours(20), .items = {4}, .cell = 1},
      TinyPage{.user = 2, .time = at_hours(30), .items = {1, 0}, .outcomes = {{}, clicked(4)}, .cell = 1},
      TinyPage{.user = 0, .time = at_hours(171), .items = {2}, .outcomes = {clicked(1)}, .cell = 0},
  };
}

}  // namespace

TEST_CASE("a unit enters with its first page and keeps that cell") {
  UnitTable table(4, 5, 2);
  CHECK_FALSE(table.entered(0));
  table.add(some_pages());
  CHECK(table.entered(0));
  CHECK_FALSE(table.entered(1));
  CHECK(table.entry(0) == at_hours(1));
  CHECK(table.entry(2) == at_hours(2));
  CHECK(table.cell(0) == 0);
  CHECK(table.cell(2) == 1);
  CHECK(table.units() == 4);
  CHECK_FALSE(table.value(1, metric_index("ctr"), at_hours(500)).has_value());
}

TEST_CASE("metrics of the table are those worked out by hand") {
  UnitTable table(4, 5, 2);
  table.add(some_pages());
  const auto value = [&](std::size_t unit, std::string_view name, double hours) {
    return table.value(unit, metric_index(name), at_hours(hours));
  };
  CHECK(value(0, "ctr", 200)->num == 2);
  CHECK(value(0, "ctr", 200)->den == 5);
  CHECK(value(2, "ctr", 200)->num == 3);
  CHECK(value(2, "ctr", 200)->den == 4);
  CHECK(value(0, "watch_per_user_day", 25)->num == Approx(6));
  CHECK(value(0, "watch_per_user_day", 25)->den == Approx(1));
  CHECK(value(2, "watch_per_user_day", 50)->num == Approx(7));
  CHECK(value(2, "watch_per_user_day", 50)->den == Approx(2));
  CHECK(value(0, "sessions_per_user_day", 25)->num == 2);  // the second page of a visit is none
  // D1: user 0 came at hour 1 and next at 171; user 2 at 2 and 30; user 3 at 20 and never again.
  CHECK(value(0, "d1_retention", 200)->num == 0);
  CHECK(value(2, "d1_retention", 200)->num == 1);
  CHECK(value(3, "d1_retention", 200)->num == 0);
  CHECK(value(0, "d1_retention", 49).has_value());
  CHECK_FALSE(value(2, "d1_retention", 49).has_value());
  CHECK(value(0, "d7_retention", 193)->num == 1);
  CHECK_FALSE(value(0, "d7_retention", 192).has_value());
  CHECK(value(2, "d7_retention", 194)->num == 0);
}

TEST_CASE("exposures and requests and impressions are counted by cell") {
  UnitTable table(4, 5, 2);
  table.add(some_pages());
  CHECK(std::vector<std::int64_t>(table.exposures(0).begin(), table.exposures(0).end()) ==
        std::vector<std::int64_t>{1, 1, 2, 1, 0});
  CHECK(std::vector<std::int64_t>(table.exposures(1).begin(), table.exposures(1).end()) ==
        std::vector<std::int64_t>{1, 2, 1, 0, 1});
  CHECK(table.requests(0) == 3);
  CHECK(table.requests(1) == 3);
  CHECK(table.impressions(0) == 5);
  CHECK(table.impressions(1) == 5);
}

TEST_CASE("adding page by page is adding all at once and a loaded table goes on") {
  UnitTable once(4, 5, 2), often(4, 5, 2), loaded(4, 5, 2);
  const auto pages = some_pages();
  once.add(pages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    often.add(std::span(pages).subspan(i, 1));
    if (i == 2)
      load_state(loaded, save_state(often));
    else if (i > 2)
      loaded.add(std::span(pages).subspan(i, 1));
  }
  CHECK(once == often);
  CHECK(once == loaded);
  CHECK(save_state(once) == save_state(loaded));
}

TEST_CASE("tables differ when a unit's entry or any fold differs") {
  UnitTable a(4, 5, 2), b(4, 5, 2), c(4, 5, 2);
  a.add(some_pages());
  auto pages = some_pages();
  pages.back().outcome.slots[0].clicked = false;
  b.add(pages);
  CHECK_FALSE(a == b);
  pages = some_pages();
  pages.front().request.time = at_hours(0.5);
  c.add(pages);
  CHECK_FALSE(a == c);
}

TEST_CASE("pages of simulated services are summed as whole or partial or late") {
  const auto served = [](float ms, std::uint8_t missing, bool late, double minutes) {
    Interaction page = TinyPage{1, at_hours(1), {0, 1}, {clicked(minutes)}};
    page.serving.ms = ms;
    page.serving.missing = missing;
    page.serving.late = late;
    return page;
  };
  UnitTable all(3, 4, 2), first(3, 4, 2), second(3, 4, 2);
  const std::vector<Interaction> pages{served(80, 0, false, 1), served(90, 1, false, 2), served(200, 0, true, 4),
                                       served(200, 2, true, 8), served(0, 0, false, 16)};
  all.add(pages);
  first.add(std::span(pages).first(2));
  second.add(std::span(pages).subspan(2));
  const ServingSums& sums = all.serving(0);
  CHECK(sums.ms.count() == 4);  // the last was not simulated
  CHECK(sums.late == 2);
  CHECK(sums.whole.pages == 1);
  CHECK(sums.partial.pages == 2);
  CHECK(sums.partial.impressions == 4);
  CHECK(sums.partial.clicks == 2);
  CHECK(sums.partial.watched_ms == 10 * 60'000);
  CHECK(all.serving(1).ms.count() == 0);
  ServingSums merged = first.serving(0);
  merged.merge(second.serving(0));
  CHECK(std::memcmp(&merged, &sums, sizeof sums) == 0);
}
