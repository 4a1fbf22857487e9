#include "sim/churn.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

UserTraits user_who_joined(double days_ago, std::uint64_t id = 0) {
  UserTraits u;
  u.id = UserId{id};
  u.joined = SimTime{0} - from_seconds(days_ago * 86400);
  return u;
}

double hazard(double satisfaction, double tenure_days, double idle_days, double frailty = 0) {
  UserTraits u = user_who_joined(tenure_days);
  u.frailty = frailty;
  UserState s;
  s.satisfaction = satisfaction;
  s.last_visit = SimTime{0} - from_seconds(idle_days * 86400);
  return churn_hazard(u, s, SimTime{0}, {});
}

}  // namespace

TEST_CASE("the hazard is the logistic of its terms") {
  const ChurnParams p;
  for (const double s : {-0.5, 0.0, 0.8})
    for (const double tenure : {0.0, 3.0, 200.0})
      for (const double idle : {0.0, 1.0, 30.0})
        CHECK(hazard(s, tenure, idle, 0.3) ==
              Approx(1 / (1 + std::exp(-(p.intercept + 0.3 - p.satisfaction * s - p.tenure * std::log(1 + tenure) +
                                         p.recency * std::log(1 + idle)))))
                  .epsilon(1e-9));
}

TEST_CASE("satisfaction and tenure keep people and absence loses them") {
  for (double x = -0.9; x < 0.9; x += 0.1) CHECK(hazard(x + 0.1, 30, 2) < hazard(x, 30, 2));
  for (double x = 0; x < 300; x += 10) CHECK(hazard(0, x + 10, 2) < hazard(0, x, 2));
  for (double x = 0; x < 60; x += 2) CHECK(hazard(0, 30, x + 2) > hazard(0, 30, x));
}

TEST_CASE("tenure and absence are never negative") { CHECK(hazard(0, -5, -3) == hazard(0, 0, 0)); }

TEST_CASE("people leave at the rate of the hazard") {
  constexpr int kUsers = 50'000;
  int left = 0;
  for (int i = 0; i < kUsers; ++i) {
    UserState s;
    s.satisfaction = 0.2;
    s.last_visit = SimTime{0} - kDay * 2;
    draw_churn({5}, user_who_joined(10, static_cast<std::uint64_t>(i)), s, 0, {});
    left += s.churned;
  }
  CHECK(consistent_with_rate(left, kUsers, hazard(0.2, 10, 2), 1e-6));
}

TEST_CASE("who left comes back one day in a thousand") {
  constexpr int kUsers = 200'000;
  int back = 0;
  for (int i = 0; i < kUsers; ++i) {
    UserState s;
    s.churned = true;
    draw_churn({5}, user_who_joined(10, static_cast<std::uint64_t>(i)), s, 3, {});
    back += !s.churned;
  }
  CHECK(consistent_with_rate(back, kUsers, 0.001, 1e-6));
}

TEST_CASE("the same user-day meets the same luck so more satisfaction only keeps people") {
  int kept = 0, lost_either_way = 0;
  for (int i = 0; i < 5000; ++i) {
    const UserTraits u = user_who_joined(1, static_cast<std::uint64_t>(i));
    UserState unhappy, happy;
    unhappy.satisfaction = -0.5;
    happy.satisfaction = 0.5;
    draw_churn({6}, u, unhappy, 2, {});
    draw_churn({6}, u, happy, 2, {});
    if (happy.churned) REQUIRE(unhappy.churned);
    kept += unhappy.churned && !happy.churned;
    lost_either_way += happy.churned;
  }
  CHECK(kept > 0);
  CHECK(lost_either_way > 0);
}

TEST_CASE("days of a user are drawn apart") {
  // Over days -1..199 of one user at a constant hazard of about one half the count is binomial.
  ChurnParams p;
  p.intercept = 0;
  p.tenure = p.recency = p.satisfaction = 0;
  int left = 0;
  for (std::int64_t day = -1; day < 199; ++day) {
    UserState s;
    draw_churn({7}, user_who_joined(0), s, day, p);
    left += s.churned;
  }
  CHECK(consistent_with_rate(left, 200, 0.5, 1e-6));
}
