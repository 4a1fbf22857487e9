#include "engine/retrieval/onboarding.hpp"

#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Bench {
  std::vector<ItemFacts> shelf = make_shelf(40, 4);
  ItemStats stats{{}};
  Onboarding source{{}};

  static Request from(std::uint8_t country, std::uint8_t device, std::uint32_t picks = 0) {
    Request r = request_of(UserId{0}, SimTime{0});
    r.country = country;
    r.device = device;
    r.onboarding = picks;
    return r;
  }
  void click(const Request& r, std::size_t item, int times) {
    for (int i = 0; i < times; ++i) {
      const std::vector<Interaction> pages{page_of(r, {ItemId{item}}, {play(shelf[item])})};
      stats.observe(pages, shelf);
      source.observe(pages, shelf);
    }
  }
  // And publishes.
  void click_some() {
    click(from(0, 0), 4, 9);   // category 0
    click(from(1, 2), 9, 7);   // category 1
    click(from(1, 0), 13, 6);  // category 1
    click(from(0, 0), 6, 5);   // category 2
    click(from(1, 2), 8, 4);   // category 0
    source.publish({SimTime{0} + kHour, shelf, stats, Seed{1}});
  }
  std::vector<std::uint32_t> ask(const Request& r, std::size_t k, const OnlineFeatures& user = {}) const {
    std::vector<std::uint32_t> items;
    for (const Scored& s : nominate(source, r, user, shelf, k)) items.push_back(s.item.value);
    return items;
  }
};

}  // namespace

TEST_CASE("the country and device alternate with the picked categories in turn") {
  Bench b;
  b.click_some();
  using Items = std::vector<std::uint32_t>;
  // Country 1 on TV: 9, 8, then everybody's 4, 13, 6. Category 1: 9, 13. Category 2: 6.
  CHECK(b.ask(Bench::from(1, 2), 40) == Items{9, 8, 4, 13, 6});
  CHECK(b.ask(Bench::from(1, 2, 0b0110), 40) == Items{9, 13, 8, 6, 4});
  CHECK(b.ask(Bench::from(1, 2, 0b0110), 3) == Items{9, 13, 8});
  // Where nobody clicked yet everybody's list is the best guess; picks of unknown categories add nothing.
  CHECK(b.ask(Bench::from(3, 1), 2) == Items{4, 9});
  CHECK(b.ask(Bench::from(3, 1, 1u << 31), 2) == Items{4, 9});
}

TEST_CASE("no more picks count than are asked for") {
  using Items = std::vector<std::uint32_t>;
  const std::vector<Items> want{{9, 8, 4, 13, 6}, {9, 13, 8, 4, 6}, {9, 13, 8, 6, 4}};
  for (std::size_t picks = 0; picks < want.size(); ++picks) {
    Bench b;
    Onboarding::Params params;
    params.picks = static_cast<std::int64_t>(picks);
    b.source = Onboarding(params);
    b.click_some();
    CHECK(b.ask(Bench::from(1, 2, 0b0110), 40) == want[picks]);
  }
}

TEST_CASE("who has clicked enough gets nothing") {
  Bench b;
  b.click(Bench::from(0, 0), 4, 1);
  b.source.publish({SimTime{0} + kHour, b.shelf, b.stats, Seed{1}});
  OnlineFeatures user;
  user.total_clicks = 49;
  CHECK(b.ask(Bench::from(0, 0), 5, user).size() == 1);
  user.total_clicks = 50;
  CHECK(b.ask(Bench::from(0, 0), 5, user).empty());
}

TEST_CASE("whoever searches gets the category searched for, warm or not") {
  Bench b;
  b.click(Bench::from(0, 0), 4, 9);   // category 0
  b.click(Bench::from(0, 0), 9, 7);   // category 1
  b.click(Bench::from(0, 0), 13, 6);  // category 1
  b.source.publish({SimTime{0} + kHour, b.shelf, b.stats, Seed{1}});
  Request search = Bench::from(0, 0, 0b1);
  search.searched = 2;
  using Items = std::vector<std::uint32_t>;
  CHECK(b.ask(search, 40) == Items{9, 13});
  for (const Cohort cohort : {Cohort::Cold, Cohort::Cool, Cohort::Warm}) {
    std::vector<Scored> out;
    b.source.nominate({.request = search, .user = {}, .catalog = b.shelf, .cohort = cohort}, 40, out);
    CHECK(out.size() == 2);
  }
  search.searched = 4;  // nothing of it was clicked
  CHECK(b.ask(search, 40).empty());
}
