#include "experiment/claims/claim.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Claim claimed(double low, double high) {
  Claim c;
  c.band = {low, high};
  return c;
}

Verdict judged(const Claim& c, std::vector<double> values) { return judge(c, measured_over(std::move(values))); }

}  // namespace

TEST_CASE("the interval over seeds is Student's") {
  const Measurement m = measured_over({1, 2, 3, 4});
  CHECK(m.centre == Approx(2.5));
  // sd sqrt(5/3), t(0.975, 3) = 3.182446
  CHECK(m.ci.high - m.centre == Approx(3.182446 * 1.2909944 / 2).epsilon(1e-6));
  CHECK(m.centre - m.ci.low == Approx(m.ci.high - m.centre));
}

TEST_CASE("the median's interval is of order statistics and what has not happened is later than all") {
  // n = 10: levels 1 - 2 P(Bin(10, 1/2) <= 1) = 0.9785 and, one further in, 0.8906 enclose 0.95 (Hettmansperger & Sheather
  // 1986)
  const Measurement m = measured_over({3, 1, 2, 5, 4, 9, 8, 7, 6, kNaN}, true);
  CHECK(m.centre == 5);
  CHECK(m.ci.low > 2);
  CHECK(m.ci.low < 3);
  CHECK(m.ci.high > 8);
  CHECK(m.ci.high < 9);
  const Measurement late = measured_over({1, 2, 3, 4, 5, 6, 7, 8, kNaN, kNaN}, true);
  CHECK(late.centre == 5);
  CHECK(late.ci.high == kInfinity);
  CHECK(measured_over({1, 2, kNaN, kNaN, kNaN, kNaN}, true).centre == kInfinity);
  CHECK(std::isnan(measured_over({1, 2, 3, 4, 5}, true).centre));  // even the extremes are no interval of 95 %
  CHECK(measured_over({4}, true).ci.high == 4);
  Claim c = claimed(0, 10);
  CHECK(judge(c, m) == Verdict::Reproduced);
  CHECK(judge(c, late) == Verdict::Not);
}

TEST_CASE("one seed or seeds that agree are a point") {
  for (const auto& values : {std::vector<double>{7}, std::vector<double>{7, 7, 7}}) {
    const Measurement m = measured_over(values);
    CHECK(m.ci.low == 7);
    CHECK(m.ci.high == 7);
  }
}

TEST_CASE("an interval inside the band reproduces a claim") {
  CHECK(judged(claimed(0, 10), {5}) == Verdict::Reproduced);
  CHECK(judged(claimed(0, 10), {4, 5, 6}) == Verdict::Reproduced);
  CHECK(judged(claimed(5, 5), {5, 5}) == Verdict::Reproduced);
  CHECK(judged(claimed(5, kInfinity), {1e12}) == Verdict::Reproduced);
  CHECK(judged(claimed(4.5, 5.5), {4, 5, 6}) == Verdict::Not);  // the interval is wider than the band
}

TEST_CASE("a claim that needs an overlap takes one") {
  Claim c = claimed(4.5, 5.5);
  c.overlap = true;
  CHECK(judged(c, {4, 5, 6}) == Verdict::Reproduced);
  CHECK(judged(c, {8, 8.1, 8.2}) == Verdict::Not);
}

TEST_CASE("the right direction outside the band is partly and the wrong one is not") {
  Claim c = claimed(-8, -3);
  c.from = 0;
  CHECK(judged(c, {-5, -5}) == Verdict::Reproduced);
  CHECK(judged(c, {-1, -1.1, -1.2}) == Verdict::Partly);
  CHECK(judged(c, {-20}) == Verdict::Partly);
  CHECK(judged(c, {1, 1.1, 1.2}) == Verdict::Not);
  CHECK(judged(c, {-0.1, 0.1, -0.2}) == Verdict::Not);  // the interval holds 0
  CHECK(judged(c, {0}) == Verdict::Not);
  Claim up = claimed(10, kInfinity);
  up.from = 5;
  CHECK(judged(up, {7}) == Verdict::Partly);
  CHECK(judged(up, {4}) == Verdict::Not);
  Claim around = claimed(-1, 1);  // both sides: there is no direction
  around.from = 0;
  CHECK(judged(around, {2}) == Verdict::Not);
}

TEST_CASE("a seed without a value leaves a claim not reproduced") {
  CHECK(judged(claimed(-kInfinity, kInfinity), {1, kNaN, 2}) == Verdict::Not);
  CHECK(judged(claimed(-kInfinity, kInfinity), {kInfinity}) == Verdict::Not);
  CHECK(judged(claimed(-kInfinity, kInfinity), {}) == Verdict::Not);
}

TEST_CASE("a lift is the difference as a share of the other variant's value") {
  Claim c;
  CHECK(contrast(c, 12, 10) == 2);
  c.lift = true;
  CHECK(contrast(c, 12, 10) == Approx(0.2));
}
