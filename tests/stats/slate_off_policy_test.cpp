#include "stats/slate_off_policy.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Two slots, three actions, drawn independently; the second slot's reward also wants the first slot's item (a cascade).
constexpr std::array<double, 3> kLogging{0.5, 0.3, 0.2}, kEvaluated{0.2, 0.3, 0.5};
double rate(int first, int second, bool cascade) { return 0.1 + 0.2 * second + (cascade && first == 2 ? 0.2 : 0.0); }

double truth(bool cascade) {
  double v = 0;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      v += kEvaluated[static_cast<std::size_t>(a)] * kEvaluated[static_cast<std::size_t>(b)] * (0.3 * a + rate(a, b, cascade));
  return v;
}

SlateSums simulate(bool cascade, std::size_t pages) {
  SlateSums sums(2);
  Rng rng = stream({8}, Stream::Test, entity_key(pages, cascade));
  double second = 0;  // what a second slot earns on the average, ignoring the first: a wrong model when there is a cascade
  for (int b = 0; b < 3; ++b) second += kEvaluated[static_cast<std::size_t>(b)] * rate(0, b, false);
  for (std::size_t i = 0; i < pages; ++i) {
    const std::size_t a = categorical(rng, kLogging), b = categorical(rng, kLogging);
    const double wa = kEvaluated[a] / kLogging[a], wb = kEvaluated[b] / kLogging[b];
    const int ia = static_cast<int>(a), ib = static_cast<int>(b);
    const SlateSlot slots[]{{bernoulli(rng, 0.3 * ia) ? 1.0 : 0.0, wa, wa, 0.3 * ia + second, 0.3 * 1.3 + second},
                            {bernoulli(rng, rate(ia, ib, cascade)) ? 1.0 : 0.0, wb, wa * wb, rate(0, ib, false), second}};
    sums.add(slots);
  }
  return sums;
}

}  // namespace

TEST_CASE("each slate estimator is right where its assumption holds") {
  using enum SlateMethod;
  for (const bool cascade : {false, true}) {
    const SlateSums sums = simulate(cascade, 40000);
    // What the first item does for the second slot is worth as much whatever stands there, so the page's reward is a sum over
    // (slot, item), as the pseudo-inverse wants; the slots' own rewards are not.
    for (const SlateMethod m : {Sips, Rips, PseudoInverse, CascadeDr, Snsips, Snrips}) {
      INFO(to_string(m) << (cascade ? " with" : " without") << " a cascade");
      const OffPolicyEstimate e = sums.estimate(m);
      CHECK(std::abs(e.value - truth(cascade)) < 5 * e.se);
    }
    for (const SlateMethod m : {Iips, Sniips}) {
      INFO(to_string(m) << (cascade ? " with" : " without") << " a cascade");
      const OffPolicyEstimate e = sums.estimate(m);
      CHECK((std::abs(e.value - truth(cascade)) < 5 * e.se) == !cascade);
    }
    CHECK(sums.estimate(Iips).se < sums.estimate(Rips).se);
    CHECK(sums.estimate(CascadeDr).se < sums.estimate(Rips).se);
  }
}

TEST_CASE("the pseudo-inverse of independent slots is its closed form") {
  std::vector<std::uint32_t> slates;
  std::vector<double> logging, evaluation, expected;
  for (std::uint32_t a = 0; a < 3; ++a)
    for (std::uint32_t b = 0; b < 3; ++b) {
      slates.insert(slates.end(), {a, b});
      logging.push_back(kLogging[a] * kLogging[b]);
      expected.push_back(1 + (kEvaluated[a] / kLogging[a] - 1) + (kEvaluated[b] / kLogging[b] - 1));
    }
  for (int k = 0; k < 2; ++k) evaluation.insert(evaluation.end(), kEvaluated.begin(), kEvaluated.end());
  const auto weights = pseudo_inverse_weights(slates, logging, 2, 3, evaluation);
  for (std::size_t s = 0; s < weights.size(); ++s) CHECK(weights[s] == Approx(expected[s]).epsilon(1e-9));
}

TEST_CASE("pseudo-inverse weights of slates without repetition give an additive reward its value exactly") {
  // All ordered pairs of three different actions, unevenly logged; pi_e plays (0, 1) or (2, 1).
  const std::vector<std::uint32_t> slates{0, 1, 0, 2, 1, 0, 1, 2, 2, 0, 2, 1};
  const std::vector<double> logging{0.1, 0.2, 0.1, 0.25, 0.15, 0.2}, evaluation{0.5, 0, 0.5, 0, 1, 0};
  const std::array<std::array<double, 3>, 2> worth{{{1, 2, 5}, {3, 7, 0.5}}};
  const auto weights = pseudo_inverse_weights(slates, logging, 2, 3, evaluation);
  double value = 0;
  for (std::size_t s = 0; s < 6; ++s)
    value += logging[s] * weights[s] * (worth[0][slates[2 * s]] + worth[1][slates[2 * s + 1]]);
  CHECK(value == Approx(0.5 * 1 + 0.5 * 5 + 7));
}

TEST_CASE("where all slates were equally likely the pseudo-inverse weights have a closed form") {
  for (const std::size_t slots : {1, 2, 3, 4}) {
    constexpr std::size_t actions = 4;
    std::vector<std::uint32_t> slates, slate;
    const std::function<void()> draw = [&] {
      if (slate.size() == slots) slates.insert(slates.end(), slate.begin(), slate.end());
      for (std::uint32_t a = 0; slate.size() < slots && a < actions; ++a) {
        if (std::find(slate.begin(), slate.end(), a) != slate.end()) continue;
        slate.push_back(a);
        draw();
        slate.pop_back();
      }
    };
    draw();
    const std::size_t n = slates.size() / slots;
    // pi_e draws slate s with a probability in proportion to s + 1.
    std::vector<double> q(slots * actions);
    for (std::size_t s = 0; s < n; ++s)
      for (std::size_t k = 0; k < slots; ++k)
        q[k * actions + slates[s * slots + k]] += 2.0 * static_cast<double>(s + 1) / static_cast<double>(n * (n + 1));
    const auto weights =
        pseudo_inverse_weights(slates, std::vector<double>(n, 1.0 / static_cast<double>(n)), slots, actions, q);
    for (std::size_t s = 0; s < n; ++s) {
      std::vector<double> at_slot, anywhere;
      for (std::size_t k = 0; k < slots; ++k) {
        const std::uint32_t a = slates[s * slots + k];
        at_slot.push_back(q[k * actions + a]);
        anywhere.push_back(0);
        for (std::size_t j = 0; j < slots; ++j) anywhere.back() += q[j * actions + a];
      }
      CHECK(uniform_slate_weight(at_slot, anywhere, actions) == Approx(weights[s]).epsilon(1e-9).margin(1e-9));
    }
  }
}

TEST_CASE("slates that never came have no value") {
  const SlateSums empty(3);
  for (std::size_t m = 0; m < kSlateMethods; ++m)
    CHECK(empty.estimate(static_cast<SlateMethod>(m)).status == TestStatus::NotEnoughData);
}
