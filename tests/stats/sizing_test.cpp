#include "stats/sizing.hpp"

#include <cmath>

#include "stats/group_sequential.hpp"
#include "stats/running_power.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

SizingRequest five_percent() {
  SizingRequest q;
  q.metric = planned_rate(0.05);
  q.effect = 0.001;
  return q;
}

}  // namespace

TEST_CASE("a lift of two per cent on a rate of five needs three quarters of a million units a variant") {
  const SizingAnswer a = size_experiment(five_percent());
  REQUIRE(a.size.status == PlanStatus::Ok);
  CHECK(std::fabs(static_cast<double>(a.size.control) / 760'000 - 1) < 0.02);
  CHECK(a.rule_of_sixteen == Approx(760'000));
  CHECK(a.size.total == a.size.control + a.size.treatment);
  CHECK(a.inflation == 1);
}

TEST_CASE("the curve passes through the power asked for and through the effect asked for") {
  const SizingAnswer a = size_experiment(five_percent());
  double before = 0;
  bool met = false;
  for (const SizingPoint& p : a.curve) {
    CHECK(p.power > before);
    before = p.power;
    if (p.units != a.size.total) continue;
    met = true;
    CHECK(p.power == Approx(0.8).epsilon(1e-4));
    CHECK(p.detectable == Approx(0.001).epsilon(1e-3));
    CHECK(p.detectable_lift == Approx(0.02).epsilon(1e-3));
  }
  CHECK(met);
}

TEST_CASE("looks cost what the boundaries cost and save what stopping early saves") {
  SizingRequest q = five_percent();
  const auto once = static_cast<double>(size_experiment(q).size.total);
  q.looks = 5;
  const SizingAnswer fleming = size_experiment(q);
  q.spending = SpendingFamily::Pocock;
  const SizingAnswer pocock = size_experiment(q);
  // A few per cent for O'Brien-Fleming and about a fifth for Pocock (Jennison & Turnbull 2000, ch. 7).
  CHECK(fleming.inflation > 1.005);
  CHECK(fleming.inflation < 1.05);
  CHECK(pocock.inflation > 1.15);
  CHECK(pocock.inflation < 1.30);
  CHECK(static_cast<double>(fleming.size.total) / once == Approx(fleming.inflation).epsilon(1e-4));
  CHECK(fleming.boundaries.size() == 5);
  CHECK(pocock.expected_share * pocock.inflation < 1);  // fewer units on average than a single look
  CHECK(pocock.expected_share < fleming.expected_share);
  // The detectable effect of that many units is the effect again.
  q.units = pocock.size.total;
  CHECK(size_experiment(q).detectable.effect == Approx(0.001).epsilon(1e-3));
  CHECK(size_experiment(q).power.power == Approx(0.8).epsilon(1e-3));
}

TEST_CASE("an always-valid test costs more than planned looks and holds its power at them") {
  SizingRequest q = five_percent();
  const auto once = static_cast<double>(size_experiment(q).size.total);
  q.looks = 28;
  q.spending = SpendingFamily::Pocock;
  const double pocock = size_experiment(q).inflation;
  q.always_valid = true;
  const SizingAnswer a = size_experiment(q);
  REQUIRE(a.boundaries.size() == 28);
  CHECK(a.inflation > pocock);
  CHECK(a.inflation < 3);
  CHECK(static_cast<double>(a.size.total) / once == Approx(a.inflation).epsilon(1e-4));
  CHECK(a.expected_share < 0.9);
  // The boundary at the last look is the mixture's, tuned there; earlier ones are higher.
  CHECK(a.boundaries.back() == Approx(always_valid_critical(tuned_mixture(1, 1, 0.05), 0.05)));
  CHECK(a.boundaries.front() > a.boundaries.back());
  // No power is lost to looking less often than at 28 looks than what those looks add.
  q.looks = 1;
  CHECK(size_experiment(q).inflation >= a.inflation);
  // Whatever the looks, the error stays below alpha.
  std::vector<double> looks;
  for (int k = 1; k <= 28; ++k) looks.push_back(k / 28.0);
  CHECK(crossing(looks, a.boundaries, Sides::Two, 0).power() < 0.05);
}

TEST_CASE("days count a weekly cycle from its first day on") {
  SizingRequest q;
  q.metric = planned_mean(10, 5);
  q.units = 700;
  q.daily = 100;
  CHECK(size_experiment(q).days == 7);
  q.units = 701;
  CHECK(size_experiment(q).days == 8);
  q.weekly = {4, 0, 0, 0, 0, 0, 3};  // 400 on the first day of a week, 300 on the last
  q.units = 400;
  CHECK(size_experiment(q).days == 1);
  q.units = 401;
  CHECK(size_experiment(q).days == 7);
  q.units = 1100;
  CHECK(size_experiment(q).days == 8);
  q.daily = 0;
  CHECK_FALSE(size_experiment(q).days.has_value());
}

TEST_CASE("several treatments and clusters and a covariate change the size as they change the variance") {
  SizingRequest q;
  q.metric = planned_mean(10, 5);
  q.effect = 0.2;
  const auto plain = static_cast<double>(size_experiment(q).size.control);
  q.test.rho = 0.6;
  CHECK(static_cast<double>(size_experiment(q).size.control) / plain == Approx(0.64).epsilon(1e-3));
  q.test.rho = 0;
  q.test.cluster_size = 4;
  q.test.icc = 0.1;
  const SizingAnswer clusters = size_experiment(q);
  CHECK(static_cast<double>(clusters.size.control) / plain == Approx(1.3).epsilon(2e-3));
  CHECK(clusters.size.control % 4 == 0);
  q.test = {};
  q.test.comparisons = 3;
  const SizingAnswer four = size_experiment(q);
  CHECK(static_cast<double>(four.size.control) > plain);
  CHECK(four.size.total == four.size.control + 3 * four.size.treatment);
}

TEST_CASE("what no size can show is said") {
  SizingRequest q = five_percent();
  q.effect = 0.96;
  CHECK(size_experiment(q).size.status == PlanStatus::NotARate);
  CHECK(size_experiment(q).curve.empty());
}
