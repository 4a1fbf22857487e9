#include "sim/interests.hpp"

#include <cmath>
#include <set>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

std::vector<Latent> centres(std::size_t n = 8) {
  std::vector<Latent> out(n);
  for (std::size_t c = 0; c < n; ++c) out[c][c] = 1;  // orthogonal
  return out;
}

UserTraits user_number(std::uint64_t id) {
  UserTraits user;
  user.id = UserId{id};
  return user;
}

UserState fond_of_the_first_three() {
  UserState u;
  u.taste[0] = u.taste[1] = u.taste[2] = 1;
  normalise(u.taste);
  u.anchor = u.taste;
  return u;
}

}  // namespace

TEST_CASE("interests come at their daily rate, are new to the user and weaken an old one") {
  constexpr std::uint64_t kUsers = 2000;
  constexpr int kDays = 20;
  DynamicsParams p;
  p.interest_per_day = 0.02;
  std::int64_t found = 0;
  for (std::uint64_t id = 0; id < kUsers; ++id) {
    UserState u = fond_of_the_first_three();
    for (int d = 1; d <= kDays; ++d) {
      const UserState before = u;
      find_interests({5}, user_number(id), u, day(d), centres(), p);
      if (u.anchor == before.anchor) {
        REQUIRE(u.taste == before.taste);
        continue;
      }
      ++found;
      REQUIRE(u.new_interest_day == d);
      REQUIRE(static_cast<double>(dot(u.anchor, u.anchor)) == Approx(1).epsilon(1e-5));
      REQUIRE(u.anchor[u.new_interest] > before.anchor[u.new_interest]);
      double weakened = 0;
      for (std::size_t c = 0; c < 8; ++c)
        if (c != u.new_interest) weakened = std::max(weakened, static_cast<double>(before.anchor[c] - u.anchor[c]));
      REQUIRE(weakened > 0.05);
      if (u.new_interest_day == 1) REQUIRE(u.new_interest >= 3);
    }
  }
  CHECK(consistent_with_rate(found, kUsers * kDays, 0.02, 1e-6));
}

TEST_CASE("interests do not depend on when one looks") {
  DynamicsParams p;
  p.interest_per_day = 0.3;
  UserState once = fond_of_the_first_three(), often = once;
  find_interests({5}, user_number(3), once, day(30), centres(), p);
  for (int h = 0; h <= 30 * 24; ++h) find_interests({5}, user_number(3), often, SimTime{0} + kHour * h, centres(), p);
  CHECK(once.anchor == often.anchor);
  CHECK(once.taste == often.taste);
  CHECK(once.anchor != fond_of_the_first_three().anchor);
  UserState other = fond_of_the_first_three();
  find_interests({5}, user_number(4), other, day(30), centres(), p);
  CHECK(other.anchor != once.anchor);
}

TEST_CASE("with so few categories that all are old interests nothing is found") {
  DynamicsParams p;
  p.interest_per_day = 1;
  UserState u = fond_of_the_first_three();
  find_interests({5}, user_number(1), u, day(9), centres(3), p);
  CHECK(u.anchor == fond_of_the_first_three().anchor);
  CHECK(u.interest_day == 9);
}

TEST_CASE("people search for what they lately found, else now and then for what they like") {
  constexpr std::uint64_t kVisits = 20'000;
  VisitParams p;
  UserState u = fond_of_the_first_three();
  std::int64_t searches = 0, of_new = 0;
  const auto rng = [](std::uint64_t i) { return stream({8}, Stream::Search, entity_key(i)); };
  for (std::uint64_t i = 0; i < kVisits; ++i) {
    const int c = searched(rng(i), u, 3, centres(), p);
    REQUIRE(c <= 3);
    searches += c > 0;
  }
  CHECK(consistent_with_rate(searches, kVisits, p.search_share, 1e-6));
  u.new_interest = 6;
  u.new_interest_day = 3;
  for (std::uint64_t i = 0; i < kVisits; ++i) of_new += searched(rng(i), u, 9, centres(), p) == 7;
  CHECK(consistent_with_rate(of_new, kVisits, p.search_new_interest, 1e-6));
  for (std::uint64_t i = 0; i < kVisits; ++i) REQUIRE(searched(rng(i), u, 10, centres(), p) != 7);  // no longer new
}
