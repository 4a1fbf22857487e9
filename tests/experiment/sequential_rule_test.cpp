#include "experiment/sequential_rule.hpp"

#include "stats/confidence_sequence.hpp"
#include "stats/sequential.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("msprt is tuned to a lift of the control's value and nothing else") {
  CHECK(mixture_tau(SequentialRule::Msprt, {.control = -5, .se = 0.3, .day = 2, .planned = 14}, 0.02, 0.05) == Approx(0.1));
  CHECK(mixture_tau(SequentialRule::Msprt, {.control = 0, .se = 0.3}, 0.02, 0.05) == 0);
}

TEST_CASE("the asymptotic rule is the confidence sequence with the first look's information as its unit") {
  const double se = 0.3;
  for (const double planned : {1.0, 4.0, 28.0}) {
    const double tau =
        mixture_tau(SequentialRule::Asymptotic, {.control = 7, .se = se, .day = 2, .planned = 2 * planned}, 0.02, 0.05);
    for (const std::int64_t n : {2, 10, 40}) {  // n units of that information
      const double variance = se * se / static_cast<double>(n);
      AlwaysValid test(tau);
      test.look(0.4, variance);
      const SequenceLook look = sequence_look(0.4, variance, n, exact_rho(planned, 0.05), 0.05);
      CHECK(test.ci(0.05).low == Approx(look.ci.low));
      CHECK(test.p() == Approx(look.p));
    }
  }
}

TEST_CASE("no other tau is narrower at the planned end") {
  const FirstLook first{.control = 1, .se = 1, .day = 1, .planned = 20};
  const double tau = mixture_tau(SequentialRule::Asymptotic, first, 0, 0.05), variance = 1 / first.planned;
  const auto width = [&](double t) {
    AlwaysValid test(t);
    test.look(0, variance);
    return test.ci(0.05).high;
  };
  for (const double f : {0.5, 0.9, 1.1, 2.0}) CHECK(width(tau) < width(f * tau));
}
