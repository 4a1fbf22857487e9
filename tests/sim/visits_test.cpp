#include "sim/visits.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/distributions.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

constexpr Seed kSeed{21};
constexpr std::int64_t kDays = 2100;  // whole weeks

UserTraits someone(double activity = 3, int offset = -5) {
  UserTraits u;
  u.id = UserId{77};
  u.activity = activity;
  u.utc_offset_h = offset;
  u.joined = SimTime{0} - kDay * 100;
  return u;
}

// Visits of one local day: thinning at a fixed weekly factor of 1.
std::vector<SimTime> visits_of(const UserTraits& user, std::int64_t day, double satisfaction, const VisitParams& p = {}) {
  std::vector<SimTime> times;
  const double bound = visit_bound(user, day, 1.0, p);
  for (const VisitCandidate& c : visit_candidates(kSeed, user, day, bound))
    if (c.acceptance * bound < visit_intensity(user, c.time, 1.0, satisfaction, p)) times.push_back(c.time);
  return times;
}

}  // namespace

TEST_CASE("the hour curve averages 0.93 and peaks in the evening") {
  CHECK(std::accumulate(kHourCurve.begin(), kHourCurve.end(), 0.0) / 24 == Approx(0.93).margin(0.005));
  CHECK(std::max_element(kHourCurve.begin(), kHourCurve.end()) - kHourCurve.begin() == 21);
}

TEST_CASE("thinning gives as many visits as the intensity integrates to at every hour of the day") {
  const UserTraits user = someone();
  const double satisfaction = 0.3;
  std::array<double, 24> seen{};
  double total = 0;
  for (std::int64_t day = 0; day < kDays; ++day)
    for (const SimTime t : visits_of(user, day, satisfaction)) {
      ++seen[static_cast<std::size_t>(local_hour(t, user.utc_offset_h))];
      ++total;
    }
  const double per_hour = 3.0 / 24 * std::exp(0.08 * satisfaction) * (5 * 0.95 + 2 * 1.12) / 7 * kDays;
  double expected = 0, chi2 = 0;
  for (std::size_t h = 0; h < 24; ++h) {
    const double mean = per_hour * kHourCurve[h];
    expected += mean;
    chi2 += (seen[h] - mean) * (seen[h] - mean) / mean;
  }
  CHECK(std::fabs(total - expected) < kZ * std::sqrt(expected));  // Poisson
  CHECK(chi2_sf(chi2, 24) > 1e-6);
}

TEST_CASE("weekends bring more visits than weekdays") {
  const UserTraits user = someone();
  double weekend = 0, weekday_count = 0;
  for (std::int64_t day = 0; day < kDays; ++day)
    (weekday(day) >= 5 ? weekend : weekday_count) += static_cast<double>(visits_of(user, day, 0).size());
  // Poisson counts of 600 and 1500 days.
  const double mean = 3 * 0.930417, we = mean * 1.12 * kDays * 2 / 7, wd = mean * 0.95 * kDays * 5 / 7;
  CHECK(std::fabs(weekend - we) < kZ * std::sqrt(we));
  CHECK(std::fabs(weekday_count - wd) < kZ * std::sqrt(wd));
}

TEST_CASE("higher satisfaction only adds visits") {
  VisitParams strong;
  strong.satisfaction_gain = 0.8;
  const UserTraits user = someone();
  std::size_t few = 0, many = 0;
  for (std::int64_t day = 0; day < 300; ++day) {
    const auto low = visits_of(user, day, -0.6, strong), high = visits_of(user, day, 0.6, strong);
    REQUIRE(std::includes(high.begin(), high.end(), low.begin(), low.end()));
    few += low.size();
    many += high.size();
  }
  CHECK(many > few);
}

TEST_CASE("candidates are in order of time within their local day and know their ordinal") {
  const UserTraits user = someone(8, 8);
  for (std::int64_t day = -1; day < 50; ++day) {
    const auto c = visit_candidates(kSeed, user, day, 20);
    std::set<std::uint32_t> ordinals;
    for (std::size_t k = 0; k < c.size(); ++k) {
      REQUIRE(local_day(c[k].time, 8) == day);
      if (k > 0) REQUIRE(c[k - 1].time <= c[k].time);
      REQUIRE((c[k].acceptance >= 0 && c[k].acceptance < 1));
      ordinals.insert(c[k].index);
    }
    REQUIRE(ordinals.size() == c.size());
    if (!ordinals.empty()) REQUIRE(*ordinals.rbegin() == c.size() - 1);
  }
}

TEST_CASE("the k-th candidate is the same under every bound") {
  const UserTraits user = someone();
  for (std::int64_t day = 0; day < 100; ++day) {
    const auto few = visit_candidates(kSeed, user, day, 3), many = visit_candidates(kSeed, user, day, 12);
    for (const auto& a : few) {
      const auto b = std::find_if(many.begin(), many.end(), [&](const VisitCandidate& c) { return c.index == a.index; });
      if (b == many.end()) continue;
      REQUIRE(b->time == a.time);
      REQUIRE(b->acceptance == a.acceptance);
    }
  }
}

TEST_CASE("users and days have candidates of their own") {
  UserTraits a = someone(), b = someone();
  b.id = UserId{78};
  const auto x = visit_candidates(kSeed, a, 3, 16), y = visit_candidates(kSeed, b, 3, 16),
             z = visit_candidates(kSeed, a, 4, 16);
  REQUIRE((!x.empty() && !y.empty() && !z.empty()));
  CHECK(x[0].acceptance != y[0].acceptance);
  CHECK(x[0].acceptance != z[0].acceptance);
}

TEST_CASE("no instant and no satisfaction exceeds the day's bound") {
  const VisitParams p;
  for (const bool newcomer : {false, true}) {
    UserTraits user = someone();
    user.newcomer = newcomer;
    user.joined = SimTime{0} + kHour * 30;
    for (std::int64_t day = 0; day < 9; ++day) {
      const double bound = visit_bound(user, day, 1.7, p);
      for (int minute = 0; minute < 1440; minute += 10)
        for (const double s : {-1.0, 0.0, 1.0})
          REQUIRE(visit_intensity(user, local_midnight(day, user.utc_offset_h) + kMinute * minute, 1.7, s, p) <=
                  bound * (1 + 1e-12));
    }
  }
}

TEST_CASE("newcomers come more often and the boost fades") {
  const VisitParams p;
  UserTraits old_hand = someone(), newcomer = someone();
  newcomer.newcomer = true;
  newcomer.joined = SimTime{0};
  const auto ratio = [&](SimTime t) { return visit_intensity(newcomer, t, 1, 0, p) / visit_intensity(old_hand, t, 1, 0, p); };
  CHECK(ratio(SimTime{0}) == Approx(2.2));
  CHECK(ratio(SimTime{0} + kDay * 3) == Approx(1 + 1.2 * std::exp(-1.0)));
  CHECK(ratio(SimTime{0} + kDay * 60) == Approx(1).epsilon(1e-6));
}

TEST_CASE("weekly activity is an AR(1) over weeks of mean one") {
  const VisitParams p;
  constexpr int kUsers = 20'000;
  std::array<double, 6> moment{};  // mean factor; E z, E z^2, lag 1, lag 2, E factor^2
  for (int u = 0; u < kUsers; ++u) {
    std::array<double, 3> z{};
    for (std::size_t w = 0; w < 3; ++w) {
      const double x = weekly_activity(kSeed, UserId{static_cast<std::uint64_t>(u)}, static_cast<std::int64_t>(7 * w), p);
      z[w] = (std::log(x) + 0.245) / 0.7;
      if (w == 2) moment[0] += x / kUsers;
    }
    moment[1] += z[2] / kUsers;
    moment[2] += z[2] * z[2] / kUsers;
    moment[3] += z[2] * z[1] / kUsers;
    moment[4] += z[2] * z[0] / kUsers;
  }
  const double n = kUsers;
  CHECK(std::fabs(moment[0] - 1) < kZ * std::sqrt((std::exp(0.49) - 1) / n));  // the lognormal's variance
  CHECK(std::fabs(moment[1]) < kZ / std::sqrt(n));
  CHECK(std::fabs(moment[2] - 1) < kZ * std::sqrt(2 / n));
  CHECK(std::fabs(moment[3] - 0.6) < kZ * std::sqrt((1 + 0.36) / n));
  CHECK(std::fabs(moment[4] - 0.36) < kZ * std::sqrt((1 + 0.36 * 0.36) / n));
}

TEST_CASE("weekly activity holds from Monday to Sunday") {
  const VisitParams p;
  const double first = weekly_activity(kSeed, UserId{5}, 14, p);
  for (std::int64_t day = 14; day < 21; ++day) CHECK(weekly_activity(kSeed, UserId{5}, day, p) == first);
  CHECK(weekly_activity(kSeed, UserId{5}, 21, p) != first);
  CHECK(weekly_activity(kSeed, UserId{5}, 13, p) != first);
  CHECK(weekly_activity(kSeed, UserId{5}, -1, p) > 0);
}

// Some 30,000 visits over 168 hours: chi-squared with 168 degrees of freedom, which passes 1e-6 without cause once in a
// million.
TEST_CASE("a measured week is the platform's, whatever the user's own clock says") {
  const UserTraits user = someone(3, 8);
  std::string text;
  for (int h = 0; h < 168; ++h) text += (h ? ", " : "") + std::to_string(h % 24 == 20 ? 9 : 1 + h / 24);
  const MeasuredWeek week = read_week(text);
  CHECK(std::accumulate(week.intensity.begin(), week.intensity.end(), 0.0) / 168 == Approx(1));
  CHECK(week.highest == Approx(*std::max_element(week.intensity.begin(), week.intensity.end())));
  const VisitParams p;
  std::array<double, 168> seen{};
  double total = 0;
  for (std::int64_t day = 7; day < kDays; ++day) {
    const double bound = visit_bound(user, day, 1.0, p, week);
    for (const VisitCandidate& c : visit_candidates(kSeed, user, day, bound)) {
      if (c.acceptance * bound >= visit_intensity(user, c.time, 1.0, 0, p, week)) continue;
      ++seen[static_cast<std::size_t>(c.time.us / kHour.us % 168)];
      ++total;
    }
  }
  double chi2 = 0;
  for (std::size_t h = 0; h < 168; ++h) {
    const double mean = 3.0 / 24 * week.intensity[h] * (kDays - 7) / 7;
    chi2 += (seen[h] - mean) * (seen[h] - mean) / mean;
  }
  INFO(total);
  CHECK(chi2_sf(chi2, 168) > 1e-6);
}

TEST_CASE("a week of 24 numbers is every day alike, and none leaves the curve of the users' own day") {
  std::string text = "0";
  for (int h = 1; h < 24; ++h) text += "," + std::to_string(h);
  const MeasuredWeek week = read_week(text);
  CHECK(week.intensity[5] == Approx(5 / 11.5));
  CHECK(week.intensity[5 + 24 * 6] == week.intensity[5]);
  CHECK(read_week("").highest == 0);
  const UserTraits user = someone();
  CHECK(visit_intensity(user, SimTime{0} + kHour * 5, 1, 0, {}, read_week("")) ==
        visit_intensity(user, SimTime{0} + kHour * 5, 1, 0, {}));
}

TEST_CASE("a text that is no week is refused by what is wrong with it") {
  using Catch::Matchers::Contains;
  std::string zeros = "0";
  for (int h = 1; h < 24; ++h) zeros += ",0";
  CHECK_THROWS_WITH(read_week("1,2,3"), Contains("has 3 numbers; allowed are 24"));
  CHECK_THROWS_WITH(read_week("1,x"), Contains("\"x\" is not an intensity"));
  CHECK_THROWS_WITH(read_week("1,,2"), Contains("\"\" is not an intensity"));
  CHECK_THROWS_WITH(read_week("1,-2"), Contains("\"-2\" is not an intensity"));
  CHECK_THROWS_WITH(read_week("nan"), Contains("is not an intensity"));
  CHECK_THROWS_WITH(read_week(zeros), Contains("0 in every hour"));
}
