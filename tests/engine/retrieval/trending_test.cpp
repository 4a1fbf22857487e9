#include "engine/retrieval/trending.hpp"

#include <algorithm>
#include <cmath>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<Scored> nominate(const Trending& source, std::size_t k) {
  const Request r = request_of(UserId{0}, SimTime{0});
  std::vector<Scored> out;
  source.nominate({r, OnlineFeatures{}, {}, {}, {}}, k, out);
  return out;
}

}  // namespace

TEST_CASE("trending equals every click weighed by its age one by one") {
  const auto shelf = make_shelf(40);
  Trending source({});
  std::vector<double> want(40, 0.0);
  const auto batch = random_day(0, 30, shelf, 600);
  std::size_t at = 0;
  const SimTime end = SimTime{0} + kDay;
  for (SimTime now = SimTime{0} + kMinute * 15; now <= end; now = now + kMinute * 15) {
    std::size_t next = at;
    while (next < batch.size() && batch[next].request.time < now) ++next;
    source.observe(std::span(batch).subspan(at, next - at), shelf);
    // A click counts from the publication before it, the last instant at which it was not there.
    const double age_h = (end - (now - kMinute * 15)).hours();
    for (std::size_t i = at; i < next; ++i)
      for (std::size_t k = 0; k < batch[i].slate.slots.size(); ++k)
        if (batch[i].outcome.slots[k].clicked) want[batch[i].slate.slots[k].item.index()] += std::exp2(-age_h / 6);
    at = next;
    ItemStats unused({});
    source.publish({now, shelf, unused, Seed{1}});
  }
  const auto got = nominate(source, 1000);
  std::size_t positive = 0;
  for (const double w : want) positive += w > 1e-3;
  CHECK(got.size() == positive);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(static_cast<double>(got[i].score) == Approx(want[got[i].item.index()]).epsilon(1e-4));
    if (i > 0) CHECK(got[i - 1].score >= got[i].score);
  }
}

TEST_CASE("what was clicked an hour ago outranks what was clicked more yesterday") {
  const auto shelf = make_shelf(3);
  Trending source({});
  ItemStats unused({});
  const auto click = [&](std::size_t item, int times) {
    for (int i = 0; i < times; ++i) source.observe({{play_page(UserId{0}, SimTime{0}, shelf[item])}}, shelf);
  };
  click(0, 8);
  source.publish({SimTime{0} + kHour, shelf, unused, Seed{1}});
  CHECK(nominate(source, 3)[0].item == ItemId{0});
  source.publish({SimTime{0} + kHour * 23, shelf, unused, Seed{1}});
  click(1, 2);
  source.publish({SimTime{0} + kHour * 24, shelf, unused, Seed{1}});
  const auto now = nominate(source, 3);
  REQUIRE(now.size() == 2);
  CHECK(now[0].item == ItemId{1});
  CHECK(now[0].score / now[1].score == Approx(2 * std::exp2(-1.0 / 6) / (8 * std::exp2(-4.0))).epsilon(1e-4));
}

TEST_CASE("publications keep their cadence and forget what has faded") {
  const auto shelf = make_shelf(3);
  Trending source({});
  ItemStats unused({});
  source.observe({{play_page(UserId{0}, SimTime{0}, shelf[1])}}, shelf);
  source.publish({SimTime{0} + kMinute * 10, shelf, unused, Seed{1}});
  CHECK(nominate(source, 3).empty());
  source.publish({SimTime{0} + kMinute * 15, shelf, unused, Seed{1}});
  CHECK(nominate(source, 3).size() == 1);
  source.publish({SimTime{0} + kDay * 30, shelf, unused, Seed{1}});
  CHECK(nominate(source, 3).empty());
}

TEST_CASE("a scoped list counts the clicks of its country or country and age group or of its variant") {
  const auto shelf = make_shelf(6);
  ItemStats unused({});
  for (const std::string scope : {"global", "region", "demographic", "variant"}) {
    INFO(scope);
    Trending::Params p;
    p.scope = scope;
    Trending source(p);
    const auto click = [&](std::size_t item, int times, std::uint8_t country, std::uint8_t age, std::uint32_t cell) {
      Interaction page = play_page(UserId{0}, SimTime{0}, shelf[item]);
      page.request.country = country;
      page.request.age_bucket = age;
      page.cell = cell;
      for (int i = 0; i < times; ++i) source.observe({{page}}, shelf);
    };
    click(0, 5, 0, 0, 0);
    click(1, 4, 1, 0, 0);
    click(2, 3, 0, 0, 1);
    click(3, 2, 1, 2, 0);
    source.publish({SimTime{0} + kHour, shelf, unused, Seed{1}});
    const auto first = [&](std::uint8_t country, std::uint8_t age, std::uint32_t cell) {
      Request r = request_of(UserId{0}, SimTime{0});
      r.country = country;
      r.age_bucket = age;
      std::vector<Scored> out;
      source.nominate({r, OnlineFeatures{}, shelf, {}, cell}, 10, out);
      CHECK(out.size() == 4);  // everybody's goes on where a list is short
      return out.at(0).item.value;
    };
    CHECK(first(0, 0, 0) == 0);
    CHECK(first(1, 0, 0) == (scope == "region" || scope == "demographic" ? 1 : 0));
    CHECK(first(1, 2, 0) == (scope == "region" ? 1 : scope == "demographic" ? 3 : 0));
    CHECK(first(0, 0, 1) == (scope == "variant" ? 2 : 0));
    CHECK(first(9, 9, 9) == 0);
  }
}

TEST_CASE("plays by a link trend like clicks") {
  const auto shelf = make_shelf(10);
  Trending source({});
  Interaction page = page_of(request_of(UserId{1}, SimTime{0}), {ItemId{1}}, {play(shelf[1])});
  page.outcome.direct.assign(2, {ItemId{7}, play(shelf[7])});
  const std::vector<Interaction> batch{page};
  source.observe(batch, shelf);
  ItemStats unused({});
  source.publish({SimTime{0} + kHour, shelf, unused, Seed{1}});
  const auto list = nominate(source, 5);
  REQUIRE(list.size() == 2);
  CHECK(list[0].item == ItemId{7});
  CHECK(list[0].score == Approx(2 * list[1].score));
}

TEST_CASE("by value a play counts for what was watched and one that is left at once for nothing") {
  const auto shelf = make_shelf(3);
  ItemStats unused({});
  for (const char* by : {"clicks", "value"}) {
    Trending::Params params;
    params.by = by;
    Trending source(params);
    const auto watch = [&](std::size_t item, SlotOutcome outcome, bool direct) {
      Interaction page = play_page(UserId{0}, SimTime{0}, shelf[item]);
      if (direct) {
        page.slate.slots.clear();
        page.outcome.slots.clear();
        page.outcome.direct.push_back({shelf[item].id, outcome});
      } else {
        page.outcome.slots[0] = outcome;
      }
      source.observe({{page}}, shelf);
    };
    SlotOutcome left = play(shelf[0]), liked = left;
    left.watched_ms = 2000;
    left.skipped = true;
    left.completed = left.liked = false;
    liked.liked = true;
    liked.skipped = false;
    for (int i = 0; i < 9; ++i) watch(0, left, i % 2 == 0);
    for (int i = 0; i < 4; ++i) watch(1, liked, i % 2 == 0);
    source.publish({SimTime{0} + kMinute * 15, shelf, unused, Seed{1}});
    const auto list = nominate(source, 3);
    const bool value = params.by == "value";
    REQUIRE(list.size() == (value ? 1u : 2u));
    CHECK(list[0].item == ItemId{value ? 1u : 0u});
    CHECK(static_cast<double>(list[0].score) == Approx((value ? 4 : 9) * std::exp2(-0.25 / 6)).epsilon(1e-5));
  }
}
