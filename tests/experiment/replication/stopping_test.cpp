#include "experiment/replication/stopping.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/group_sequential.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

namespace feedloop {
namespace {

using enum StoppingRule;

// A Brownian motion seen at equal steps of information; the drift is the mean of Z at the last look.
std::vector<EffectLook> path(std::uint64_t n, int looks, double drift) {
  Rng rng = stream({11}, Stream::Test, entity_key(n));
  std::vector<EffectLook> out;
  double sum = 0;
  for (int k = 1; k <= looks; ++k) {
    sum += normal(rng) + drift / std::sqrt(looks);
    out.push_back({static_cast<double>(k), sum / k, 1 / std::sqrt(k)});
  }
  return out;
}

std::int64_t rejections(StoppingRule rule, int looks, double drift, std::int64_t n, double tau = 0.5) {
  std::int64_t rejected = 0;
  for (std::int64_t i = 0; i < n; ++i)
    rejected += stop_of(rule, path(static_cast<std::uint64_t>(i), looks, drift), 0.05, tau)->rejected;
  return rejected;
}

}  // namespace

// Rates are compared with a failure probability of 1e-6 each.
TEST_CASE("on independent increments peeking errs as tabulated and the sequential rules as they say") {
  const std::int64_t n = 4000;
  CHECK(consistent_with_rate(rejections(FixedHorizon, 10, 0, n), n, 0.05, 1e-6));
  CHECK(consistent_with_rate(rejections(DailyPeeking, 10, 0, n), n, 0.1934, 1e-6));
  CHECK(consistent_with_rate(rejections(ObrienFleming, 10, 0, n), n, 0.05, 1e-6));
  CHECK(consistent_with_rate(rejections(Pocock, 10, 0, n), n, 0.05, 1e-6));
  CHECK(clopper_pearson(rejections(AlwaysValid, 10, 0, n), n, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(rejections(Asymptotic, 10, 0, n), n, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(rejections(Asymptotic, 60, 0, n), n, 1e-6).low <= 0.05);
}

TEST_CASE("spending by the days keeps its level where information does not grow with them") {
  const std::int64_t n = 4000;
  for (const StoppingRule rule : {ObrienFleming, Pocock}) {
    std::int64_t rejected = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      Rng rng = stream({13}, Stream::Test, entity_key(static_cast<std::uint64_t>(i)));
      std::vector<EffectLook> looks;
      double sum = 0, information = 0;
      for (int k = 1; k <= 10; ++k) {
        const double step = k < 4 ? 8 : 1;  // most of it early: the last days add little
        information += step;
        sum += std::sqrt(step) * normal(rng);
        looks.push_back({static_cast<double>(k), sum / information, 1 / std::sqrt(information)});
      }
      rejected += stop_of(rule, looks, 0.05, kNaN)->rejected;
    }
    CHECK(consistent_with_rate(rejected, n, 0.05, 1e-6));
  }
}

TEST_CASE("with an effect there the power of spending is that of the crossing probabilities") {
  const std::int64_t n = 2000;
  std::vector<double> information;
  for (int k = 1; k <= 5; ++k) information.push_back(k / 5.0);
  for (const auto& [rule, family] :
       {std::pair{ObrienFleming, SpendingFamily::ObrienFleming}, std::pair{Pocock, SpendingFamily::Pocock}}) {
    const Boundaries b = spending_boundaries(information, {family}, 0.05, Sides::Two);
    const double power = crossing(information, b.z, Sides::Two, 2.8).power();
    CHECK(consistent_with_rate(rejections(rule, 5, 2.8, n), n, power, 1e-6));
  }
  CHECK(rejections(FixedHorizon, 5, 2.8, n) > rejections(Pocock, 5, 2.8, n));
  // Tuned to the end the sequence finds more than one tuned to an effect far from the true one, which peaks elsewhere.
  const std::int64_t tuned = rejections(Asymptotic, 5, 3.5, n);
  CHECK(tuned > n / 2);
  CHECK(tuned > rejections(AlwaysValid, 5, 3.5, n, 0.02));
}

TEST_CASE("a rule reports the estimate and the boundary of the look that it stopped at") {
  const std::vector<EffectLook> looks{{1, kNaN, kNaN}, {2, 2.9, 1}, {3, 1, 0.8}, {4, 0.2, 0.5}};
  const Stop peek = *stop_of(DailyPeeking, looks, 0.05, 1);
  CHECK(peek.rejected);
  CHECK(peek.day == 2);
  CHECK(peek.ci.low == Approx(2.9 - 1.959964));
  const Stop fixed = *stop_of(FixedHorizon, looks, 0.05, 1);
  CHECK_FALSE(fixed.rejected);
  CHECK(fixed.day == 4);
  CHECK(fixed.effect == 0.2);
  const Stop obf = *stop_of(ObrienFleming, looks, 0.05, 1);  // at half of the days its boundary is 2.96
  CHECK_FALSE(obf.rejected);
  CHECK(obf.ci.high - obf.effect > 1.96 * 0.5);
  for (const StoppingRule rule : kStoppingRules) {
    const Stop s = *stop_of(rule, looks, 0.05, 1);
    CHECK(s.ci.contains(s.effect));
    if (rule != AlwaysValid && rule != Asymptotic) CHECK(s.rejected == !s.ci.contains(0));
  }
}

TEST_CASE("without a look that says anything no rule answers, and errors that grow again do no harm") {
  for (const StoppingRule rule : kStoppingRules) {
    CHECK_FALSE(stop_of(rule, {}, 0.05, 1));
    const std::vector<EffectLook> empty{{1, kNaN, kNaN}, {2, 0, 0}, {3, 1, kInfinity}};
    CHECK_FALSE(stop_of(rule, empty, 0.05, 1));
    const std::vector<EffectLook> shrinking{{1, 0, 1}, {2, 0, 0.5}, {3, 0, 0.9}, {4, 0, 0.9}};
    CHECK_FALSE(stop_of(rule, shrinking, 0.05, 1)->rejected);
  }
  const std::vector<EffectLook> one{{1, 5, 1}};
  CHECK_FALSE(stop_of(AlwaysValid, one, 0.05, 0));
  CHECK(stop_of(Pocock, one, 0.05, 0)->rejected);
}

}  // namespace feedloop
