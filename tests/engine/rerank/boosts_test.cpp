#include "engine/rerank/boosts.hpp"

#include <cmath>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<Candidate> all_of(const std::vector<ItemFacts>& shelf) {
  std::vector<Candidate> v(shelf.size());
  for (std::size_t i = 0; i < v.size(); ++i) {
    v[i].item = ItemId{i};
    v[i].score = 1;
  }
  return v;
}

}  // namespace

TEST_CASE("the freshness boost is whole at upload and 1/e of it is left after seven days") {
  auto shelf = make_shelf(3);
  shelf[0].uploaded = SimTime{0};
  shelf[1].uploaded = SimTime{0} - kDay * 7;
  shelf[2].uploaded = SimTime{0} + kDay;  // an item that is to come gains no more than a new one
  auto c = all_of(shelf);
  BoostParams params;
  params.fresh = 0.4;
  boost_scores(params, shelf, {}, {}, c);
  CHECK(c[0].score == Approx(1.4));
  CHECK(c[1].score == Approx(1 + 0.4 * std::exp(-1.0)));
  CHECK(c[2].score == Approx(1.4));
}

TEST_CASE("a dismissal demotes its category and half of it is left after seven days") {
  const auto shelf = make_shelf(8);
  OnlineFeatures user;
  SlotOutcome no;
  no.seen = no.dismissed = true;
  observe_user(user, page_of(request_of(UserId{1}, SimTime{0}), {ItemId{1}}, {no}), shelf, 10);
  CHECK(user.category_dismissals[1] == 1);
  BoostParams params;
  params.dismissed = 0.6;
  const auto score_after = [&](Duration elapsed, std::size_t item) {
    auto c = all_of(shelf);
    boost_scores(params, shelf, user, request_of(UserId{1}, SimTime{0} + elapsed), c);
    return c[item].score;
  };
  CHECK(score_after({}, 5) == Approx(0.4));
  CHECK(score_after({}, 4) == 1);
  CHECK(score_after(kDay * 7, 5) == Approx(0.7));
  // Decay in a page in between changes nothing.
  observe_user(user, page_of(request_of(UserId{1}, SimTime{0} + kDay * 3), {}, {}), shelf, 10);
  CHECK(score_after(kDay * 7, 5) == Approx(0.7));
  params.dismissed = 0;
  CHECK(score_after({}, 5) == 1);
}

TEST_CASE("by default nothing is added for a user who dismissed nothing") {
  const auto shelf = make_shelf(8);
  auto c = all_of(shelf);
  boost_scores({}, shelf, {}, {}, c);
  for (const Candidate& x : c) CHECK(x.score == 1);
}

TEST_CASE("what was searched for gains on that page and half of it a day later") {
  const auto shelf = make_shelf(8);  // four categories in turn
  BoostParams params;
  params.searched = 0.8;
  Request search = request_of(UserId{1}, SimTime{0});
  search.searched = 3;  // category 2
  OnlineFeatures user;
  auto c = all_of(shelf);
  boost_scores(params, shelf, user, search, c);
  for (std::size_t i = 0; i < c.size(); ++i) CHECK(c[i].score == Approx(i % 4 == 2 ? 1.8 : 1.0));
  Interaction page = page_of(search, {ItemId{1}}, {SlotOutcome{}});
  observe_user(user, page, shelf, 10);
  c = all_of(shelf);
  boost_scores(params, shelf, user, request_of(UserId{1}, SimTime{0} + kDay), c);
  CHECK(c[2].score == Approx(1.4));
  CHECK(c[1].score == 1);
}
